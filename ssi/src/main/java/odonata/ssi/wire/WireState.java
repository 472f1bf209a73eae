package odonata.ssi.wire;

/** Where the conversation with one load generator stands. Thread: the receiving agent. */
final class WireState {
    /** The load generator has answered LINK_UP. */
    boolean linked;
    /** Its frames come from here; 0 before. */
    int session;
    /** They come through shared memory. */
    boolean isNear;
    /** Number of its last frame. */
    long sequence;
    /** It said that it leaves. */
    boolean bye;
    /** The node was told so. */
    boolean byeTold;
    /** The node was told that it is gone. */
    boolean goneTold;
    /** So many of the members that are gone it was told of. */
    int departedTold;
    /** When the last LINK_UP or DOWN was sent. */
    long saidNs;
    /** The transport to it was up. */
    boolean wasConnected;
}
