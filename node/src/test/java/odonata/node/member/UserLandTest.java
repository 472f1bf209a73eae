package odonata.node.member;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import odonata.actors.cpu.Conductor;
import odonata.actors.cpu.CostModel;
import odonata.actors.cpu.Cpu;
import odonata.actors.cpu.CpuSettings;
import odonata.actors.cpu.CpuThread;
import odonata.actors.cpu.Machine;
import odonata.actors.cpu.PanicHandler;
import odonata.actors.cpu.ThreadState;
import odonata.actors.kv.KvCounter;
import odonata.actors.net.Netstack;
import odonata.actors.netisr.NetSettings;
import odonata.actors.netisr.PartitionEvents;
import odonata.actors.socket.SockAddr;
import odonata.actors.socket.SockCall;
import odonata.actors.socket.SockFiles;
import odonata.actors.tcp.TcpSecret;
import odonata.actors.tcp.TcpStack;
import odonata.config.ServiceSettings;
import odonata.protocol.clock.Seed;
import odonata.protocol.errno.NetError;
import odonata.protocol.flow.BucketMap;
import odonata.protocol.ip.Ipv4Address;
import odonata.protocol.tcp.machine.TcpSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The services of a member as its own clients see them over TCP, in virtual time. */
class UserLandTest {
    private static final long LIMIT_NS = 60_000_000_000L;
    private static final int KV_PORT = 6_379;

    private final Conductor conductor = Conductor.create(CostModel.defaults());
    private final Map<Integer, Netstack> stacks = new LinkedHashMap<>();
    private final List<Throwable> failures = new ArrayList<>();
    private final Seed seed = Seed.of(3);
    private Machine machine;
    private UserLand users;

    private void start(final int cpus, final boolean oneAcceptor) {
        final List<Integer> ids = IntStream.range(0, cpus).boxed().toList();
        machine = Machine.inVirtualTime(conductor, 1, ids, CpuSettings.defaults(), new PanicHandler() {
            @Override
            public void panicked(final Cpu cpu, final Throwable cause) {
                failures.add(cause);
            }

            @Override
            public void threadDied(final CpuThread thread, final Throwable cause) {
                failures.add(cause);
            }
        });
        for (final Cpu cpu : machine.cpus()) {
            final TcpStack tcp = new TcpStack(new TcpSettings(), new TcpSecret(1, 2));
            stacks.put(cpu.id(), Netstack.attach(cpu, NetSettings.defaults(), List.of(), PartitionEvents.none(), tcp));
        }
        users = UserLand.of(1, machine, stacks, new ServiceSettings(true, 80, "", KV_PORT, 0, 1 << 20, oneAcceptor));
        machine.start();
        final int[] all = ids.stream().mapToInt(Integer::intValue).toArray();
        final int[] owners = new int[BucketMap.BUCKETS];
        Arrays.setAll(owners, b -> b % cpus);
        final int[] froms = new int[BucketMap.BUCKETS];
        Arrays.fill(froms, BucketMap.NONE);
        stacks.values().forEach(stack -> stack.apply(new BucketMap(1, all, owners, froms)));
        until(() -> conductor.nowNs() > 1_000_000);
    }

    @AfterEach
    void close() {
        machine.close();
    }

    private void until(final BooleanSupplier so) {
        final long limit = conductor.nowNs() + LIMIT_NS;
        while (!so.getAsBoolean() && failures.isEmpty() && conductor.nowNs() < limit) {
            conductor.step();
        }
        assertThat(failures).isEmpty();
        assertThat(so.getAsBoolean()).isTrue();
    }

    private List<String> processesOf(final int cpu) {
        final List<List<ThreadState>> threads = new ArrayList<>();
        machine.cpu(cpu).inject(() -> threads.add(machine.cpu(cpu).threads()));
        until(() -> !threads.isEmpty());
        return threads.get(0).stream()
                .map(thread -> thread.name().replaceAll("\\..*", ""))
                .filter(name -> name.endsWith("d"))
                .filter(name ->
                        List.of("echod", "discardd", "chargend", "httpd", "kvd").contains(name))
                .sorted()
                .toList();
    }

    /** A connection from a CPU of the same member. */
    private final class Peer {
        private final Netstack stack;
        private final SockFiles files = new SockFiles();
        private final ByteArrayOutputStream received = new ByteArrayOutputStream();
        private boolean connected;

        private Peer(final int cpu, final int port) {
            stack = stacks.get(cpu);
            final String me = Ipv4Address.format(NetSettings.defaults().address());
            machine.cpu(cpu)
                    .inject(() -> call(
                            SockCall.Socket.tcp(),
                            (e, fd) -> call(new SockCall.Connect(fd, SockAddr.of(me, port)), (error, n) -> {
                                connected = error == NetError.OK;
                                read();
                            })));
            until(() -> connected);
        }

        private <R> void call(final SockCall<R> call, final BiConsumer<NetError, R> then) {
            stack.sockets().call(files, call, then);
        }

        private void read() {
            call(SockCall.Recv.of(0, 1 + seed.nextInt(5_000)), (error, bytes) -> {
                if (error == NetError.OK && bytes.length > 0) {
                    received.writeBytes(bytes);
                    read();
                }
            });
        }

        private void send(final int cpu, final byte[] bytes) {
            machine.cpu(cpu).inject(() -> sendRest(bytes, 0));
        }

        private void sendRest(final byte[] bytes, final int from) {
            if (from < bytes.length) {
                final int count = Math.min(bytes.length - from, 1 + seed.nextInt(3_000));
                call(new SockCall.Send(0, bytes, from, count, Set.of()), (error, sent) -> sendRest(bytes, from + sent));
            }
        }

        private String text() {
            return received.toString(StandardCharsets.ISO_8859_1);
        }
    }

    @ParameterizedTest
    @CsvSource({"1, false", "4, false", "4, true"})
    void shouldServeKeysInOrderAndPagesToAllCpus(final int cpus, final boolean oneAcceptor) {
        start(cpus, oneAcceptor);
        for (int cpu = 0; cpu < cpus; cpu++) {
            assertThat(processesOf(cpu))
                    .hasSize(oneAcceptor && cpu > 0 ? 0 : 5)
                    .isSubsetOf("chargend", "discardd", "echod", "httpd", "kvd");
        }
        final List<Peer> peers = new ArrayList<>();
        final int commands = 600;
        final String want = IntStream.range(0, commands)
                .mapToObj(i -> "+OK\r\n:" + (i + 1) + "\r\n*2\r\n$"
                        + Integer.toString(i).length() + "\r\n" + i + "\r\n$-1\r\n")
                .collect(Collectors.joining());
        for (int i = 0; i < 2 * cpus; i++) {
            final int client = i;
            final Peer peer = new Peer(i % cpus, KV_PORT);
            peers.add(peer);
            peer.send(
                    i % cpus,
                    IntStream.range(0, commands)
                            .mapToObj(n -> "SET c" + client + ":" + n + " " + n + "\r\nINCR n" + client + "\r\nMGET c"
                                    + client + ":" + n + " none" + n + "\r\n")
                            .collect(Collectors.joining())
                            .getBytes(StandardCharsets.US_ASCII));
        }
        until(() -> peers.stream().allMatch(peer -> peer.text().length() >= want.length()));
        assertThat(peers).allSatisfy(peer -> assertThat(peer.text()).isEqualTo(want));
        assertThat(users.keys().values().stream()
                        .mapToLong(keys -> keys.get(KvCounter.KEYS))
                        .sum())
                .isEqualTo(2L * cpus * (commands + 1));
        final Peer page = new Peer(cpus - 1, 80);
        page.send(cpus - 1, "GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        until(() -> page.text().contains("</html>"));
        assertThat(page.text()).startsWith("HTTP/1.1 200 OK\r\n");
    }
}
