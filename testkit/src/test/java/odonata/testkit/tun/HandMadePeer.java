package odonata.testkit.tun;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import odonata.actors.nic.TunNic;
import odonata.protocol.flow.FlowHashes;
import odonata.protocol.flow.FlowKey;
import odonata.protocol.ip.IpClass;
import odonata.protocol.ip.IpProto;
import odonata.protocol.ip.Ipv4Header;
import odonata.protocol.ip.PacketChecks;
import odonata.protocol.ip.PacketClassifier;
import odonata.protocol.tcp.TcpHeader;
import odonata.protocol.tcp.TcpSegment;
import odonata.protocol.wire.Mbuf;

/** A TCP peer behind a TUN device that takes one connection and acknowledges whatever comes in order; its thread is the device's carrier. */
final class HandMadePeer implements AutoCloseable {
    /** Bytes that fit the initial window of the kernel and the one that this peer announces. */
    static final int TEXT = 14_000;

    private static final int ISS = 5_000;
    private static final int BATCH = 16;

    private final TunNic nic;
    private final PacketClassifier classifier = new PacketClassifier(FlowHashes.byName("dragonfly", 0));
    private final Semaphore bell = new Semaphore(0);
    private final List<Integer> segments = new CopyOnWriteArrayList<>();
    private final ByteArrayOutputStream text = new ByteArrayOutputStream();
    private final Thread thread = new Thread(this::run, "peer");
    private final AtomicInteger damaged = new AtomicInteger();
    private volatile int received;
    private volatile boolean ended;
    private int rcvNxt;

    HandMadePeer(final TunNic nic) {
        this.nic = nic;
        nic.start(bell::release);
        thread.start();
    }

    private void run() {
        while (!ended) {
            bell.acquireUninterruptibly();
            nic.receive(this::input, BATCH, 0);
        }
    }

    private void input(final Mbuf mbuf) {
        if (PacketClassifier.classOf(classifier.classify(mbuf)) != IpClass.TCP) {
            return;
        }
        final Ipv4Header ip = new Ipv4Header().wrap(mbuf.data(), mbuf.offset(), mbuf.length());
        damaged.addAndGet(PacketChecks.transportOk(mbuf) && ip.totalLength() == mbuf.length() ? 0 : 1);
        final TcpHeader tcp = new TcpHeader().wrap(ip);
        if (tcp.has(TcpHeader.SYN)) {
            rcvNxt = tcp.seq() + 1;
            answer(ip, tcp, ISS, TcpHeader.SYN | TcpHeader.ACK);
        } else if (tcp.payloadLength() > 0) {
            take(tcp);
            answer(ip, tcp, ISS + 1, TcpHeader.ACK);
        }
    }

    private void take(final TcpHeader tcp) {
        if (tcp.seq() == rcvNxt) {
            segments.add(tcp.payloadLength());
            rcvNxt += tcp.payloadLength();
            text.write(tcp.data(), tcp.payloadOffset(), tcp.payloadLength());
            received = text.size();
        }
    }

    private void answer(final Ipv4Header ip, final TcpHeader tcp, final int seq, final int flags) {
        final FlowKey flow = new FlowKey(ip.src(), tcp.sport(), ip.dst(), tcp.dport(), IpProto.TCP).reversed();
        final TcpSegment segment =
                TcpSegment.of(flow).seq(seq).ack(rcvNxt).flags(flags).window(65_535);
        if ((flags & TcpHeader.SYN) != 0) {
            segment.options().mss(1_460);
        }
        nic.transmit(Mbuf.of(segment.build()), 0);
    }

    /** Text of each segment that came, bytes. */
    List<Integer> segments() {
        return segments;
    }

    /** Bytes of text so far. */
    int received() {
        return received;
    }

    /** Segments whose checksum or length is wrong. */
    int damaged() {
        return damaged.get();
    }

    /** What came, after {@link #received} has said that it is all. */
    byte[] text() {
        return text.toByteArray();
    }

    @Override
    public void close() {
        ended = true;
        bell.release();
        try {
            thread.join();
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        nic.close();
    }
}
