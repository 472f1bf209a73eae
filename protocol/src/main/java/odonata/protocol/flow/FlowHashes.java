package odonata.protocol.flow;

import java.util.List;

/** The flow hashes that configuration can choose. */
public final class FlowHashes {
    private static final List<String> NAMES = List.of("dragonfly", "raw", "toeplitz", "keyed");

    private FlowHashes() {}

    /** Names that {@link #byName} accepts, the default first. */
    public static List<String> names() {
        return NAMES;
    }

    /**
     * The hash called {@code name}.
     *
     * @param key secret of the keyed hash; the others ignore it
     * @throws IllegalArgumentException naming the valid names, when there is no such hash
     */
    public static FlowHash byName(final String name, final long key) {
        return switch (name) {
            case "dragonfly" -> new DragonflyHash();
            case "raw" -> new RawLittleEndianHash();
            case "toeplitz" -> new ToeplitzHash();
            case "keyed" -> KeyedHash.of(key);
            default -> throw new IllegalArgumentException("no flow hash '" + name + "', valid names are " + NAMES);
        };
    }
}
