package odonata.loadgen;

import java.util.ArrayDeque;
import java.util.Arrays;
import odonata.actors.cpu.Callout;
import odonata.actors.cpu.Cpu;
import odonata.actors.nic.Nic;
import odonata.actors.nic.NicCounters;
import odonata.actors.nic.NicPort;
import odonata.protocol.ip.Ipv4Prefix;
import odonata.protocol.wire.Mbuf;
import odonata.protocol.wire.NetOrder;

/**
 * The wire to the cluster as a device of the clients' machine. It is polled, by a callout of its CPU, and needs no thread: while packets come
 * it is asked always. Packets that the cluster does not take wait in a bounded queue, those beyond it are lost, as on any device.
 */
@SuppressWarnings("ThreadPriorityCheck") // it gives its core away
final class ClientNic implements Nic {
    private static final int QUEUE = 8_192;
    private static final long BUSY_NS = 20_000;
    private static final long IDLE_NS = 500_000;

    /** Polls in vain that are made without a pause, and where that has brought packets the last time. */
    private static final int FEW_YIELDS = 50;

    private static final int MANY_YIELDS = 500;

    /** Polls with short pauses that follow; then it is idle. */
    private static final int SHORT_PAUSES = 50;

    /** Makes neighbours differ in the upper bits (the golden ratio). */
    private static final int SPREAD = 0x9e37_79b1;

    private static final int SOURCE = 12;
    private static final int PORTS = 20;

    private final Cpu cpu;
    private final PacketLink link;
    private final Ipv4Prefix prefix;
    private final NicCounters counters = new NicCounters();
    private final ArrayDeque<Mbuf> queue = new ArrayDeque<>();
    private Callout poll;
    private int vain;
    private int yields = FEW_YIELDS;

    /** The device of {@code cpu}; {@code prefix} is what is reached by it. */
    ClientNic(final Cpu cpu, final PacketLink link, final Ipv4Prefix prefix) {
        this.cpu = cpu;
        this.link = link;
        this.prefix = prefix;
        this.poll = cpu.callout(() -> {});
    }

    @Override
    public int ifIndex() {
        return 1;
    }

    @Override
    public String name() {
        return "wire1";
    }

    @Override
    public Ipv4Prefix prefix() {
        return prefix;
    }

    @Override
    public void start(final Runnable wake) {
        poll = cpu.callout(wake);
        poll.reset(0);
    }

    @Override
    public int receive(final NicPort port, final int limit, final long nowNs) {
        send();
        final int received = link.poll(
                (data, offset, length) -> {
                    counters.received(length);
                    port.input(
                            new Mbuf(Arrays.copyOfRange(data, offset, offset + length), 0, length, ifIndex(), nowNs));
                },
                limit);
        if (received > 0) {
            yields = vain <= yields ? MANY_YIELDS : FEW_YIELDS;
            vain = 0;
        } else {
            vain++;
        }
        if (received < limit) {
            again();
        }
        return received;
    }

    /**
     * While packets come, as soon as nobody else wants the core: the shortest sleep takes five times as long as what is asked for here, and all
     * clients wait meanwhile.
     */
    private void again() {
        if (vain > 0 && vain <= yields) {
            Thread.yield();
        }
        poll.reset(vain <= yields ? 0 : vain <= yields + SHORT_PAUSES ? BUSY_NS : IDLE_NS);
    }

    @Override
    public boolean transmit(final Mbuf mbuf, final long nowNs) {
        if (queue.size() == QUEUE) {
            counters.outputDropped();
            return false;
        }
        counters.sent(mbuf.length());
        if (!queue.isEmpty() || !offer(mbuf)) {
            queue.add(mbuf);
        }
        return true;
    }

    /** The packets of a connection go to one member, in their order. */
    private boolean offer(final Mbuf mbuf) {
        final int spread = NetOrder.getInt(mbuf.data(), mbuf.offset() + SOURCE)
                ^ NetOrder.getInt(mbuf.data(), mbuf.offset() + PORTS);
        return link.offer(mbuf.data(), mbuf.offset(), mbuf.length(), (spread * SPREAD) >>> 8);
    }

    private void send() {
        while (!queue.isEmpty() && offer(queue.peek())) {
            queue.remove();
        }
    }

    @Override
    public void flush() {
        send();
        link.flush();
        vain = 0;
    }

    @Override
    public NicCounters counters() {
        return counters;
    }

    @Override
    public void close() {
        poll.stop();
        queue.clear();
    }
}
