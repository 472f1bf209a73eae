package odonata.ssi.uplink.frame;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** Dropped frames and entries by cause. One writer, any number of readers. */
public final class FaultCounters {
    private final Map<FrameFault, AtomicLong> counts = new EnumMap<>(FrameFault.class);

    /** All zero. */
    public FaultCounters() {
        for (final FrameFault fault : FrameFault.values()) {
            counts.put(fault, new AtomicLong());
        }
    }

    /** Counts one. */
    public void add(final FrameFault fault) {
        final AtomicLong count = counts.get(fault);
        count.setOpaque(count.getPlain() + 1);
    }

    /** How often one cause was met. */
    public long get(final FrameFault fault) {
        return counts.get(fault).getOpaque();
    }

    /** All causes together. */
    public long total() {
        return counts.values().stream().mapToLong(AtomicLong::getOpaque).sum();
    }

    /** Causes that were met. */
    public Map<FrameFault, Long> snapshot() {
        final Map<FrameFault, Long> map = new EnumMap<>(FrameFault.class);
        counts.forEach((fault, count) -> {
            if (count.getOpaque() > 0) {
                map.put(fault, count.getOpaque());
            }
        });
        return map;
    }
}
