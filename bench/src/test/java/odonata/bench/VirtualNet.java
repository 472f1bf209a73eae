package odonata.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import odonata.actors.cpu.Conductor;
import odonata.actors.cpu.CostModel;
import odonata.actors.netisr.NetCounter;
import odonata.actors.nic.LinkNic;
import odonata.actors.nic.Nic;
import odonata.actors.socket.SockAddr;
import odonata.actors.socket.SockCall;
import odonata.actors.socket.SockFiles;
import odonata.protocol.clock.Seed;
import odonata.protocol.ip.Ipv4Prefix;
import odonata.protocol.tcp.machine.TcpSettings;

/**
 * Virtual time, one core: two hosts and very many connections between them. One after the other carries a request and its answer; on each CPU of the client
 * some do at a time. Each CPU has a cable to another CPU of the other host, so that what arrives is for a third one.
 */
final class VirtualNet implements AutoCloseable {
    private static final int PORT = 5_001;
    private static final int IN_FLIGHT = 3;
    private static final int ACTIVE = 8;
    private static final int REQUEST = 100;
    private static final int ANSWER = 8_192;
    private static final long SETUP_STEPS = 200_000_000L;
    private static final long SLICE_NS = 100_000;

    private final Conductor conductor = Conductor.create(CostModel.defaults());
    private final int cpus;
    private final int perCpu;
    private final NetHost clients;
    private final NetHost servers;
    private final byte[] request = new byte[REQUEST];
    private final byte[] answer = new byte[ANSWER];
    private final int[] turns;
    private int connected;

    private VirtualNet(final int cpus, final int connections) {
        this.cpus = cpus;
        perCpu = connections / cpus;
        turns = new int[cpus];
        final List<Nic> near = new ArrayList<>();
        final List<Nic> far = new ArrayList<>();
        for (int i = 0; i < cpus; i++) {
            final LinkNic.Pair cable = LinkNic.cable(
                    1 + 2 * i,
                    Ipv4Prefix.ALL,
                    Ipv4Prefix.ALL,
                    LinkNic.Quality.perfect(100_000_000_000L, 50_000),
                    conductor::at,
                    Seed.of(i));
            near.add(cable.near());
            far.add(cable.far());
        }
        far.add(far.remove(0));
        clients = NetHost.inVirtualTime(conductor, 1, cpus, NetHost.settings("10.0.1.1"), new TcpSettings(), near);
        servers = NetHost.inVirtualTime(conductor, 2, cpus, NetHost.settings("10.0.2.1"), new TcpSettings(), far);
    }

    /** Packets that arrive and are served, a second of real time. */
    static double rate(final Effort effort) {
        return rate(effort, System::nanoTime);
    }

    /** The same by another clock, nanoseconds: that of the thread, where others use the core too. */
    static double rate(final Effort effort, final LongSupplier clock) {
        try (VirtualNet net = new VirtualNet(effort.small() ? 4 : 32, effort.threads() / 10)) {
            net.connect();
            net.runFor(effort.warmUpMs());
            final long fromNs = clock.getAsLong();
            final long from = net.packets();
            net.runFor(effort.measureMs());
            return (net.packets() - from) * 1e9 / (clock.getAsLong() - fromNs);
        }
    }

    @Override
    public void close() {
        clients.close();
        servers.close();
    }

    private long packets() {
        return clients.sum(NetCounter.TCP) + servers.sum(NetCounter.TCP);
    }

    private void runFor(final int realMs) {
        final long endNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(realMs);
        do {
            conductor.runUntil(conductor.nowNs() + SLICE_NS);
        } while (System.nanoTime() < endNs);
    }

    private void connect() {
        for (int i = 0; i < cpus; i++) {
            final int cpu = i;
            servers.run(cpu, () -> listen(cpu, new SockFiles()));
        }
        conductor.runUntilQuiet(SETUP_STEPS);
        final List<Runnable> starts = new ArrayList<>();
        for (int i = 0; i < cpus; i++) {
            final int cpu = i;
            final SockFiles files = new SockFiles();
            clients.run(cpu, () -> {
                for (int n = 0; n < IN_FLIGHT; n++) {
                    open(cpu, files);
                }
            });
            starts.add(() -> {
                for (int n = 0; n < ACTIVE; n++) {
                    ask(cpu, files);
                }
            });
        }
        conductor.runUntilQuiet(SETUP_STEPS);
        if (connected != cpus * perCpu) {
            throw new IllegalStateException(connected + " of " + cpus * perCpu + " are connected");
        }
        for (int i = 0; i < cpus; i++) {
            clients.run(i, starts.get(i));
        }
    }

    private void listen(final int cpu, final SockFiles files) {
        servers.ok(
                cpu,
                files,
                SockCall.Socket.tcp(),
                fd -> servers.ok(
                        cpu,
                        files,
                        new SockCall.Bind(fd, SockAddr.any(PORT + cpu)),
                        n -> servers.ok(cpu, files, new SockCall.Listen(fd, 128), n2 -> accept(cpu, files, fd))));
    }

    private void accept(final int cpu, final SockFiles files, final int listening) {
        servers.ok(cpu, files, new SockCall.Accept(listening), one -> {
            answer(cpu, files, one.fd());
            accept(cpu, files, listening);
        });
    }

    private void answer(final int cpu, final SockFiles files, final int fd) {
        servers.ok(
                cpu,
                files,
                SockCall.Recv.of(fd, REQUEST),
                bytes -> servers.ok(cpu, files, SockCall.Send.of(fd, answer), n -> answer(cpu, files, fd)));
    }

    private void open(final int cpu, final SockFiles files) {
        if (files.size() == perCpu) {
            return;
        }
        clients.ok(cpu, files, SockCall.Socket.tcp(), fd -> {
            final SockAddr to = SockAddr.of("10.0.2.1", PORT + (cpu * 7 + fd) % cpus);
            clients.ok(cpu, files, new SockCall.Connect(fd, to), n -> {
                connected++;
                open(cpu, files);
            });
        });
    }

    private void ask(final int cpu, final SockFiles files) {
        final int fd = turns[cpu]++ % perCpu;
        clients.ok(cpu, files, SockCall.Send.of(fd, request), n -> hear(cpu, files, fd, ANSWER));
    }

    private void hear(final int cpu, final SockFiles files, final int fd, final int missing) {
        clients.ok(cpu, files, SockCall.Recv.of(fd, missing), bytes -> {
            if (bytes.length == missing) {
                ask(cpu, files);
            } else {
                hear(cpu, files, fd, missing - bytes.length);
            }
        });
    }
}
