package odonata.actors.caps;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import odonata.actors.caps.CapsMsg.State;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.actors.proc.Cred;
import odonata.actors.proc.Proc;
import odonata.actors.proc.Sys;
import odonata.actors.proc.SysCall;
import odonata.actors.testing.UserBed;
import odonata.actors.testing.UserProbe;
import odonata.protocol.errno.NetError;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Named services (6.8): a server on one CPU, a client on another. */
class CapsTest {
    private final UserBed bed = UserBed.of(3);
    private final List<CapsMsg> served = new ArrayList<>();
    private final List<CapsMsg> replies = new ArrayList<>();
    private Proc server;
    private Proc client;
    private int service;
    private int opened;

    @BeforeEach
    void connect() {
        server = bed.exec(1, Cred.ROOT);
        client = bed.exec(0, UserBed.ALICE);
        service = ok(server, new Caps.Service("name", Caps.ANY, Caps.ANY));
        opened = ok(client, new Caps.Client("name", Caps.ANY, Caps.ANY));
    }

    @AfterEach
    void close() {
        bed.close();
    }

    private <R> R ok(final Proc proc, final SysCall<R> call) {
        final List<R> values = new ArrayList<>();
        bed.tell(proc, probe -> probe.self().syscall(call, (error, value) -> {
            assertThat(error).isEqualTo(NetError.OK);
            values.add(value);
        }));
        assertThat(values).as("returned from %s", call).hasSize(1);
        return values.get(0);
    }

    private NetError error(final Proc proc, final SysCall<?> call) {
        final List<NetError> errors = new ArrayList<>();
        bed.tell(proc, probe -> probe.self().syscall(call, (error, value) -> errors.add(error)));
        assertThat(errors).as("returned from %s", call).hasSize(1);
        return errors.get(0);
    }

    /** The server waits for one message. */
    private void serverWaits() {
        bed.tell(server, probe -> waits(probe, service, served));
    }

    private void waits(final UserProbe probe, final int endpoint, final List<CapsMsg> into) {
        probe.self().syscall(new Caps.Wait(endpoint), (error, msg) -> into.add(msg));
    }

    @Test
    void shouldCarryARequestAndItsReply() {
        final long id = ok(client, new Caps.Put(opened, "question"));
        serverWaits();
        assertThat(served)
                .containsExactly(new CapsMsg(
                        id, State.REQUEST, new CapsMsg.Sender(client.pid(), UserBed.ALICE), NetError.OK, "question"));
        bed.tell(client, probe -> waits(probe, opened, replies));
        assertThat(replies).isEmpty();
        ok(server, new Caps.Reply(service, id, "answer"));
        assertThat(replies)
                .containsExactly(new CapsMsg(
                        id, State.REPLY, new CapsMsg.Sender(server.pid(), Cred.ROOT), NetError.OK, "answer"));
        assertThat(error(server, new Caps.Reply(service, id, "again"))).isEqualTo(NetError.ENOENT);
        assertThat(error(client, new Caps.Get(opened))).isEqualTo(NetError.EAGAIN);
    }

    @Test
    void shouldFindServicesByTheirTriple() {
        ok(server, new Caps.Service("other", 1001, Caps.ANY));
        ok(server, new Caps.Service("other", 1001, 7));
        ok(server, new Caps.Service("third", 1001, 7));
        assertThat(error(server, new Caps.Service("other", 1001, 7))).isEqualTo(NetError.EEXIST);
        assertThat(error(client, new Caps.Client("other", 1001, 7))).isEqualTo(NetError.OK);
        assertThat(error(client, new Caps.Client("other", Caps.ANY, Caps.ANY))).isEqualTo(NetError.OK);
        assertThat(error(client, new Caps.Client("other", 1002, Caps.ANY))).isEqualTo(NetError.ENOENT);
        assertThat(error(client, new Caps.Client("third", 1001, 8))).isEqualTo(NetError.ENOENT);
        assertThat(error(client, new Caps.Client("name", 5, 5)))
                .as("registered for all")
                .isEqualTo(NetError.OK);
        assertThat(error(client, new Caps.Client("", 5, 5))).isEqualTo(NetError.EINVAL);
    }

    @Test
    void shouldLetNobodyRegisterInTheNameOfAnother() {
        assertThat(error(client, new Caps.Service("a", 1002, Caps.ANY))).isEqualTo(NetError.EPERM);
        assertThat(error(client, new Caps.Service("a", Caps.ANY, 200))).isEqualTo(NetError.EPERM);
        assertThat(error(client, new Caps.Service("a", 1001, 100))).isEqualTo(NetError.OK);
        assertThat(error(client, new Caps.Service("b", Caps.ANY, Caps.ANY))).isEqualTo(NetError.OK);
    }

    @Test
    void shouldTellTheServiceThatTheReplyWasTakenWithItsNextRequest() {
        final long first = ok(client, new Caps.Put(opened, 1));
        serverWaits();
        ok(server, new Caps.Reply(service, first, 1));
        serverWaits();
        final int calls = bed.uscheds.get(1).calls.size();
        ok(client, new Caps.Get(opened));
        assertThat(served).as("asleep").hasSize(1);
        assertThat(bed.uscheds.get(1).calls).as("and not woken").hasSize(calls);
        final long second = ok(client, new Caps.Put(opened, 2));
        assertThat(served).hasSize(2);
        assertThat(served.get(1)).returns(State.DISPOSE, CapsMsg::state).returns(first, CapsMsg::id);
        serverWaits();
        assertThat(served.get(2)).returns(State.REQUEST, CapsMsg::state).returns(second, CapsMsg::id);
    }

    @Test
    void I58_deathOfTheServiceAnswersWhatItHasAndWhatWaits() {
        final long held = ok(client, new Caps.Put(opened, 1));
        serverWaits();
        final long waiting = ok(client, new Caps.Put(opened, 2));
        bed.tell(server, probe -> probe.self().exit());
        for (final long id : List.of(held, waiting)) {
            assertThat(ok(client, new Caps.Wait(opened)))
                    .isEqualTo(new CapsMsg(id, State.REPLY, CapsMsg.Sender.KERNEL, NetError.ENOTCONN, null));
        }
        assertThat(error(client, new Caps.Wait(opened))).isEqualTo(NetError.ENOTCONN);
        assertThat(error(client, new Caps.Put(opened, 3))).isEqualTo(NetError.ENOTCONN);
        assertThat(error(client, new Caps.Client("name", Caps.ANY, Caps.ANY))).isEqualTo(NetError.ENOENT);
        server = bed.exec(2, Cred.ROOT);
        ok(server, new Caps.Service("name", Caps.ANY, Caps.ANY));
        assertThat(error(client, new Caps.Put(opened, 3)))
                .as("the name is another's now")
                .isEqualTo(NetError.ENOTCONN);
    }

    @Test
    void I58_whatAServiceSaysAfterItsEndGoesNowhere() {
        final long id = ok(client, new Caps.Put(opened, 1));
        serverWaits();
        ok(server, new Caps.Close(service));
        assertThat(error(server, new Caps.Reply(service, id, "late"))).isEqualTo(NetError.ENOTCONN);
        assertThat(ok(client, new Caps.Get(opened))).returns(NetError.ENOTCONN, CapsMsg::error);
        assertThat(error(client, new Caps.Get(opened))).isEqualTo(NetError.ENOTCONN);
    }

    @Test
    void I58_whoWaitsAtAnEndpointThatIsClosedIsTold() {
        final List<NetError> errors = new ArrayList<>();
        bed.tell(server, probe -> {
            probe.self()
                    .sendMsg(
                            probe.self().sysPort(),
                            probe.self().initMsg(new Caps.Wait(service)),
                            msg -> errors.add(msg.error()));
            probe.self().syscall(new Caps.Close(service), (error, nothing) -> errors.add(error));
        });
        assertThat(errors).containsExactly(NetError.OK, NetError.ENOTCONN);
    }

    @Test
    void shouldDisposeOfRepliesThatAClientLeaves() {
        final long taken = ok(client, new Caps.Put(opened, 1));
        final long held = ok(client, new Caps.Put(opened, 2));
        serverWaits();
        serverWaits();
        ok(server, new Caps.Reply(service, taken, "not taken"));
        bed.tell(client, probe -> probe.self().exit());
        ok(server, new Caps.Reply(service, held, "to nobody"));
        for (final long id : List.of(taken, held)) {
            assertThat(ok(server, new Caps.Get(service)))
                    .returns(State.DISPOSE, CapsMsg::state)
                    .returns(id, CapsMsg::id);
        }
    }

    @Test
    void I59_theSenderIsWhatTheKernelSays() {
        final Proc liar = bed.exec(0, Cred.ROOT);
        final int own = ok(liar, new Caps.Client("name", Caps.ANY, Caps.ANY));
        ok(liar, new Caps.Put(own, new CapsMsg.Sender(1, Cred.ROOT)));
        ok(liar, new Sys.Setuid(1002));
        ok(liar, new Caps.Put(own, new CapsMsg.Sender(1, Cred.ROOT)));
        serverWaits();
        serverWaits();
        assertThat(served)
                .extracting(CapsMsg::sender)
                .containsExactly(
                        new CapsMsg.Sender(liar.pid(), Cred.ROOT),
                        new CapsMsg.Sender(liar.pid(), new Cred(1002, 1002, 0, List.of())));
    }

    @Test
    void shouldBelongToTheProcessThatMadeIt() {
        final Proc other = bed.exec(0, Cred.ROOT);
        for (final SysCall<?> call :
                List.of(new Caps.Put(opened, 1), new Caps.Get(opened), new Caps.Wait(opened), new Caps.Close(opened))) {
            assertThat(error(other, call)).isEqualTo(NetError.ENOTCONN);
        }
        final List<NetError> child = new ArrayList<>();
        ok(client, new Sys.Fork(UserBed.image(probe -> probe.self()
                .syscall(new Caps.Put(opened, 1), (error, id) -> child.add(error)))));
        assertThat(child).as("in a child").containsExactly(NetError.ENOTCONN);
        assertThat(error(client, new Caps.Reply(opened, 1, 1))).isEqualTo(NetError.EINVAL);
        assertThat(error(server, new Caps.Put(service, 1))).isEqualTo(NetError.EINVAL);
    }

    @Test
    void shouldBoundWhatAClientLeavesOpen() {
        bed.tell(client, probe -> puts(probe, Caps.MOST_OPEN));
        assertThat(error(client, new Caps.Put(opened, 1))).isEqualTo(NetError.ENOBUFS);
        serverWaits();
        ok(server, new Caps.Reply(service, served.get(0).id(), 1));
        ok(client, new Caps.Get(opened));
        ok(client, new Caps.Put(opened, 1));
    }

    private void puts(final UserProbe probe, final int left) {
        if (left > 0) {
            probe.self().syscall(new Caps.Put(opened, left), (error, id) -> puts(probe, left - 1));
        }
    }

    /** What is not from a kernel is refused by the kernels' ports. */
    @Test
    void shouldRefuseWhatAProcessSendsToThePortsOfTheKernel() {
        final List<NetError> errors = new ArrayList<>();
        final BiConsumer<UserProbe, Integer> send = (probe, index) -> probe.self()
                .sendMsg(
                        new Port<Object>(1, index),
                        probe.self().<Object>initMsg("forged"),
                        msg -> errors.add(msg.error()));
        bed.tell(client, probe -> send.accept(probe, Port.CAPS));
        assertThat(errors).containsExactly(NetError.EINVAL);
        final Msg<Object> none = Msg.init("forged", Port.none());
        bed.tell(client, probe -> probe.self().sendMsg(new Port<>(1, Port.CAPS), none));
        assertThat(none.isDone()).isTrue();
    }
}
