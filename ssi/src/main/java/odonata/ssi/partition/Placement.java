package odonata.ssi.partition;

import java.util.BitSet;
import java.util.List;

/**
 * Says who should own each bucket. Pure and deterministic: same arguments, same answer, on every member.
 *
 * <p>Whatever the policy: a bucket that is not movable keeps its owner; a movable one whose owner is not among the eligible CPUs
 * gets one that is. So drain and crash need no method of their own: they make owners ineligible.
 */
public interface Placement {

    /** Owner of a bucket that nobody owns yet. */
    int NOBODY = -1;

    /** Name by which configuration chooses the policy. */
    String name();

    /** False when the owners follow from the list of CPUs alone, so that a bucket moved by hand would move back. */
    default boolean adjustable() {
        return true;
    }

    /**
     * New owners.
     *
     * @param owners owner CPU by bucket; {@link #NOBODY} or the id of a CPU that is gone are allowed; not changed
     * @param movable buckets that may change their owner now
     * @param eligible ids of the CPUs that may receive buckets, ascending, at least one
     * @param level true to even out among eligible CPUs as well, after a join; false to house homeless buckets only
     * @return owner CPU by bucket, a new array
     */
    int[] place(int[] owners, BitSet movable, int[] eligible, boolean level);

    /** The policy of that name; the known names are {@code balanced} and {@code ncpus2}. */
    static Placement named(final String name) {
        final List<Placement> known = List.of(new Balanced(), new Ncpus2Mask());
        return known.stream()
                .filter(placement -> placement.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("unknown placement \"" + name + "\"; choose one of "
                        + known.stream().map(Placement::name).toList()));
    }
}
