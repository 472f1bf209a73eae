package odonata.ssi.membership;

import java.util.Locale;
import java.util.Set;

/** Life of a member. */
public enum MemberState {
    /** Has its ids, connects its rings, uplinks and wires; owns no bucket. */
    JOINING,
    /** Owns buckets and receives more. */
    UP,
    /** Hands over all it owns, then leaves. */
    DRAINING,
    /** Gone, with its final counters; nothing was lost unless its last event says so. */
    LEFT,
    /** Died; what lived there is lost. */
    DOWN;

    /** States after this one. A drain is called off when no other member is left to take the buckets. */
    Set<MemberState> successors() {
        return switch (this) {
            case JOINING -> Set.of(UP, LEFT, DOWN);
            case UP -> Set.of(DRAINING, LEFT, DOWN);
            case DRAINING -> Set.of(UP, LEFT, DOWN);
            case LEFT, DOWN -> Set.of();
        };
    }

    /** Name in snapshots and messages: lower case. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
