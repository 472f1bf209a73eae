package odonata.protocol.tcp.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import odonata.protocol.clock.Seed;
import odonata.protocol.flow.FlowKey;
import odonata.protocol.ip.IpProto;
import odonata.protocol.tcp.TcpHeader;

/** Two machines with one connection between them, a link with faults, and virtual time in microseconds. */
final class TwoHosts {
    private static final boolean TRACE = Boolean.getBoolean("trace");
    private static final long START = 1_700_000_000_000_000L;
    static final int CLIENT = 0x0a000001;
    static final int SERVER = 0x0a000002;

    /** What the link does to packets; probabilities for each packet. */
    record Link(long delayUs, long jitterUs, double loss, double duplicate, int bitsPerUs) {
        static Link clean(final long delayUs) {
            return new Link(delayUs, 0, 0, 0, 0);
        }
    }

    private record Happening(long atUs, long order, Runnable what) implements Comparable<Happening> {
        @Override
        public int compareTo(final Happening other) {
            return atUs != other.atUs ? Long.compare(atUs, other.atUs) : Long.compare(order, other.order);
        }
    }

    private final PriorityQueue<Happening> happenings = new PriorityQueue<>();
    private final Link link;
    private final Seed seed;
    final Host client;
    final Host server;
    long nowUs = START;
    private long order;

    TwoHosts(final TcpSettings ofClient, final TcpSettings ofServer, final Link link, final Seed seed) {
        this.link = link;
        this.seed = seed;
        client = new Host(CLIENT, 40_000, SERVER, 80, ofClient);
        server = new Host(SERVER, 80, CLIENT, 40_000, ofServer);
        client.peer = server;
        server.peer = client;
    }

    void at(final long atUs, final Runnable what) {
        happenings.add(new Happening(atUs, order++, what));
    }

    /** Runs until nothing is left to happen, at most so many steps. */
    void run(final int limit) {
        int steps = 0;
        while (!happenings.isEmpty()) {
            assertThat(steps++).as("steps").isLessThan(limit);
            final Happening next = happenings.poll();
            nowUs = Math.max(nowUs, next.atUs());
            next.what().run();
        }
    }

    void runUntil(final long untilUs) {
        while (!happenings.isEmpty() && happenings.peek().atUs() <= untilUs) {
            final Happening next = happenings.poll();
            nowUs = Math.max(nowUs, next.atUs());
            next.what().run();
        }
        nowUs = untilUs;
    }

    /** One end: machine, connection, and a user who writes a stream and reads the other's. */
    final class Host implements TcpActions {
        private final int address;
        final TcpMachine machine;
        final TcpCb tcb;
        Host peer;
        final List<TcpEvent> events = new ArrayList<>();
        private final TcpIn in = new TcpIn();
        private long timerVersion;
        int timersAsked;
        private long busyUntilUs;
        byte[] toWrite = new byte[0];
        int written;
        int chunk = 4_000;
        byte[] got = new byte[1 << 20];
        int gotLength;
        /** Reads that much at a time, and that long after it was told; 0: at once, all. */
        long readDelayUs;

        boolean readScheduled;
        boolean closeWhenWritten = true;
        boolean closed;
        int packets;
        int lost;
        Runnable afterEach = () -> {};

        Host(final int address, final int port, final int peerAddress, final int peerPort, final TcpSettings settings) {
            this.address = address;
            machine = new TcpMachine(settings, this);
            tcb = new TcpCb(new FlowKey(address, port, peerAddress, peerPort, IpProto.TCP), settings);
        }

        @Override
        public void send(final TcpCb which, final TcpOut segment) {
            packets++;
            trace(segment);
            final byte[] packet =
                    segment.packet(0, which.flow().src(), which.flow().dst());
            if (segment.segmentSize() > 0) {
                new TcpHeader()
                        .wrap(packet, 0, packet.length)
                        .putChecksum(which.flow().src(), which.flow().dst());
            }
            if (seed.chance(link.loss())) {
                lost++;
                return;
            }
            deliver(packet);
            if (seed.chance(link.duplicate())) {
                deliver(packet.clone());
            }
        }

        /** With {@code -Dtrace=true} every segment is printed. */
        private void trace(final TcpOut segment) {
            if (TRACE) {
                System.out.printf(
                        "%d %s seq %d ack %d flags %x text %d win %d cwnd %d%n",
                        nowUs - START,
                        this == client ? "client" : "server",
                        segment.seq(),
                        segment.ack(),
                        segment.flags(),
                        segment.textLength(),
                        segment.window(),
                        tcb.congestionControl().cwnd());
            }
        }

        private void deliver(final byte[] packet) {
            busyUntilUs = Math.max(busyUntilUs, nowUs);
            busyUntilUs += link.bitsPerUs() > 0 ? packet.length * 8L / link.bitsPerUs() : 0;
            final long jitter = link.jitterUs() > 0 ? seed.nextInt((int) link.jitterUs()) : 0;
            at(busyUntilUs + link.delayUs() + jitter, () -> peer.receive(packet));
        }

        private void receive(final byte[] packet) {
            final TcpHeader header = new TcpHeader().wrap(packet, 0, packet.length);
            assertThat(header.check()).isTrue();
            assertThat(header.verifyChecksum(peer.address, address)).isTrue();
            machine.input(tcb, in.read(header), nowUs);
            afterEach.run();
            act();
        }

        @Override
        public void timer(final TcpCb which, final long atUs) {
            timersAsked++;
            final long version = ++timerVersion;
            if (atUs != TcpTimer.NEVER) {
                at(atUs, () -> expire(version));
            }
        }

        private void expire(final long version) {
            if (version == timerVersion) {
                machine.expire(tcb, nowUs);
                afterEach.run();
                act();
            }
        }

        @Override
        public void event(final TcpCb which, final TcpEvent event) {
            events.add(event);
        }

        /** Writes what fits, reads what is there, closes at the end. */
        void act() {
            if (tcb.state() == TcpState.LISTEN || tcb.state() == TcpState.SYN_SENT) {
                return;
            }
            write();
            if (readDelayUs == 0) {
                read();
            } else if (!readScheduled) {
                readScheduled = true;
                at(nowUs + readDelayUs, this::lateRead);
            }
        }

        private void lateRead() {
            readScheduled = false;
            read();
            if (tcb.receiveBuffer().available() > 0) {
                act();
            }
        }

        private void write() {
            while (written < toWrite.length) {
                final int taken =
                        machine.send(tcb, toWrite, written, Math.min(chunk, toWrite.length - written), false, nowUs);
                written += taken;
                if (taken == 0) {
                    break;
                }
            }
            if (written == toWrite.length && closeWhenWritten && !closed) {
                closed = true;
                machine.shutdown(tcb, nowUs);
            }
        }

        private void read() {
            final int most = readDelayUs == 0 ? got.length - gotLength : Math.min(3_000, got.length - gotLength);
            final byte[] bytes = machine.receive(tcb, most, nowUs);
            System.arraycopy(bytes, 0, got, gotLength, bytes.length);
            gotLength += bytes.length;
        }

        @Override
        public String toString() {
            return "%s error=%s events=%s written=%d/%d got=%d una=%d nxt=%d max=%d wnd=%d rcvNxt=%d"
                    .formatted(
                            tcb.state(),
                            tcb.error(),
                            events.subList(Math.max(0, events.size() - 5), events.size()),
                            written,
                            toWrite.length,
                            gotLength,
                            tcb.sndUna(),
                            tcb.sndNxt(),
                            tcb.sndMax(),
                            tcb.sndWnd(),
                            tcb.rcvNxt());
        }

        long count(final TcpCounter counter) {
            return machine.counters().get(counter);
        }
    }

    void open(final int issOfClient, final int issOfServer, final boolean both) {
        if (both) {
            server.machine.connect(server.tcb, issOfServer, nowUs);
        } else {
            server.machine.listen(server.tcb, issOfServer, nowUs);
        }
        client.machine.connect(client.tcb, issOfClient, nowUs);
    }

    static byte[] stream(final Seed seed, final int length) {
        final byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) seed.nextLong();
        }
        return bytes;
    }
}
