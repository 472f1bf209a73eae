package odonata.ssi.wire;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import odonata.actors.nic.Nic;
import odonata.actors.nic.NicCounters;
import odonata.actors.nic.NicPort;
import odonata.protocol.ip.Ipv4Prefix;
import odonata.protocol.wire.Mbuf;
import odonata.ssi.uplink.frame.FrameKind;
import odonata.ssi.uplink.frame.FrameSecret;
import odonata.ssi.uplink.frame.FrameWriter;
import org.agrona.concurrent.OneToOneConcurrentArrayQueue;

/**
 * The device whose other end is a load generator. Made by {@link WireHub#attach}.
 *
 * <p>Received packets wait in a bounded ring, which the receiving agent fills and the CPU pulls; while the ring is full
 * the agent leaves frames where they are, so the load generator's sends are refused. Sent packets are gathered into frames until
 * {@link #flush}; frames that the transport does not take wait in a bounded backlog, packets beyond it are lost and counted.
 */
public final class WireNic implements Nic {
    private static final int BACKLOG = 64;

    private final WireHub hub;
    private final WireAddress address;
    private final int ifIndex;
    private final SwitchedSink sink;
    private final FrameWriter greeter;
    private final PacketWriter output;
    private final OneToOneConcurrentArrayQueue<byte[]> input;
    private final NicCounters counters = new NicCounters();
    private final CompletableFuture<Void> down = new CompletableFuture<>();
    private volatile Runnable wake = () -> {};
    private volatile boolean started;
    private volatile boolean behind;
    private volatile boolean sending;
    private volatile boolean byeAnswered;
    private volatile boolean downWanted;
    private volatile boolean left;
    private volatile boolean closed;
    private volatile boolean linked;
    private boolean byeAckSent;

    /** State that only the receiving agent uses. */
    final WireState state = new WireState();

    WireNic(
            final WireHub hub,
            final int member,
            final WireAddress address,
            final int ifIndex,
            final SwitchedSink sink,
            final int softLimit,
            final int ring,
            final Optional<FrameSecret.Code> greeting,
            final Optional<FrameSecret.Code> code) {
        this.hub = hub;
        this.address = address;
        this.ifIndex = ifIndex;
        this.sink = sink;
        this.greeter = new FrameWriter(member, WireBody.GREETER, softLimit, greeting);
        this.output = new PacketWriter(sink, member, softLimit, BACKLOG, code);
        this.input = new OneToOneConcurrentArrayQueue<>(ring);
    }

    /** The load generator. */
    public WireAddress address() {
        return address;
    }

    /**
     * Asks the load generator to send no more packets to this member.
     *
     * @return done when it has agreed and its last packet waits in the device, or the link has ended
     */
    public CompletableFuture<Void> down() {
        downWanted = true;
        return down;
    }

    @Override
    public int ifIndex() {
        return ifIndex;
    }

    @Override
    public String name() {
        return "wire" + ifIndex;
    }

    @Override
    public Ipv4Prefix prefix() {
        return address.prefix();
    }

    @Override
    public void start(final Runnable bell) {
        wake = bell;
        started = true;
    }

    @Override
    public int receive(final NicPort port, final int limit, final long nowNs) {
        int given = 0;
        while (given < limit) {
            final byte[] packet = input.poll();
            if (packet == null) {
                break;
            }
            port.input(new Mbuf(packet, 0, packet.length, ifIndex, nowNs));
            given++;
        }
        flush();
        return given;
    }

    @Override
    public boolean transmit(final Mbuf mbuf, final long nowNs) {
        sending = true;
        if (closed || !output.offer(mbuf.data(), mbuf.offset(), mbuf.length())) {
            behind = true;
            counters.outputDropped();
            return false;
        }
        counters.sent(mbuf.length());
        return true;
    }

    @Override
    public void flush() {
        if (closed) {
            return;
        }
        boolean all = output.push();
        if (all && byeAnswered && !byeAckSent) {
            byeAckSent = output.note(FrameKind.WIRE_BYE_ACK);
            all = byeAckSent && output.isEmpty();
        }
        behind = !all;
        sending = false;
        left = all && byeAckSent;
    }

    @Override
    public NicCounters counters() {
        return counters;
    }

    /** Ends the link; the load generator notices. Any thread. */
    @Override
    public void close() {
        closed = true;
        hub.detach(address.client());
    }

    /** The ring between agent and CPU. */
    OneToOneConcurrentArrayQueue<byte[]> input() {
        return input;
    }

    SwitchedSink sink() {
        return sink;
    }

    FrameWriter greeter() {
        return greeter;
    }

    boolean started() {
        return started;
    }

    void wake() {
        wake.run();
    }

    /** True when frames wait for the transport. */
    boolean behind() {
        return behind || sending;
    }

    /** True when the last word to a load generator that said goodbye is out. */
    boolean hasLeft() {
        return left;
    }

    boolean closed() {
        return closed;
    }

    /** True from when the load generator is linked until the link has ended: it may still send. Any thread. */
    public boolean inUse() {
        return linked && !closed;
    }

    void nowLinked() {
        linked = true;
    }

    void shut() {
        closed = true;
        down.complete(null);
    }

    boolean downWanted() {
        return downWanted && !down.isDone();
    }

    void downAcknowledged() {
        down.complete(null);
    }

    /** No answer follows: the CPU tells the load generator after what it still has to send. */
    void byeAnswered() {
        byeAnswered = true;
    }
}
