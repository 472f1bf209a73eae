package odonata.loadgen.client;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import odonata.loadgen.client.Dialog.WrongAnswer;

/** One answer of a web server after the other, in pieces as they come (RFC 9112). Owner: its dialog. */
final class HttpAnswer {
    private static final int MOST_HEAD = 65_536;
    private static final int VERSION = "HTTP/1.1".length();

    private final HttpPlan plan;
    private byte[] head = new byte[1_024];
    private int headLength;
    private Part part = Part.HEAD;
    private long left;
    private long seen;
    private boolean last;

    private enum Part {
        HEAD,
        /** As many bytes as the head said. */
        BODY,
        CHUNK_SIZE,
        CHUNK,
        CHUNK_END,
        TRAILER,
        /** Until the connection ends. */
        REST,
        COMPLETE
    }

    HttpAnswer(final HttpPlan plan) {
        this.plan = plan;
    }

    /** The next one. */
    void begin() {
        part = Part.HEAD;
        headLength = 0;
        seen = 0;
        last = false;
    }

    boolean isComplete() {
        return part == Part.COMPLETE;
    }

    /** True when the server ends the connection after it. */
    boolean isLast() {
        return last;
    }

    /** The connection is over: true when that completes the answer. */
    boolean endsWithConnection() {
        return part == Part.REST && !isShort();
    }

    private boolean isShort() {
        return plan.contentBytes().isPresent() && seen != plan.contentBytes().getAsLong();
    }

    /** Takes some of the bytes, at least one; returns how many. */
    int take(final byte[] data, final int offset, final int length) throws WrongAnswer {
        return switch (part) {
            case HEAD -> head(data, offset, length);
            case BODY, CHUNK, REST -> body(data, offset, length);
            case CHUNK_SIZE, CHUNK_END, TRAILER -> line(data, offset, length);
            case COMPLETE -> throw new IllegalStateException("the next answer has not begun");
        };
    }

    private int head(final byte[] data, final int offset, final int length) throws WrongAnswer {
        int taken = 0;
        while (taken < length) {
            append(data[offset + taken++]);
            if (headLength >= 4 && head[headLength - 1] == '\n' && head[headLength - 3] == '\n') {
                interpret();
                break;
            }
        }
        return taken;
    }

    private void append(final byte next) throws WrongAnswer {
        if (headLength == MOST_HEAD) {
            throw new WrongAnswer("protocol");
        }
        if (headLength == head.length) {
            head = Arrays.copyOf(head, 2 * headLength);
        }
        head[headLength++] = next;
    }

    private void interpret() throws WrongAnswer {
        final int status = status();
        if (status >= 100 && status < 200) {
            begin();
            return;
        }
        if (status != plan.status()) {
            throw new WrongAnswer("status-" + status);
        }
        final String connection = header("connection").toLowerCase(Locale.ROOT);
        last = connection.equals("close") || (head[VERSION - 1] == '0' && !connection.equals("keep-alive"));
        final String length = header("content-length");
        if (header("transfer-encoding").toLowerCase(Locale.ROOT).endsWith("chunked")) {
            part = Part.CHUNK_SIZE;
            headLength = 0;
        } else if (length.isEmpty()) {
            part = status == 204 || status == 304 ? Part.COMPLETE : Part.REST;
            last |= part == Part.REST;
        } else {
            left = number(length, 10);
            if (plan.contentBytes().isPresent() && left != plan.contentBytes().getAsLong()) {
                throw new WrongAnswer("length");
            }
            part = left == 0 ? Part.COMPLETE : Part.BODY;
        }
    }

    private int status() throws WrongAnswer {
        final boolean starts = headLength > VERSION + 4
                && Arrays.equals(head, 0, VERSION - 1, HTTP, 0, VERSION - 1)
                && head[VERSION] == ' ';
        if (!starts) {
            throw new WrongAnswer("protocol");
        }
        int status = 0;
        for (int i = VERSION + 1; i <= VERSION + 3; i++) {
            if (head[i] < '0' || head[i] > '9') {
                throw new WrongAnswer("protocol");
            }
            status = status * 10 + head[i] - '0';
        }
        return status;
    }

    private static final byte[] HTTP = "HTTP/1.".getBytes(StandardCharsets.US_ASCII);

    /** Value of the field of that lower-case name; empty when there is none. */
    private String header(final String name) {
        int start = 0;
        while (start < headLength) {
            int end = start;
            while (head[end] != '\n') {
                end++;
            }
            if (isField(start, end, name)) {
                return new String(
                                head,
                                start + name.length() + 1,
                                end - start - name.length() - 1,
                                StandardCharsets.US_ASCII)
                        .trim();
            }
            start = end + 1;
        }
        return "";
    }

    private boolean isField(final int start, final int end, final String name) {
        if (end - start <= name.length() || head[start + name.length()] != ':') {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            final int letter = head[start + i];
            if ((letter >= 'A' && letter <= 'Z' ? letter + 32 : letter) != name.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static long number(final String text, final int radix) throws WrongAnswer {
        try {
            final long number = Long.parseLong(text, radix);
            if (number >= 0) {
                return number;
            }
        } catch (final NumberFormatException e) {
            // said below
        }
        throw new WrongAnswer("protocol");
    }

    private int body(final byte[] data, final int offset, final int length) throws WrongAnswer {
        final int count = part == Part.REST ? length : (int) Math.min(length, left);
        if (plan.patternBytes().isPresent()) {
            if (seen + count > plan.patternBytes().getAsLong()) {
                throw new WrongAnswer("length");
            }
            if (!Pattern.matches(data, offset, count, seen)) {
                throw new WrongAnswer("content");
            }
        } else if (plan.content().isPresent()) {
            compare(data, offset, count, plan.content().get());
        }
        seen += count;
        left -= count;
        if (left == 0 && part == Part.BODY) {
            part = Part.COMPLETE;
        } else if (left == 0 && part == Part.CHUNK) {
            part = Part.CHUNK_END;
            headLength = 0;
        }
        return count;
    }

    private void compare(final byte[] data, final int offset, final int count, final byte[] wanted) throws WrongAnswer {
        final int from = (int) seen;
        if (seen + count > wanted.length
                || Arrays.mismatch(data, offset, offset + count, wanted, from, from + count) >= 0) {
            throw new WrongAnswer("content");
        }
    }

    /** A line of the framing of chunks. */
    private int line(final byte[] data, final int offset, final int length) throws WrongAnswer {
        int taken = 0;
        while (taken < length) {
            final byte next = data[offset + taken++];
            if (next == '\n') {
                lineEnded(new String(head, 0, headLength, StandardCharsets.US_ASCII).trim());
                headLength = 0;
                break;
            }
            append(next);
        }
        return taken;
    }

    private void lineEnded(final String line) throws WrongAnswer {
        switch (part) {
            case CHUNK_SIZE -> {
                left = number(line.split(";", 2)[0].trim(), 16);
                part = left == 0 ? Part.TRAILER : Part.CHUNK;
            }
            case CHUNK_END -> {
                if (!line.isEmpty()) {
                    throw new WrongAnswer("protocol");
                }
                part = Part.CHUNK_SIZE;
            }
            default -> {
                if (line.isEmpty() && isShort()) {
                    throw new WrongAnswer("length");
                }
                part = line.isEmpty() ? Part.COMPLETE : Part.TRAILER;
            }
        }
    }
}
