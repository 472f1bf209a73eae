package odonata.ssi.uplink;

import odonata.ssi.uplink.frame.Bytes;

/**
 * Layout of an entry of a DATA frame: one message, reply, forward notice or abort for one CPU, or credit that comes back. Little-endian.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +---------------------------------------------------------------+
 * |              length of the entry                              |   0
 * +---------------+---------------+-------------------------------+
 * |     kind      | payload form  |  1: the source had no credit  |   4
 * +---------------+---------------+-------------------------------+
 * |              target CPU                                       |   8
 * +---------------------------------------------------------------+
 * |     number of the entry from this source CPU to this target   |  12
 * +---------------------------------------------------------------+
 * |              id of the message at its origin CPU;             |  16
 * +              0: no reply is wanted                            +
 * |                                                               |  20
 * +---------------------------------------------------------------+
 * |  REQUEST: port   REPLY: error number   FORWARDED: new CPU      |  24
 * +---------------------------------------------------------------+
 * |  REQUEST: flags                                                |  28
 * +---------------------------------------------------------------+
 * |  REQUEST, ABORT: origin CPU                                    |  32
 * +---------------------------------------------------------------+
 * |  REQUEST: reply port                                           |  36
 * +---------------------------------------------------------------+
 * |              payload (command or result)                       |  40
 * :                                                               :
 * +---------------------------------------------------------------+
 * </pre>
 *
 * <p>The number begins with 1 and is that of the credit which the entry used, modulo 2^32; a GIVE_BACK leaves out the numbers that
 * its source does not need. Words that a kind does not use are 0, and so is the word at 6 unless the source had to wait for credit
 * since its last entry to this target. A negative CPU in a FORWARDED is {@code ~cpu}: the message has got on from there.
 */
final class Entry {
    /** Bytes before the payload. */
    static final int HEADER = 40;

    /** A message for a port. */
    static final int REQUEST = 1;
    /** The reply to a message. */
    static final int REPLY = 2;
    /** A message has gone on to another CPU. */
    static final int FORWARDED = 3;
    /** The originator wants a message to end early. */
    static final int ABORT = 4;
    /** The source does not need the numbers before this one. */
    static final int GIVE_BACK = 5;

    private static final int LENGTH_AT = 0;
    private static final int KIND_AT = 4;
    private static final int FORM_AT = 5;
    private static final int WAITED_AT = 6;
    private static final int TARGET_AT = 8;
    private static final int NUMBER_AT = 12;
    private static final int MSG_AT = 16;
    private static final int SUBJECT_AT = 24;
    private static final int FLAGS_AT = 28;
    private static final int ORIGIN_AT = 32;
    private static final int REPLY_PORT_AT = 36;

    private Entry() {}

    static void writeHead(
            final byte[] b,
            final int at,
            final int length,
            final int kind,
            final int form,
            final int target,
            final long msgId,
            final int subject) {
        Bytes.putInt(b, at + LENGTH_AT, length);
        b[at + KIND_AT] = (byte) kind;
        b[at + FORM_AT] = (byte) form;
        Bytes.putShort(b, at + WAITED_AT, 0);
        Bytes.putInt(b, at + TARGET_AT, target);
        Bytes.putInt(b, at + NUMBER_AT, 0);
        Bytes.putLong(b, at + MSG_AT, msgId);
        Bytes.putInt(b, at + SUBJECT_AT, subject);
        writeRequest(b, at, 0, 0, 0);
    }

    static void writeRequest(final byte[] b, final int at, final int flags, final int origin, final int replyPort) {
        Bytes.putInt(b, at + FLAGS_AT, flags);
        Bytes.putInt(b, at + ORIGIN_AT, origin);
        Bytes.putInt(b, at + REPLY_PORT_AT, replyPort);
    }

    static void number(final byte[] b, final int at, final long number, final boolean waited) {
        Bytes.putInt(b, at + NUMBER_AT, (int) number);
        Bytes.putShort(b, at + WAITED_AT, waited ? 1 : 0);
    }

    static boolean waited(final byte[] b, final int at) {
        return Bytes.getUShort(b, at + WAITED_AT) != 0;
    }

    static int length(final byte[] b, final int at) {
        return Bytes.getInt(b, at + LENGTH_AT);
    }

    static int kind(final byte[] b, final int at) {
        return b[at + KIND_AT];
    }

    static int form(final byte[] b, final int at) {
        return b[at + FORM_AT];
    }

    static int target(final byte[] b, final int at) {
        return Bytes.getInt(b, at + TARGET_AT);
    }

    static int number(final byte[] b, final int at) {
        return Bytes.getInt(b, at + NUMBER_AT);
    }

    static long msgId(final byte[] b, final int at) {
        return Bytes.getLong(b, at + MSG_AT);
    }

    static int subject(final byte[] b, final int at) {
        return Bytes.getInt(b, at + SUBJECT_AT);
    }

    static int flags(final byte[] b, final int at) {
        return Bytes.getInt(b, at + FLAGS_AT);
    }

    static int origin(final byte[] b, final int at) {
        return Bytes.getInt(b, at + ORIGIN_AT);
    }

    static int replyPort(final byte[] b, final int at) {
        return Bytes.getInt(b, at + REPLY_PORT_AT);
    }
}
