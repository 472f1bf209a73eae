package odonata.protocol.ip;

/** What {@link PacketClassifier} found a packet to be, which decides where it goes. Source: {@code ip_mport}. */
public enum IpClass {
    /** TCP segment, whole: to the owner CPU of its hash. */
    TCP(0, true, true),
    /** UDP datagram to one receiver: to the owner CPU of its hash. */
    UDP(1, true, true),
    /** Part of a packet, without ports in all but the first part: to CPU 0, and dispatched again when whole. */
    FRAGMENT(2, true, false),
    /** UDP datagram to a multicast or broadcast address: to CPU 0. */
    MULTICAST(3, true, false),
    /** ICMP, IGMP and all other protocols: to CPU 0. */
    OTHER(4, true, false),
    /** Ends before a header that it needs or announces: dropped, EIO. */
    TOO_SHORT(5, false, false),
    /** Not IP version 4: dropped, EIO. */
    BAD_VERSION(6, false, false),
    /** The IP header checksum shows an error: dropped, EIO. */
    BAD_HEADER_CHECKSUM(7, false, false),
    /** A length field contradicts another or the packet itself: dropped, EIO. */
    BAD_LENGTH(8, false, false);

    private static final IpClass[] BY_CODE = values();

    private final int code;
    private final boolean accepted;
    private final boolean hashed;

    IpClass(final int code, final boolean accepted, final boolean hashed) {
        this.code = code;
        this.accepted = accepted;
        this.hashed = hashed;
    }

    /** True when some netisr must handle the packet; false when it is counted, freed and answered EIO. */
    public boolean accepted() {
        return accepted;
    }

    /** True when the hash chooses the CPU; of the other accepted classes everything goes to CPU 0. */
    public boolean hashed() {
        return hashed;
    }

    /** Small number of the class, in order from 0, for packed answers and arrays of counters. */
    public int code() {
        return code;
    }

    /** The class whose {@link #code} is {@code code}. */
    public static IpClass ofCode(final int code) {
        return BY_CODE[code];
    }
}
