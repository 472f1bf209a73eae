package odonata.actors.netisr;

import java.util.Set;

/** What one bucket is to one CPU. */
enum BucketState {
    /** Another CPU's: packets are forwarded to it. */
    FOREIGN,
    /** This CPU's, but its flow state is still with another: packets are held. */
    AWAITED,
    /** This CPU's: packets are served. */
    OWNED,
    /** Goes to another CPU; served here until every live CPU's marker is in. */
    GIVING,
    /** Every marker is in; served here until the protocol threads have worked off what was queued before. */
    SYNCING;

    /** States after this one; FOREIGN to GIVING hands over nothing to a second owner after the first one died. */
    Set<BucketState> successors() {
        return switch (this) {
            case FOREIGN -> Set.of(AWAITED, OWNED, GIVING);
            case AWAITED -> Set.of(OWNED, GIVING, FOREIGN);
            case OWNED -> Set.of(GIVING, FOREIGN);
            case GIVING -> Set.of(SYNCING, OWNED, FOREIGN);
            case SYNCING -> Set.of(FOREIGN, OWNED);
        };
    }
}
