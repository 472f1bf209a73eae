package odonata.loadgen.client;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import odonata.protocol.clock.Seed;

/**
 * Asks a key-value server in the Redis protocol: SET and GET of random keys. The value of a key is always the same, so an answer to GET is that
 * value or none.
 */
final class KvDialog extends Dialog {
    private static final byte[] CRLF = {'\r', '\n'};
    private static final byte[] GET = ascii("*2\r\n$3\r\nGET\r\n");
    private static final byte[] SET = ascii("*3\r\n$3\r\nSET\r\n");
    private static final byte[] KEY = ascii("key:");
    private static final byte[] OK = ascii("+OK");
    private static final byte[] NIL = ascii("$-1");
    private static final int LINE = 128;
    private static final int NONE = -1;

    private final ClientSettings.KeyValue settings;
    private final Seed seed;
    private final byte[] length;
    private final ArrayDeque<Integer> asked = new ArrayDeque<>();
    private final byte[] line = new byte[LINE];
    private int lineLength;
    private long left = NONE;
    private int key = NONE;

    KvDialog(final ClientSettings.KeyValue settings, final Seed seed) {
        this.settings = settings;
        this.seed = seed;
        length = ascii("$" + settings.valueBytes());
    }

    private static byte[] ascii(final String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Of a GET the key is remembered, of a SET that it was one. */
    @Override
    void request(final boolean last) {
        final int chosen = seed.nextInt(settings.keys());
        final boolean write = seed.chance(settings.setShare());
        asked.add(write ? NONE : chosen);
        out.write(write ? SET : GET);
        out.write('$');
        out.number(KEY.length + Output.digits(chosen));
        out.write(CRLF);
        out.write(KEY);
        out.number(chosen);
        out.write(CRLF);
        if (write) {
            out.write(length);
            out.write(CRLF);
            Pattern.write(out, chosen, settings.valueBytes());
            out.write(CRLF);
        }
    }

    @Override
    int receive(final byte[] data, final int offset, final int count) throws WrongAnswer {
        int answers = 0;
        int at = offset;
        final int end = offset + count;
        while (at < end) {
            if (left > 0) {
                at += value(data, at, end);
                answers += left == 0 ? 1 : 0;
                left = left == 0 ? NONE : left;
            } else {
                final byte next = data[at++];
                if (next == '\n') {
                    answers += answered() ? 1 : 0;
                } else if (lineLength == LINE) {
                    throw new WrongAnswer("protocol");
                } else {
                    line[lineLength++] = next;
                }
            }
        }
        return answers;
    }

    /** The line is whole; true when the answer is. */
    private boolean answered() throws WrongAnswer {
        if (lineLength < 2 || line[lineLength - 1] != '\r' || asked.isEmpty()) {
            throw new WrongAnswer("protocol");
        }
        final int end = lineLength - 1;
        lineLength = 0;
        key = asked.remove();
        if (line[0] == '-') {
            throw new WrongAnswer("error-" + new String(line, 1, end - 1, StandardCharsets.US_ASCII).split(" ", 2)[0]);
        }
        if (key == NONE) {
            check(isLine(OK, end));
            return true;
        }
        if (isLine(NIL, end)) {
            return true;
        }
        check(line[0] == '$');
        if (!isLine(length, end)) {
            throw new WrongAnswer("length");
        }
        left = settings.valueBytes() + (long) CRLF.length;
        return false;
    }

    private boolean isLine(final byte[] wanted, final int end) {
        return Arrays.equals(line, 0, end, wanted, 0, wanted.length);
    }

    private static void check(final boolean right) throws WrongAnswer {
        if (!right) {
            throw new WrongAnswer("protocol");
        }
    }

    /** Bytes of the value and the line's end that were there. */
    private int value(final byte[] data, final int at, final int end) throws WrongAnswer {
        final int seen = (int) (settings.valueBytes() + CRLF.length - left);
        final int count = (int) Math.min(left, end - at);
        final int content = Math.max(0, Math.min(count, settings.valueBytes() - seen));
        if (!Pattern.matches(data, at, content, (long) key + seen)) {
            throw new WrongAnswer("content");
        }
        for (int i = content; i < count; i++) {
            check(data[at + i] == CRLF[seen + i - settings.valueBytes()]);
        }
        left -= count;
        return count;
    }
}
