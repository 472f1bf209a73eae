package odonata.actors.nic;

import java.util.ArrayDeque;
import java.util.Arrays;
import odonata.protocol.clock.Seed;
import odonata.protocol.ip.Ipv4Prefix;
import odonata.protocol.wire.Mbuf;

/**
 * One end of a cable in virtual time: bandwidth, delay, a bounded output queue, seeded loss, reordering, duplication and corruption.
 *
 * <p>Both ends are driven by one thread, that of the conductor. A packet occupies the sender for its length divided by the
 * bandwidth; it arrives a delay later. One that is reordered arrives {@link Quality#reorderNs} later still.
 */
public final class LinkNic implements Nic {
    private final int ifIndex;
    private final String name;
    private final Ipv4Prefix prefix;
    private final Quality quality;
    private final Timeline timeline;
    private final Seed seed;
    private final NicCounters counters = new NicCounters();
    private final ArrayDeque<Mbuf> arrived = new ArrayDeque<>();
    private Runnable wake = () -> {};
    private long freeAtNs;
    private long lost;
    private LinkNic peer = this;

    /** Where things are put that happen at a virtual time: {@code conductor::at}. */
    @FunctionalInterface
    public interface Timeline {
        /** Runs {@code event} at {@code timeNs}. */
        void at(long timeNs, Runnable event);
    }

    /**
     * What a cable is like, the same in both directions.
     *
     * @param bitsPerSecond bandwidth
     * @param delayNs time of flight
     * @param queueNs time that a packet may wait for the sender; one that would wait longer is refused
     * @param loss probability that a packet is lost on the way
     * @param reorder probability that a packet is late by {@code reorderNs}
     * @param reorderNs how late
     * @param duplicate probability that a packet arrives twice, the second time late by {@code reorderNs}
     * @param corrupt probability that one octet of a packet is another when it arrives
     */
    public record Quality(
            long bitsPerSecond,
            long delayNs,
            long queueNs,
            double loss,
            double reorder,
            long reorderNs,
            double duplicate,
            double corrupt) {

        /** Checks every range. */
        public Quality {
            if (bitsPerSecond < 1 || delayNs < 1 || queueNs < 0 || reorderNs < 0) {
                throw new IllegalArgumentException("bitsPerSecond=" + bitsPerSecond + " delayNs=" + delayNs
                        + " queueNs=" + queueNs + " reorderNs=" + reorderNs);
            }
            requireProbability("loss", loss);
            requireProbability("reorder", reorder);
            requireProbability("duplicate", duplicate);
            requireProbability("corrupt", corrupt);
        }

        private static void requireProbability(final String name, final double value) {
            if (!(value >= 0 && value <= 1)) {
                throw new IllegalArgumentException(name + "=" + value + ": want 0..1");
            }
        }

        /** A cable that neither loses, reorders, doubles nor changes anything. */
        public static Quality perfect(final long bitsPerSecond, final long delayNs) {
            return new Quality(bitsPerSecond, delayNs, 1_000_000_000, 0, 0, 0, 0, 0);
        }
    }

    /** The two ends of a cable. */
    public record Pair(LinkNic near, LinkNic far) {}

    private LinkNic(
            final int ifIndex,
            final Ipv4Prefix prefix,
            final Quality quality,
            final Timeline timeline,
            final Seed seed) {
        this.ifIndex = ifIndex;
        this.name = "link" + ifIndex;
        this.prefix = prefix;
        this.quality = quality;
        this.timeline = timeline;
        this.seed = seed;
    }

    /**
     * A cable.
     *
     * @param nearIndex interface number of the near end; the far end has the next
     * @param beyondNear what is reached through the near end
     * @param beyondFar what is reached through the far end
     */
    public static Pair cable(
            final int nearIndex,
            final Ipv4Prefix beyondNear,
            final Ipv4Prefix beyondFar,
            final Quality quality,
            final Timeline timeline,
            final Seed seed) {
        final LinkNic near = new LinkNic(nearIndex, beyondNear, quality, timeline, seed.split(1));
        final LinkNic far = new LinkNic(nearIndex + 1, beyondFar, quality, timeline, seed.split(2));
        near.peer = far;
        far.peer = near;
        return new Pair(near, far);
    }

    @Override
    public int ifIndex() {
        return ifIndex;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Ipv4Prefix prefix() {
        return prefix;
    }

    /** Packets that this end sent and that were lost on the way. */
    public long lost() {
        return lost;
    }

    @Override
    public void start(final Runnable bell) {
        wake = bell;
    }

    @Override
    public int receive(final NicPort port, final int limit, final long nowNs) {
        int n = 0;
        for (; n < limit && !arrived.isEmpty(); n++) {
            final Mbuf mbuf = arrived.removeFirst();
            counters.received(mbuf.length());
            port.input(new Mbuf(mbuf.data(), mbuf.offset(), mbuf.length(), ifIndex, nowNs));
        }
        return n;
    }

    @Override
    public boolean transmit(final Mbuf mbuf, final long nowNs) {
        final long start = Math.max(nowNs, freeAtNs);
        if (start - nowNs > quality.queueNs()) {
            counters.outputDropped();
            return false;
        }
        counters.sent(mbuf.length());
        freeAtNs = start + Math.multiplyExact(mbuf.length() * 8L, 1_000_000_000L) / quality.bitsPerSecond();
        if (seed.chance(quality.loss())) {
            lost++;
            return true;
        }
        final long late = seed.chance(quality.reorder()) ? quality.reorderNs() : 0;
        final long atNs = freeAtNs + quality.delayNs() + late;
        final boolean twice = seed.chance(quality.duplicate());
        final Mbuf arriving = seed.chance(quality.corrupt()) ? corrupted(mbuf) : mbuf;
        if (twice) {
            final Mbuf copy = copy(mbuf);
            timeline.at(atNs + quality.reorderNs(), () -> peer.arrive(copy));
        }
        timeline.at(atNs, () -> peer.arrive(arriving));
        return true;
    }

    private Mbuf corrupted(final Mbuf mbuf) {
        final Mbuf copy = copy(mbuf);
        copy.data()[seed.nextInt(copy.length())] ^= (byte) (1 + seed.nextInt(255));
        return copy;
    }

    private static Mbuf copy(final Mbuf mbuf) {
        return Mbuf.of(Arrays.copyOfRange(mbuf.data(), mbuf.offset(), mbuf.offset() + mbuf.length()));
    }

    private void arrive(final Mbuf mbuf) {
        arrived.addLast(mbuf);
        wake.run();
    }

    @Override
    public NicCounters counters() {
        return counters;
    }

    @Override
    public void close() {
        arrived.clear();
    }
}
