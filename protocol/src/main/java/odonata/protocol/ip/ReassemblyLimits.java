package odonata.protocol.ip;

/**
 * Bounds of {@link IpReassembly}.
 *
 * @param datagrams datagrams that may be begun at a time
 * @param perSource of those, with one source address
 * @param fragments fragments of one datagram
 * @param bytes memory of all fragments
 * @param bytesPerSource memory of the fragments from one source address, at least {@link #ONE_DATAGRAM}
 * @param ttlNs time from the first fragment to the last; RFC 1122 section 3.3.2 wants 60 to 120 s, BSD has 30 s
 */
public record ReassemblyLimits(
        int datagrams, int perSource, int fragments, long bytes, long bytesPerSource, long ttlNs) {
    /** Bytes that the largest datagram in fragments of an Ethernet takes, roughly. */
    public static final long ONE_DATAGRAM = 128 * 1024;

    /** Rejects what would let nothing through. */
    public ReassemblyLimits {
        if (datagrams < 1
                || perSource < 1
                || fragments < 2
                || bytesPerSource < ONE_DATAGRAM
                || bytes < bytesPerSource
                || ttlNs < 1) {
            throw new IllegalArgumentException("datagrams=" + datagrams + " perSource=" + perSource + " fragments="
                    + fragments + " bytes=" + bytes + " bytesPerSource=" + bytesPerSource + " ttlNs=" + ttlNs);
        }
    }

    /** 256 datagrams in 4 MiB, of one source 16 in 512 KiB, 64 fragments of each, 30 s. */
    public static ReassemblyLimits defaults() {
        return new ReassemblyLimits(256, 16, 64, 4 << 20, 512 << 10, 30_000_000_000L);
    }
}
