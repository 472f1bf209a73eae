package odonata.actors.uipc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import odonata.actors.cpu.Cpu;
import odonata.actors.net.Netstack;
import odonata.actors.netisr.NetSettings;
import odonata.actors.netisr.PartitionEvents;
import odonata.actors.proc.Cred;
import odonata.actors.proc.Proc;
import odonata.actors.proc.SigAction;
import odonata.actors.proc.Signal;
import odonata.actors.proc.Sys;
import odonata.actors.proc.SysCall;
import odonata.actors.proc.UschedCmd;
import odonata.actors.socket.PollFd;
import odonata.actors.socket.SockAddr;
import odonata.actors.socket.SockCall;
import odonata.actors.tcp.TcpSecret;
import odonata.actors.tcp.TcpStack;
import odonata.actors.testing.UserBed;
import odonata.actors.testing.UserProbe;
import odonata.protocol.errno.NetError;
import odonata.protocol.flow.BucketMap;
import odonata.protocol.ip.Ipv4Address;
import odonata.protocol.tcp.machine.TcpSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Processes have sockets: the calls are system calls, signals end those that wait, the end of a process closes what it has. */
class ProcessSocketsTest {
    private static final int CPUS = 4;

    private final UserBed bed = UserBed.of(CPUS);
    private final List<Netstack> stacks = new ArrayList<>();
    private final List<Object> seen = new ArrayList<>();
    private String me;

    @BeforeEach
    void attachNetwork() {
        final NetSettings settings = NetSettings.defaults();
        me = Ipv4Address.format(settings.address());
        for (final Cpu cpu : bed.bed.machine().cpus()) {
            cpu.inject(() -> {
                final TcpStack tcp = new TcpStack(new TcpSettings(), new TcpSecret(1, 2));
                final Netstack stack = Netstack.attach(cpu, settings, List.of(), PartitionEvents.none(), tcp);
                stack.sockets().serve(bed.procs.parts().get(cpu.id()));
                stacks.add(stack);
            });
        }
        bed.bed.quiet();
        stacks.forEach(stack -> stack.apply(BucketMap.masked(1, new int[] {0, 1, 2, 3})));
        bed.bed.quiet();
    }

    @AfterEach
    void close() {
        bed.bed.quiet();
        for (final Netstack stack : stacks) {
            assertThat(stack.sockets().pending()).isZero();
        }
        bed.close();
    }

    /** Makes calls one after the other in a process; the value of each goes to the next. */
    private static <R> void call(final UserProbe probe, final SysCall<R> call, final BiConsumer<NetError, R> then) {
        probe.self().syscall(call, then);
    }

    private void serveOne(final UserProbe probe, final int port) {
        call(
                probe,
                SockCall.Socket.tcp(),
                (e0, fd) -> call(
                        probe,
                        new SockCall.Bind(fd, SockAddr.any(port)),
                        (e1, n1) -> call(
                                probe,
                                new SockCall.Listen(fd, 5),
                                (e2, n2) -> call(
                                        probe,
                                        new SockCall.Accept(fd),
                                        (e3, accepted) -> echo(probe, accepted.fd())))));
    }

    private void echo(final UserProbe probe, final int fd) {
        call(probe, SockCall.Recv.of(fd, 100), (error, bytes) -> {
            if (bytes.length == 0) {
                call(probe, new SockCall.Close(fd), (e, n) -> probe.self().exit(0));
            } else {
                call(probe, SockCall.Send.of(fd, bytes), (e, n) -> echo(probe, fd));
            }
        });
    }

    private void connect(final UserProbe probe, final int port, final Runnable then) {
        call(
                probe,
                SockCall.Socket.tcp(),
                (e0, fd) -> call(probe, new SockCall.Connect(fd, SockAddr.of(me, port)), (error, n) -> {
                    seen.add(error);
                    then.run();
                }));
    }

    @Test
    void shouldTalk() {
        final Proc server = bed.exec(0, UserBed.ALICE);
        final Proc client = bed.exec(3, UserBed.BOB);
        bed.tell(server, probe -> serveOne(probe, 80));
        bed.tell(
                client,
                probe -> connect(
                        probe,
                        80,
                        () -> call(
                                probe, SockCall.Send.of(0, "hello".getBytes(StandardCharsets.US_ASCII)), (e, sent) -> {
                                    seen.add(sent);
                                    call(probe, SockCall.Recv.of(0, 100), (e2, bytes) -> {
                                        seen.add(new String(bytes, StandardCharsets.US_ASCII));
                                        probe.self().exit(0);
                                    });
                                })));
        assertThat(seen).containsExactly(NetError.OK, 5, "hello");
        assertThat(server.isAlive())
                .as("the end of the client closed its socket")
                .isFalse();
    }

    private void signal(final Proc proc, final Signal signal) {
        final Proc root = bed.exec(1, Cred.ROOT);
        bed.tell(
                root,
                probe -> call(probe, new Sys.Kill(proc.pid(), signal), (e, n) -> probe.self()
                        .exit(0)));
    }

    @Test
    void shouldEndWithEintrWhereverItWaits() {
        final Proc server = bed.exec(0, UserBed.ALICE);
        bed.tell(server, probe -> serveOne(probe, 80));
        for (final boolean poll : new boolean[] {false, true}) {
            seen.clear();
            final Proc client = bed.exec(2, UserBed.BOB);
            bed.tell(
                    client,
                    probe -> call(
                            probe,
                            new Sys.Sigaction(Signal.SIGUSR1, new SigAction.Catch(signal -> seen.add(signal))),
                            (e, before) -> call(
                                    probe,
                                    SockCall.Socket.tcp(),
                                    (e1, fd) -> call(
                                            probe,
                                            new SockCall.Bind(fd, SockAddr.any(0)),
                                            (e2, n) -> call(probe, new SockCall.Listen(fd, 1), (e3, n2) -> {
                                                final SysCall<?> wait = poll
                                                        ? new SockCall.Poll(List.of(PollFd.of(fd, PollFd.POLLIN)), -1)
                                                        : new SockCall.Accept(fd);
                                                call(probe, wait, (error, value) -> seen.add(error));
                                            })))));
            assertThat(seen).isEmpty();
            signal(client, Signal.SIGUSR1);
            assertThat(seen).containsExactly(Signal.SIGUSR1, NetError.EINTR);
            signal(client, Signal.SIGKILL);
        }
        signal(server, Signal.SIGKILL);
    }

    /** Descriptors stay where they were made: a process that has gone to another CPU uses them as before. */
    @Test
    void shouldKeepItsSocketsWhenTheProcessGoesToAnotherCpu() {
        final Proc server = bed.exec(0, UserBed.ALICE);
        final Proc client = bed.exec(0, Cred.ROOT);
        bed.tell(server, probe -> serveOne(probe, 80));
        bed.tell(client, probe -> connect(probe, 80, () -> {}));
        for (final int cpu : new int[] {3, 1}) {
            bed.tell(
                    client,
                    probe -> call(
                            probe,
                            new Sys.UschedSet(new UschedCmd.SetCpu(cpu)),
                            (error, now) -> seen.add(probe.self().cpu())));
            bed.tell(
                    client,
                    probe -> call(
                            probe,
                            SockCall.Send.of(0, (byte) cpu),
                            (e, sent) ->
                                    call(probe, SockCall.Recv.of(0, 100), (e2, bytes) -> seen.add((int) bytes[0]))));
        }
        assertThat(seen).containsExactly(NetError.OK, 3, 3, 1, 1);
        seen.clear();
        bed.tell(
                client,
                probe -> call(
                        probe,
                        new Sys.Sigaction(Signal.SIGUSR1, new SigAction.Catch(signal -> seen.add(signal))),
                        (e, before) -> call(probe, SockCall.Recv.of(0, 100), (error, bytes) -> seen.add(error))));
        signal(client, Signal.SIGUSR1);
        assertThat(seen).containsExactly(Signal.SIGUSR1, NetError.EINTR);
        signal(client, Signal.SIGKILL);
        assertThat(server.isAlive())
                .as("the end of the client closed its socket")
                .isFalse();
    }

    /** What SIGKILL leaves open is closed: peer and port learn of it. */
    @Test
    void shouldCloseWhatAKilledProcessHad() {
        final Proc server = bed.exec(0, UserBed.ALICE);
        final Proc client = bed.exec(3, UserBed.BOB);
        bed.tell(server, probe -> serveOne(probe, 80));
        bed.tell(
                client,
                probe -> connect(
                        probe,
                        80,
                        () -> call(probe, SockCall.Recv.of(0, 100), (error, bytes) -> seen.add(bytes.length))));
        assertThat(seen).containsExactly(NetError.OK);
        signal(server, Signal.SIGKILL);
        assertThat(seen).containsExactly(NetError.OK, 0);
        signal(client, Signal.SIGKILL);
        bed.bed.quiet();
        for (final Netstack stack : stacks) {
            assertThat(stack.tcp().connections()).isEmpty();
            assertThat(stack.tcp().portsInUse()).isZero();
        }
    }

    /** I57: what needs no protocol thread switches nothing. */
    @Test
    void I57_aCallOnADescriptorAloneIsOverBeforeItReturns() {
        final Proc alice = bed.exec(0, UserBed.ALICE);
        bed.tell(alice, probe -> {
            call(probe, SockCall.Socket.tcp(), (error, fd) -> {
                seen.add(fd);
                call(probe, new SockCall.SetNonblock(0, true), (e1, n) -> {
                    seen.add(e1);
                    call(probe, new SockCall.GetNonblock(0), (e2, on) -> {
                        seen.add(on);
                        call(probe, new SockCall.Fionread(7), (e3, n3) -> seen.add(e3));
                    });
                });
            });
            seen.add("after");
        });
        assertThat(seen).containsExactly(0, NetError.OK, true, NetError.EBADF, "after");
    }
}
