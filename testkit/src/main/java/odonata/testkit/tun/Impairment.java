package odonata.testkit.tun;

/**
 * What a cable does to packets, the same in both directions; as {@code tc netem} would.
 *
 * @param loss probability that a packet is lost
 * @param duplicate probability that it arrives twice
 * @param corrupt probability that one bit of it is another one
 * @param reorder probability that it arrives {@code reorderNs} later than others, so that they overtake it
 * @param delayNs time of flight
 * @param reorderNs how late one is that is overtaken
 * @param queue packets under way in one direction; what exceeds it is lost
 */
public record Impairment(
        double loss, double duplicate, double corrupt, double reorder, long delayNs, long reorderNs, int queue) {
    private static final int QUEUE = 10_000;
    private static final long REORDER_NS = 3_000_000;

    /** Checks every range. */
    public Impairment {
        for (final double chance : new double[] {loss, duplicate, corrupt, reorder}) {
            if (!(chance >= 0 && chance <= 1)) {
                throw new IllegalArgumentException("probability " + chance + ": want 0..1");
            }
        }
        if (delayNs < 0 || reorderNs < 0 || queue < 1) {
            throw new IllegalArgumentException("delayNs=" + delayNs + " reorderNs=" + reorderNs + " queue=" + queue);
        }
    }

    /** Nothing happens to a packet. */
    public static Impairment none() {
        return new Impairment(0, 0, 0, 0, 0, REORDER_NS, QUEUE);
    }

    /** So many of the packets are lost. */
    public Impairment losing(final double share) {
        return new Impairment(share, duplicate, corrupt, reorder, delayNs, reorderNs, queue);
    }

    /** So many of them arrive twice. */
    public Impairment doubling(final double share) {
        return new Impairment(loss, share, corrupt, reorder, delayNs, reorderNs, queue);
    }

    /** So many of them are changed. */
    public Impairment corrupting(final double share) {
        return new Impairment(loss, duplicate, share, reorder, delayNs, reorderNs, queue);
    }

    /** So many of them are overtaken. */
    public Impairment reordering(final double share) {
        return new Impairment(loss, duplicate, corrupt, share, delayNs, reorderNs, queue);
    }

    /** Each takes so long. */
    public Impairment delaying(final long millis) {
        return new Impairment(loss, duplicate, corrupt, reorder, millis * 1_000_000, reorderNs, queue);
    }
}
