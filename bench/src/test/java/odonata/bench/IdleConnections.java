package odonata.bench;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import odonata.actors.nic.Nic;
import odonata.actors.nic.NicCounters;
import odonata.actors.nic.NicPort;
import odonata.actors.socket.SockAddr;
import odonata.actors.socket.SockCall;
import odonata.actors.socket.SockFiles;
import odonata.protocol.flow.FlowKey;
import odonata.protocol.ip.IpProto;
import odonata.protocol.ip.Ipv4Address;
import odonata.protocol.ip.Ipv4Header;
import odonata.protocol.ip.Ipv4Prefix;
import odonata.protocol.tcp.TcpHeader;
import odonata.protocol.tcp.TcpSegment;
import odonata.protocol.tcp.machine.TcpSettings;
import odonata.protocol.wire.Mbuf;

/**
 * Very many established connections of one member of two CPUs, accepted by servers that hold a descriptor of each, and idle. Their peers are
 * a device that keeps nothing of them. When the heap has been looked at, some of them carry bytes there and back.
 */
final class IdleConnections {
    private static final String ME = "10.77.77.1";
    private static final int CPUS = 2;
    private static final int PER_SERVER = 50_000;
    private static final int IN_FLIGHT = 64;
    private static final int FIRST_PORT = 80;
    private static final int FIRST_SPORT = 1_024;
    private static final int ISN = 1_000;
    private static final int TENTHS = 10;
    private static final int TALKING = 10_000;
    private static final int TEXT = 100;

    /** A multiple of ten. */
    private final int connections;

    private final NetHost host;
    private final Peers peers;
    private final List<SockFiles> files = new ArrayList<>();
    private final AtomicInteger accepted;
    /** A tenth after the other is established. */
    private final List<CompletableFuture<Void>> established = new ArrayList<>();

    private IdleConnections(final int connections, final NetHost host, final Peers peers) {
        this.connections = connections;
        this.host = host;
        this.peers = peers;
        this.accepted = peers.accepted;
        for (int i = 0; i < TENTHS; i++) {
            established.add(new CompletableFuture<>());
        }
    }

    /** Bytes of heap of one connection. */
    static double bytes(final Effort effort) {
        final int connections = effort.threads();
        final Peers peers = new Peers(connections);
        try (NetHost host = NetHost.onWallClock(1, CPUS, NetHost.settings(ME), new TcpSettings(), List.of(peers))) {
            return new IdleConnections(connections, host, peers).measure();
        }
    }

    private double measure() {
        final int servers = (connections + PER_SERVER - 1) / PER_SERVER;
        final List<CompletableFuture<Void>> listening = new ArrayList<>();
        for (int i = 0; i < servers; i++) {
            files.add(new SockFiles());
            listening.add(new CompletableFuture<>());
            final int server = i;
            host.run(server % CPUS, () -> listen(server, listening.get(server)));
        }
        listening.forEach(Failures::await);
        final long before = Heap.used();
        peers.begin();
        established.forEach(Failures::await);
        final double bytes = (double) (Heap.used() - before) / connections;
        talk();
        return bytes;
    }

    private void listen(final int server, final CompletableFuture<Void> listening) {
        final int cpu = server % CPUS;
        final SockFiles mine = files.get(server);
        host.ok(
                cpu,
                mine,
                SockCall.Socket.tcp(),
                fd -> host.ok(
                        cpu,
                        mine,
                        new SockCall.Bind(fd, SockAddr.any(FIRST_PORT + server)),
                        n -> host.ok(cpu, mine, new SockCall.Listen(fd, 128), n2 -> {
                            listening.complete(null);
                            accept(cpu, mine, fd);
                        })));
    }

    private void accept(final int cpu, final SockFiles mine, final int fd) {
        host.ok(cpu, mine, new SockCall.Accept(fd), one -> {
            final int now = accepted.incrementAndGet();
            if (now % (connections / TENTHS) == 0) {
                established.get(now / (connections / TENTHS) - 1).complete(null);
            }
            peers.wake.run();
            accept(cpu, mine, fd);
        });
    }

    /** Some thousand connections echo what their peers send. */
    private void talk() {
        final int talking = Math.min(TALKING, connections);
        for (int server = 0; server < files.size(); server++) {
            final int cpu = server % CPUS;
            final SockFiles mine = files.get(server);
            final int last = Math.min(PER_SERVER, connections - server * PER_SERVER);
            host.run(cpu, () -> {
                for (int fd = 1; fd <= last; fd++) {
                    final int of = fd;
                    host.ok(
                            cpu,
                            mine,
                            SockCall.Recv.of(of, TEXT),
                            text -> host.ok(cpu, mine, SockCall.Send.of(of, text), n -> {}));
                }
            });
        }
        peers.talk(talking);
        Failures.await(peers.echoed);
    }

    /** The other ends: they answer what comes, and know of it no more than the numbers with which it began. */
    private static final class Peers implements Nic {
        private final int connections;
        private final int[] iss;
        private final NicCounters counters = new NicCounters();
        private final ArrayDeque<byte[]> answers = new ArrayDeque<>();
        private final CompletableFuture<Void> echoed = new CompletableFuture<>();
        private final AtomicInteger accepted = new AtomicInteger();
        private volatile Runnable wake = () -> {};
        private volatile boolean began;
        private volatile int talking;
        private int next;
        private int said;
        private int heard;

        Peers(final int connections) {
            this.connections = connections;
            iss = new int[connections];
        }

        void begin() {
            began = true;
            wake.run();
        }

        void talk(final int howMany) {
            talking = howMany;
            wake.run();
        }

        private static TcpSegment segment(final int connection) {
            return TcpSegment.of(new FlowKey(
                    Ipv4Address.parse("10.64.0.1") + connection / PER_SERVER,
                    FIRST_SPORT + connection % PER_SERVER,
                    Ipv4Address.parse(ME),
                    FIRST_PORT + connection / PER_SERVER,
                    IpProto.TCP));
        }

        private static int connectionOf(final TcpHeader tcp) {
            return (tcp.sport() - FIRST_PORT) * PER_SERVER + tcp.dport() - FIRST_SPORT;
        }

        @Override
        public int receive(final NicPort port, final int limit, final long nowNs) {
            int n = 0;
            for (; n < limit; n++) {
                final byte[] packet;
                if (!answers.isEmpty()) {
                    packet = answers.removeFirst();
                } else if (began && next < connections && next - accepted.get() < IN_FLIGHT) {
                    final TcpSegment syn = segment(next++).seq(ISN).flags(TcpHeader.SYN);
                    syn.options().mss(1_460);
                    packet = syn.build();
                } else if (said < talking) {
                    final int connection = (int) ((long) said * connections / talking);
                    said++;
                    packet = segment(connection)
                            .seq(ISN + 1)
                            .ack(iss[connection] + 1)
                            .flags(TcpHeader.ACK | TcpHeader.PSH)
                            .payload(new byte[TEXT])
                            .build();
                } else {
                    return n;
                }
                counters.received(packet.length);
                port.input(new Mbuf(packet, 0, packet.length, ifIndex(), nowNs));
            }
            return n;
        }

        @Override
        public boolean transmit(final Mbuf mbuf, final long nowNs) {
            counters.sent(mbuf.length());
            final Ipv4Header ip = new Ipv4Header().wrap(mbuf.data(), mbuf.offset(), mbuf.length());
            final TcpHeader tcp = new TcpHeader().wrap(ip);
            final int connection = connectionOf(tcp);
            if (tcp.has(TcpHeader.RST)) {
                Failures.failed(new IllegalStateException("connection " + connection + " was reset"));
            } else if (tcp.has(TcpHeader.SYN)) {
                iss[connection] = tcp.seq();
                answer(connection, ISN + 1, tcp.seq() + 1);
            } else if (tcp.payloadLength() > 0) {
                heard += tcp.payloadLength();
                answer(connection, ISN + 1 + TEXT, tcp.seq() + tcp.payloadLength());
                if (heard == talking * TEXT) {
                    echoed.complete(null);
                }
            }
            return true;
        }

        private void answer(final int connection, final int seq, final int ack) {
            answers.addLast(
                    segment(connection).seq(seq).ack(ack).flags(TcpHeader.ACK).build());
            wake.run();
        }

        @Override
        public int ifIndex() {
            return 7;
        }

        @Override
        public String name() {
            return "peers";
        }

        @Override
        public Ipv4Prefix prefix() {
            return Ipv4Prefix.ALL;
        }

        @Override
        public void start(final Runnable bell) {
            wake = bell;
        }

        @Override
        public NicCounters counters() {
            return counters;
        }

        @Override
        public void close() {}
    }
}
