package odonata.actors.cpu;

/**
 * What things cost in virtual time, in nanoseconds. Plain defaults of the order of today's machines; the lab calibrates them.
 *
 * @param sendNs a send to a port of the same CPU
 * @param crossCpuHopNs from one CPU's ring to the other CPU's run loop
 * @param crossMemberHopNs from one member to another, one way
 * @param switchNs change from one thread to another
 * @param messageNs taking one message from a port
 */
public record CostModel(long sendNs, long crossCpuHopNs, long crossMemberHopNs, long switchNs, long messageNs) {

    /** Rejects what would let time stand still or go back. */
    public CostModel {
        require("sendNs", sendNs, 0);
        require("crossCpuHopNs", crossCpuHopNs, 1);
        require("crossMemberHopNs", crossMemberHopNs, 1);
        require("switchNs", switchNs, 0);
        require("messageNs", messageNs, 1);
    }

    /** The defaults. */
    public static CostModel defaults() {
        return new CostModel(10, 200, 30_000, 50, 50);
    }

    private static void require(final String name, final long value, final long least) {
        if (value < least) {
            throw new IllegalArgumentException(name + "=" + value + " must be at least " + least);
        }
    }
}
