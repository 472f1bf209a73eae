package odonata.protocol.pcap;

/** Limits on the lengths that a file gives for one frame. */
final class FrameLimits {
    private FrameLimits() {}

    /** {@code captured} when it can be true. */
    static int checkedLength(final PcapInput in, final long at, final long captured) {
        if (captured > PcapReader.MAX_SNAPLEN) {
            throw in.damaged(at, "captured length " + captured + ", at most " + PcapReader.MAX_SNAPLEN + " expected");
        }
        return (int) captured;
    }

    /**
     * {@code original} when it can be true; some tools write 0 or less than captured, which then counts as captured.
     */
    static int checkedOriginal(final PcapInput in, final long at, final long original, final int captured) {
        if (original > Integer.MAX_VALUE) {
            throw in.damaged(at, "original length " + original + ", at most " + Integer.MAX_VALUE + " expected");
        }
        return Math.max((int) original, captured);
    }
}
