package odonata.actors.inetd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import odonata.actors.cpu.Cpu;
import odonata.actors.net.Netstack;
import odonata.actors.netisr.NetSettings;
import odonata.actors.netisr.PartitionEvents;
import odonata.actors.proc.Cred;
import odonata.actors.proc.Proc;
import odonata.actors.proc.ProcCpu;
import odonata.actors.proc.Signal;
import odonata.actors.proc.UserTd;
import odonata.actors.socket.SockAddr;
import odonata.actors.socket.SockCall;
import odonata.actors.socket.SockFiles;
import odonata.actors.tcp.TcpSecret;
import odonata.actors.tcp.TcpStack;
import odonata.actors.testing.UserBed;
import odonata.protocol.errno.NetError;
import odonata.protocol.flow.BucketMap;
import odonata.protocol.ip.Ipv4Address;
import odonata.protocol.tcp.machine.TcpSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The services as processes of a machine of 4 CPUs, asked by callers inside the kernel. */
class InetdTest {
    private static final int CPUS = 4;

    private final UserBed bed = UserBed.of(CPUS);
    private final List<Netstack> stacks = new ArrayList<>();
    private final List<SockFiles> files = new ArrayList<>();
    private String me;

    @BeforeEach
    void start() {
        final NetSettings settings = NetSettings.defaults();
        me = Ipv4Address.format(settings.address());
        for (final Cpu cpu : bed.bed.machine().cpus()) {
            cpu.inject(() -> stacks.add(Netstack.attach(
                    cpu,
                    settings,
                    List.of(),
                    PartitionEvents.none(),
                    new TcpStack(new TcpSettings(), new TcpSecret(1, 2)))));
            files.add(new SockFiles());
        }
        bed.bed.quiet();
        stacks.forEach(stack -> stack.apply(BucketMap.masked(1, new int[] {0, 1, 2, 3})));
        for (int i = 0; i < CPUS; i++) {
            final int cpu = i;
            bed.bed.cpu(i).inject(() -> {
                stacks.get(cpu).sockets().serve(bed.procs.parts().get(cpu));
                Inetd.start(bed.procs.parts().get(cpu));
            });
        }
        bed.bed.quiet();
    }

    @AfterEach
    void close() {
        bed.close();
    }

    private void pass(final long ms) {
        bed.bed.conductor.runUntil(bed.bed.conductor.nowNs() + ms * 1_000_000);
    }

    private <R> void now(final int cpu, final SockCall<R> call, final BiConsumer<NetError, R> done) {
        stacks.get(cpu).sockets().call(files.get(cpu), call, done);
    }

    private void connect(final int cpu, final int port, final Runnable then) {
        bed.bed
                .cpu(cpu)
                .inject(() -> now(
                        cpu,
                        SockCall.Socket.tcp(),
                        (e, fd) -> now(cpu, new SockCall.Connect(fd, SockAddr.of(me, port)), (error, n) -> {
                            assertThat(error).isEqualTo(NetError.OK);
                            then.run();
                        })));
    }

    private void readAll(final int cpu, final int most, final ByteArrayOutputStream into, final Runnable then) {
        now(cpu, SockCall.Recv.of(0, 65_536), (error, bytes) -> {
            assertThat(error).isEqualTo(NetError.OK);
            into.writeBytes(bytes);
            if (bytes.length == 0 || into.size() >= most) {
                then.run();
            } else {
                readAll(cpu, most, into, then);
            }
        });
    }

    @Test
    void shouldHaveAProcessForEachServiceAndCpu() {
        assertThat(bed.procs.parts().stream().flatMap(part -> part.procs().stream()))
                .hasSize(3 * CPUS)
                .allMatch(Proc::isAlive);
    }

    @Test
    void shouldEchoToManyAtOnce() {
        final byte[] bytes = new byte[100_000];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i * 31 + i / 256);
        }
        final List<ByteArrayOutputStream> echoes = new ArrayList<>();
        for (int i = 0; i < CPUS; i++) {
            final int cpu = i;
            echoes.add(new ByteArrayOutputStream());
            connect(cpu, Services.ECHO_PORT, () -> {
                now(
                        cpu,
                        new SockCall.Send(0, bytes, 0, bytes.length, Set.of()),
                        (e, sent) -> now(cpu, new SockCall.Shutdown(0, SockCall.How.SHUT_WR), (e2, n) -> {}));
                readAll(cpu, Integer.MAX_VALUE, echoes.get(cpu), () -> now(cpu, new SockCall.Close(0), (e, n) -> {}));
            });
        }
        bed.bed.quiet();
        assertThat(echoes).allSatisfy(echo -> assertThat(echo.toByteArray()).isEqualTo(bytes));
        stacks.forEach(stack -> assertThat(stack.tcp().connections()).isEmpty());
    }

    @Test
    void shouldDiscard() {
        final List<Object> seen = new ArrayList<>();
        connect(
                1,
                Services.DISCARD_PORT,
                () -> now(1, SockCall.Send.of(0, new byte[300_000]), (e, sent) -> {
                    seen.add(sent);
                    now(
                            1,
                            new SockCall.Shutdown(0, SockCall.How.SHUT_WR),
                            (e2, n) -> now(1, SockCall.Recv.of(0, 10), (e3, bytes) -> seen.add(bytes.length)));
                }));
        bed.bed.quiet();
        assertThat(seen).containsExactly(300_000, 0);
    }

    /** Answers two bytes with the last of them, after a second; asked to finish between requests it is over when that is done. */
    private static final class Slow implements StreamService.Talk {
        private final UserTd td;
        private final Runnable changed;
        private byte[] answer = {};
        private boolean half;
        private boolean waits;
        private boolean finishes;

        private Slow(final UserTd td, final Runnable changed) {
            this.td = td;
            this.changed = changed;
        }

        @Override
        public boolean wantsInput() {
            return true;
        }

        @Override
        public void received(final byte[] bytes) {
            half ^= bytes.length == 1;
            if (half) {
                return;
            }
            waits = true;
            td.after(1_000_000_000, () -> {
                waits = false;
                answer = new byte[] {bytes[bytes.length - 1]};
                changed.run();
            });
        }

        @Override
        public void ended() {
            finishes = true;
        }

        @Override
        public byte[] output() {
            return answer;
        }

        @Override
        public void sent(final int count) {
            answer = new byte[0];
        }

        @Override
        public void finish() {
            finishes |= !half;
        }

        @Override
        public boolean isOver() {
            return finishes && !waits && answer.length == 0;
        }
    }

    /** What is idle is closed at once, what is under way is answered, then the server ends; others go on until their peers do. */
    @Test
    void shouldEndAtSigtermWhenItsConnectionsAreOver() {
        final List<Proc> servers = new ArrayList<>();
        bed.bed.cpu(0).inject(() -> {
            final ProcCpu part = bed.procs.parts().get(0);
            servers.add(Inetd.exec(part, "slowd", 80, Slow::new));
            servers.add(part.procs().stream()
                    .filter(proc -> proc.name().equals("echod"))
                    .findFirst()
                    .orElseThrow());
        });
        bed.bed.quiet();
        final List<String> seen = new ArrayList<>();
        final Runnable idle = () -> now(1, SockCall.Recv.of(0, 1), (e, bytes) -> seen.add("idle " + bytes.length));
        connect(1, 80, idle);
        connect(
                2,
                80,
                () -> now(2, SockCall.Send.of(0, new byte[] {6, 7}), (e, sent) -> {
                    now(2, SockCall.Recv.of(0, 1), (e2, bytes) -> {
                        seen.add("busy " + bytes[0]);
                        now(2, SockCall.Recv.of(0, 1), (e3, end) -> seen.add("busy " + end.length));
                    });
                }));
        connect(3, 80, () -> now(3, SockCall.Send.of(0, new byte[] {8}), (e, sent) -> {}));
        pass(500);
        bed.bed
                .cpu(0)
                .inject(() -> servers.forEach(proc -> bed.procs
                        .parts()
                        .get(0)
                        .kill(Cred.ROOT, proc.pid(), Signal.SIGTERM, error -> seen.add(error.toString()))));
        pass(100);
        assertThat(seen).containsExactlyInAnyOrder("OK", "OK", "idle 0");
        assertThat(servers.get(0).isAlive()).as("it has answers to give").isTrue();
        assertThat(servers.get(1).isAlive()).as("it had no connection").isFalse();
        pass(2_000);
        assertThat(seen).endsWith("busy 7", "busy 0");
        assertThat(servers.get(0).isAlive()).as("half a request has come").isTrue();
        bed.bed
                .cpu(3)
                .inject(() -> now(3, SockCall.Send.of(0, new byte[] {9}), (e, sent) -> {
                    now(3, SockCall.Recv.of(0, 1), (e2, bytes) -> {
                        seen.add("late " + bytes[0]);
                        now(3, SockCall.Recv.of(0, 1), (e3, end) -> seen.add("late " + end.length));
                    });
                }));
        pass(2_000);
        assertThat(seen).endsWith("late 9", "late 0");
        assertThat(servers.get(0).isAlive()).isFalse();
    }

    @Test
    void shouldGenerateCharactersUntilThePeerGoes() {
        final ByteArrayOutputStream lines = new ByteArrayOutputStream();
        connect(
                2,
                Services.CHARGEN_PORT,
                () -> readAll(2, 74 * 200, lines, () -> now(2, new SockCall.Close(0), (e, n) -> {})));
        bed.bed.quiet();
        final String text = lines.toString(StandardCharsets.US_ASCII);
        assertThat(text).startsWith(" !\"#$%&'()*+,-./0123456789");
        for (int i = 0; i < 190; i++) {
            assertThat(text.substring(74 * i, 74 * i + 74))
                    .isEqualTo(new String(Services.line(i % 95), StandardCharsets.US_ASCII));
        }
        stacks.forEach(stack -> assertThat(stack.tcp().connections()).isEmpty());
    }
}
