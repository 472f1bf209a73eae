package odonata.ssi.uplink;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import odonata.actors.caps.Caps;
import odonata.actors.caps.CapsCpu;
import odonata.actors.caps.CapsMsg;
import odonata.actors.caps.CapsPeers;
import odonata.actors.proc.Cred;
import odonata.actors.proc.Proc;
import odonata.actors.proc.ProcCpu;
import odonata.actors.proc.Procs;
import odonata.actors.proc.UserTd;
import odonata.actors.usched.Bsd4;
import odonata.protocol.errno.NetError;
import odonata.ssi.names.ClusterPeers;
import odonata.ssi.names.TestProgram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A process of one member asks a named service of another over the real uplink, until that member ends. */
@Timeout(600)
class NamesOverUplinkTest {
    private static final int REQUESTS = 100;

    private static ProcCpu part(final RealMember member, final List<Integer> doors) {
        final Procs procs = Procs.create(member.machine, Bsd4::new);
        final CapsPeers payloads = new ClusterPeers(member.member);
        CapsCpu.attach(procs, new CapsPeers() {
            @Override
            public List<Integer> doors() {
                return doors;
            }

            @Override
            public boolean canTravel(final Object payload) {
                return payloads.canTravel(payload);
            }
        });
        return procs.parts().get(0);
    }

    private static <T> T in(final Proc proc, final ProcCpu part, final Program<T> program) throws Exception {
        final CompletableFuture<T> done = new CompletableFuture<>();
        TestProgram.post(proc, part, td -> program.run(td, done::complete));
        return done.get(240, TimeUnit.SECONDS);
    }

    private interface Program<T> {
        void run(UserTd td, Consumer<T> then);
    }

    private static void serve(final UserTd td, final int service) {
        td.syscall(new Caps.Wait(service), (error, msg) -> {
            if (msg.state() == CapsMsg.State.REQUEST && msg.payload() instanceof List<?> numbers) {
                td.syscall(
                        new Caps.Reply(
                                service,
                                msg.id(),
                                List.of(numbers.size(), msg.sender().cred().uid())),
                        (replied, nothing) -> serve(td, service));
            } else {
                serve(td, service);
            }
        });
    }

    private static void ask(
            final UserTd td,
            final int clock,
            final List<Object> got,
            final int left,
            final Consumer<List<Object>> then) {
        if (left == 0) {
            then.accept(got);
            return;
        }
        td.syscall(
                new Caps.Put(clock, List.of(1, 2, 3)),
                (error, id) -> td.syscall(new Caps.Wait(clock), (e, reply) -> {
                    got.add(reply.payload());
                    ask(td, clock, got, left - 1, then);
                }));
    }

    @Test
    void I58_shouldServeAndThenTellTheEndOnce() throws Exception {
        final RealMember one = new RealMember(1, 0, 1, FakeMember.settings(32, true), true);
        final RealMember two = new RealMember(2, 1, 1, FakeMember.settings(32, true), true);
        try (one;
                two) {
            final ProcCpu serverPart = part(one, List.of(1));
            final ProcCpu clientPart = part(two, List.of(0));
            final Proc server = TestProgram.exec(serverPart, Cred.ROOT);
            final Proc client = TestProgram.exec(clientPart, Cred.of(1001, 100));
            RealMember.connect(one, two);
            one.machine.start();
            two.machine.start();
            final int service = NamesOverUplinkTest.<Integer>in(
                    server,
                    serverPart,
                    (td, then) -> td.syscall(
                            new Caps.Service("size", Caps.ANY, Caps.ANY), (error, endpoint) -> then.accept(endpoint)));
            TestProgram.post(server, serverPart, td -> serve(td, service));
            final int opened = NamesOverUplinkTest.<Integer>in(
                    client,
                    clientPart,
                    (td, then) -> td.syscall(
                            new Caps.Client("size", Caps.ANY, Caps.ANY), (error, endpoint) -> then.accept(endpoint)));
            final List<Object> got = NamesOverUplinkTest.<List<Object>>in(
                    client, clientPart, (td, then) -> ask(td, opened, new ArrayList<>(), REQUESTS, then));
            assertThat(got).hasSize(REQUESTS).containsOnly(List.of(3, 1001));
            assertThat(NamesOverUplinkTest.<NetError>in(
                            client,
                            clientPart,
                            (td, then) ->
                                    td.syscall(new Caps.Put(opened, new Object()), (error, id) -> then.accept(error))))
                    .as("what has no number cannot travel")
                    .isEqualTo(NetError.EINVAL);
            one.machine.close();
            TestProgram.post(client, clientPart, td -> td.syscall(new Caps.Put(opened, List.of()), (error, id) -> {}));
            one.die();
            final List<Object> end = NamesOverUplinkTest.<List<Object>>in(
                    client,
                    clientPart,
                    (td, then) -> td.syscall(
                            new Caps.Wait(opened),
                            (error, reply) -> td.syscall(
                                    new Caps.Wait(opened),
                                    (again, none) -> then.accept(List.of(reply.error(), again)))));
            assertThat(end).containsExactly(NetError.ENOTCONN, NetError.ENOTCONN);
            assertThat(two.panic.get()).isNull();
        }
    }
}
