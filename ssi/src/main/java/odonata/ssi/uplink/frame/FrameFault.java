package odonata.ssi.uplink.frame;

/** Why a frame, or an entry of it, was dropped. */
public enum FrameFault {
    /** Nothing is wrong. */
    NONE,
    /** Shorter than a header, or split by the transport. */
    SHORT,
    /** Not one of our frames. */
    MAGIC,
    /** A frame of another version. */
    VERSION,
    /** Unknown kind of frame, or one that does not belong on this stream. */
    KIND,
    /** The length in the header is not that of the frame, or a length inside reaches beyond it. */
    LENGTH,
    /** Damaged on the way. */
    CHECKSUM,
    /** Not authenticated, or by another secret. */
    MAC,
    /** From nobody whom we know, or from one that has left. */
    SENDER,
    /** Was here before: repeated by the network or by an attacker. */
    REPLAY,
    /** An entry that makes no sense. */
    ENTRY,
    /** For a CPU that is not ours, or from one that is not the sender's. */
    CPU,
    /** A payload that the codec refuses. */
    PAYLOAD,
    /** An entry beyond the credit that was given. */
    CREDIT
}
