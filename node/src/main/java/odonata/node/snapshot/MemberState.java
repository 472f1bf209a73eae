package odonata.node.snapshot;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Life of a member. */
public enum MemberState {
    /** Known, its rings and uplinks are not all connected yet. */
    JOINING,
    /** Serves. */
    UP,
    /** Gives its buckets away. */
    DRAINING,
    /** Died, or cannot be reached. */
    DOWN,
    /** Left in order. */
    LEFT;

    /** The word in JSON and on screens. */
    @JsonValue
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
