package odonata.node.kvd;

import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Bytes of a client in, requests out: arrays of bulk strings, or lines of words. What a request may be, and how large, is looked at
 * before memory is taken for it; after an error nothing more is read. Netty's decoder of the protocol was tried here: it took three
 * times as long for a GET, about as long as all the rest of the command.
 */
final class RespInput {
    /** Words of one request; Redis takes sixteen times as many. */
    static final int MOST_WORDS = 65_536;

    /** Longest line. */
    static final int MOST_LINE = 65_536;

    /** The words of one request may be so many times as long as the longest value. */
    private static final int MOST_VALUES = 16;

    /** Memory that is taken for a word before it is there. */
    private static final int PIECE = 16_384;

    private static final int WORDS = 4;
    private static final int DIGITS = 10;
    private static final int NONE = -1;
    private static final byte[] NOTHING = {};

    private final int maxValue;
    private final ArrayDeque<List<byte[]>> requests = new ArrayDeque<>();

    /** What is being read, and how far: bytes before {@code at} are done with, up to {@code searched} there is no end of a line. */
    private byte[] in = NOTHING;

    private int at;
    private int searched;

    /** Words of the array that has begun, and how many are to come. */
    private List<byte[]> words = List.of();

    private int missing;
    private long length;

    /** Length of the word that has begun, or {@link #NONE}; its first {@code have} bytes, when it comes in pieces. */
    private int want = NONE;

    private byte[] word = NOTHING;
    private int have;
    private String error = "";

    /** For values of {@code maxValue} bytes at most. */
    RespInput(final int maxValue) {
        this.maxValue = maxValue;
    }

    /** Takes what a client has sent; the array is not kept. */
    void feed(final byte[] bytes) {
        if (isBroken()) {
            return;
        }
        in = at == in.length ? bytes : join(bytes);
        searched -= at;
        at = 0;
        boolean more = true;
        while (more && !isBroken()) {
            more = want == NONE ? line() : word();
        }
        in = Arrays.copyOfRange(in, at, in.length);
        searched -= at;
        at = 0;
        if (in.length > MOST_LINE) {
            tooLong();
        }
    }

    private byte[] join(final byte[] bytes) {
        final byte[] all = Arrays.copyOf(in, in.length + bytes.length);
        System.arraycopy(bytes, 0, all, in.length, bytes.length);
        return all;
    }

    /** The next request, words in their order, at least one; null when there is none. */
    List<byte[]> next() {
        return requests.poll();
    }

    /** True when all requests are taken, and no byte of another one has come. */
    boolean isBetween() {
        return requests.isEmpty() && in.length == 0 && missing == 0 && want == NONE;
    }

    /** True when what has come is no request, and nothing can come after it. */
    boolean isBroken() {
        return !error.isEmpty();
    }

    /** What is wrong with it. */
    String error() {
        return error;
    }

    private void refuse(final String why) {
        error = "ERR Protocol error: " + why;
    }

    private void tooLong() {
        if (!isBroken()) {
            refuse(
                    missing > 0
                            ? "too big bulk count string"
                            : in[at] == '*' ? "too big mbulk count string" : "too big inline request");
        }
    }

    /** Reads a line, if it is there: how many words, how long a word, or a request of words. */
    private boolean line() {
        int end = Math.max(at, searched);
        while (end < in.length && in[end] != '\n') {
            end++;
        }
        searched = end;
        if (end == in.length) {
            return false;
        }
        final int from = at;
        final int to = end > from && in[end - 1] == '\r' ? end - 1 : end;
        at = end + 1;
        if (to - from > MOST_LINE) {
            at = from;
            tooLong();
        } else if (missing > 0) {
            beginWord(from, to);
        } else if (from < to && in[from] == '*') {
            beginArray(number(from + 1, to));
        } else {
            words(from, to);
        }
        return true;
    }

    private void words(final int from, final int to) {
        final List<byte[]> split = split(Arrays.copyOfRange(in, from, to));
        if (split == null) {
            refuse("unbalanced quotes in request");
        } else if (!split.isEmpty()) {
            requests.add(split);
        }
    }

    /** An array of no words, or fewer, is no request. */
    private void beginArray(final long count) {
        if (count > MOST_WORDS) {
            refuse("invalid multibulk length");
        } else if (count > 0) {
            missing = (int) count;
            words = new ArrayList<>(Math.min(missing, WORDS));
            length = 0;
        }
    }

    private void beginWord(final int from, final int to) {
        if (from == to || in[from] != '$') {
            refuse("expected '$', got '" + (from == to ? '\r' : (char) (in[from] & 0xff)) + "'");
            return;
        }
        final long bytes = number(from + 1, to);
        length += bytes;
        if (bytes < 0 || bytes > maxValue || length > (long) MOST_VALUES * maxValue) {
            refuse("invalid bulk length");
        } else {
            want = (int) bytes;
            have = 0;
        }
    }

    /** A number of {@code in[from..to-1]}; what is none is larger than any that may be. */
    private long number(final int from, final int to) {
        final boolean negative = from < to && in[from] == '-';
        final int first = negative ? from + 1 : from;
        if (first == to || to - first > DIGITS) {
            return Integer.MAX_VALUE;
        }
        long value = 0;
        for (int i = first; i < to; i++) {
            if (in[i] < '0' || in[i] > '9') {
                return Integer.MAX_VALUE;
            }
            value = 10 * value + in[i] - '0';
        }
        return negative ? -value : value;
    }

    /** Reads a word with its line end, or as much as there is of it. */
    private boolean word() {
        if (have == 0 && in.length - at >= want + 2) {
            return endWord(Arrays.copyOfRange(in, at, at + want), at + want);
        }
        final int count = Math.min(want - have, in.length - at);
        if (have + count > word.length) {
            word = Arrays.copyOf(word, Math.min(want, Math.max(PIECE, 2 * (have + count))));
        }
        System.arraycopy(in, at, word, have, count);
        have += count;
        at += count;
        if (have < want || in.length - at < 2) {
            return false;
        }
        final byte[] whole = Arrays.copyOf(word, want);
        word = NOTHING;
        return endWord(whole, at);
    }

    private boolean endWord(final byte[] whole, final int lineEnd) {
        if (in[lineEnd] != '\r' || in[lineEnd + 1] != '\n') {
            refuse("invalid bulk length");
            return false;
        }
        at = lineEnd + 2;
        want = NONE;
        words.add(whole);
        if (--missing == 0) {
            requests.add(words);
            words = List.of();
        }
        return true;
    }

    /** Words of a line; those in quotes may have blanks and escapes. Null when a quote is left open, or followed by no blank. */
    private static List<byte[]> split(final byte[] line) {
        return new Words(line).all();
    }

    /** Reads the words of one line. */
    private static final class Words {
        private final byte[] line;
        private int at;

        private Words(final byte[] line) {
            this.line = line;
        }

        private List<byte[]> all() {
            final List<byte[]> words = new ArrayList<>();
            skipBlanks();
            while (at < line.length) {
                final ByteArrayOutputStream word = new ByteArrayOutputStream();
                if (!one(word)) {
                    return null;
                }
                words.add(word.toByteArray());
                skipBlanks();
            }
            return words;
        }

        private void skipBlanks() {
            while (at < line.length && isBlank(line[at])) {
                at++;
            }
        }

        private static boolean isBlank(final byte b) {
            return b == ' ' || (b >= 9 && b <= 13) || b == 0;
        }

        private boolean one(final ByteArrayOutputStream word) {
            while (at < line.length && !isBlank(line[at])) {
                final byte b = line[at++];
                if (b == '"' || b == '\'') {
                    return quoted(b, word) && (at == line.length || isBlank(line[at]));
                }
                word.write(b);
            }
            return true;
        }

        private boolean quoted(final byte quote, final ByteArrayOutputStream word) {
            while (at < line.length) {
                final byte b = line[at++];
                if (b == quote) {
                    return true;
                }
                if (b == '\\' && at < line.length && (quote == '"' || line[at] == '\'')) {
                    word.write(quote == '"' ? escape() : line[at++]);
                } else {
                    word.write(b);
                }
            }
            return false;
        }

        private int escape() {
            final byte b = line[at++];
            if (b == 'x' && at + 1 < line.length) {
                final int high = Character.digit(line[at], 16);
                final int low = Character.digit(line[at + 1], 16);
                if (high >= 0 && low >= 0) {
                    at += 2;
                    return (high << 4) | low;
                }
            }
            return switch (b) {
                case 'n' -> '\n';
                case 'r' -> '\r';
                case 't' -> '\t';
                case 'b' -> '\b';
                case 'a' -> 7;
                default -> b;
            };
        }
    }
}
