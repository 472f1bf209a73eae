package odonata.node.snapshot;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Life of a CPU. */
public enum CpuState {
    /** Serves. */
    UP,
    /** Died with its member. */
    DOWN,
    /** Left with its member, its counters are kept. */
    LEFT;

    /** The word in JSON and on screens. */
    @JsonValue
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
