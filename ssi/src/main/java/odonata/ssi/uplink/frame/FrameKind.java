package odonata.ssi.uplink.frame;

/** What a frame carries; the number is on the wire and never reused. */
public enum FrameKind {
    /** Entries: requests, replies, forward notices, aborts of one source CPU. */
    DATA(1),
    /** A piece of one entry that is larger than a frame. */
    PART(2),
    /** Credits: how many entries each CPU of the addressee may have sent in all to each CPU of the sender. */
    CREDIT(3),
    /** The sender knows the addressee now and asks for its credits. */
    HELLO(4),
    /** Time of the sender, to be sent back. */
    PING(5),
    /** A time sent back. */
    PONG(6),
    /** Wire: a load generator announces itself and its endpoint. */
    WIRE_HELLO(16),
    /** Wire: a member is ready to take packets. */
    WIRE_LINK_UP(17),
    /** Wire: IP packets. */
    WIRE_PACKETS(18),
    /** Wire: the member asks for no more packets. */
    WIRE_DOWN(19),
    /** Wire: no packet follows. */
    WIRE_DOWN_ACK(20),
    /** Wire: the load generator leaves; no packet of it follows. */
    WIRE_BYE(21),
    /** Wire: no answer follows. */
    WIRE_BYE_ACK(22),
    /** Wire: another member died or left. */
    WIRE_GONE(23);

    private static final FrameKind[] BY_NUMBER = new FrameKind[32];

    static {
        for (final FrameKind kind : values()) {
            BY_NUMBER[kind.number] = kind;
        }
    }

    private final int number;

    FrameKind(final int number) {
        this.number = number;
    }

    int number() {
        return number;
    }

    /** True when no kind has this number. */
    static boolean unknown(final int number) {
        return number < 0 || number >= BY_NUMBER.length || BY_NUMBER[number] == null;
    }

    static FrameKind of(final int number) {
        return BY_NUMBER[number];
    }
}
