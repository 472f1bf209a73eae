package odonata.actors.kv;

import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import odonata.protocol.errno.NetError;

/** Answers as a client reads them: RESP, version 2. What is returned is not to be changed. */
public final class KvReply {
    /** Done. */
    public static final byte[] OK = status("OK");

    /** No value. */
    public static final byte[] NIL = ascii("$-1\r\n");

    /** Digits of the longest number, with its minus. */
    private static final int LONGEST = 20;

    private static final int SMALL = 1_024;
    private static final byte[][] INTEGERS = new byte[SMALL][];
    private static final byte[][] LENGTHS = new byte[SMALL][];

    static {
        for (int i = 0; i < SMALL; i++) {
            INTEGERS[i] = ascii(":" + i + "\r\n");
            LENGTHS[i] = ascii("$" + i + "\r\n");
        }
    }

    private KvReply() {}

    /** A short text that says how it went. */
    public static byte[] status(final String text) {
        return ascii("+" + text + "\r\n");
    }

    /** An error: a code in capitals, then what is wrong; line ends become blanks. */
    public static byte[] error(final String text) {
        return ascii("-" + text.replace('\r', ' ').replace('\n', ' ') + "\r\n");
    }

    /** What a client reads of a command that was not answered by the owner of its key. */
    public static byte[] failed(final NetError error) {
        return switch (error) {
            case ENOBUFS -> error("TRYAGAIN too many commands wait for keys that are moving");
            case EHOSTDOWN -> error("CLUSTERDOWN the member with this key is gone; the command was done or not");
            default -> error("ERR " + error);
        };
    }

    /** A number. */
    public static byte[] integer(final long value) {
        return value >= 0 && value < SMALL ? INTEGERS[(int) value] : ascii(":" + value + "\r\n");
    }

    /** Bytes. */
    public static byte[] bulk(final byte[] value) {
        final byte[] head = value.length < SMALL ? LENGTHS[value.length] : ascii("$" + value.length + "\r\n");
        final byte[] all = new byte[head.length + value.length + 2];
        System.arraycopy(head, 0, all, 0, head.length);
        System.arraycopy(value, 0, all, head.length, value.length);
        all[all.length - 2] = '\r';
        all[all.length - 1] = '\n';
        return all;
    }

    /** A text as bytes. */
    public static byte[] bulk(final String text) {
        return bulk(text.getBytes(StandardCharsets.UTF_8));
    }

    /** What comes before {@code count} answers that are one. */
    public static byte[] array(final int count) {
        return ascii("*" + count + "\r\n");
    }

    /** True for an error. */
    public static boolean isError(final byte[] reply) {
        return reply[0] == '-';
    }

    /** The number in an {@link #integer}. */
    public static long number(final byte[] integer) {
        return Long.parseLong(new String(integer, 1, integer.length - 3, StandardCharsets.US_ASCII));
    }

    /** A number as Redis reads it: no sign but a minus, no blanks, no zeros before it; empty if it is none. */
    public static OptionalLong integerOf(final byte[] text) {
        if (text.length == 0 || text.length > LONGEST) {
            return OptionalLong.empty();
        }
        final String digits = new String(text, StandardCharsets.ISO_8859_1);
        try {
            final long value = Long.parseLong(digits);
            return Long.toString(value).equals(digits) ? OptionalLong.of(value) : OptionalLong.empty();
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    private static byte[] ascii(final String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
