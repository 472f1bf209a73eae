package odonata.node.kvd;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.redis.ArrayHeaderRedisMessage;
import io.netty.handler.codec.redis.BulkStringHeaderRedisMessage;
import io.netty.handler.codec.redis.BulkStringRedisContent;
import io.netty.handler.codec.redis.FixedRedisMessagePool;
import io.netty.handler.codec.redis.FullBulkStringRedisMessage;
import io.netty.handler.codec.redis.InlineCommandRedisMessage;
import io.netty.handler.codec.redis.LastBulkStringRedisContent;
import io.netty.handler.codec.redis.RedisDecoder;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Bytes of a client in, requests out: arrays of bulk strings, or lines of words. Netty's decoder reads the protocol; what a request may be, and
 * how large, is looked at here, before memory is taken for it. After an error nothing more is read.
 */
final class RespInput {
    /** Words of one request; Redis takes sixteen times as many. */
    static final int MOST_WORDS = 65_536;

    /** Longest line. */
    static final int MOST_LINE = 65_536;

    /** The words of one request may be so many times as long as the longest value. */
    private static final int MOST_VALUES = 16;

    private static final int WORDS = 4;

    private final int maxValue;
    private final EmbeddedChannel codec =
            new EmbeddedChannel(new RedisDecoder(MOST_LINE, FixedRedisMessagePool.INSTANCE, true));
    private final ArrayDeque<List<byte[]>> requests = new ArrayDeque<>();
    private List<byte[]> words = List.of();
    private int missing;
    private long length;
    private ByteArrayOutputStream word;
    private long unread;
    private String error = "";

    /** For values of {@code maxValue} bytes at most. */
    RespInput(final int maxValue) {
        this.maxValue = maxValue;
    }

    /** Takes what a client has sent. */
    void feed(final byte[] bytes) {
        if (isBroken()) {
            return;
        }
        unread += bytes.length;
        boolean damaged = false;
        try {
            codec.writeInbound(Unpooled.wrappedBuffer(bytes));
        } catch (DecoderException e) {
            damaged = true;
        }
        for (Object part = codec.readInbound(); part != null; part = codec.readInbound()) {
            try {
                if (!isBroken()) {
                    unread = 0;
                    take(part);
                }
            } finally {
                ReferenceCountUtil.release(part);
            }
        }
        if (damaged || unread > MOST_LINE) {
            refuse(damage());
        }
    }

    /** The next request, words in their order, at least one; null when there is none. */
    List<byte[]> next() {
        return requests.poll();
    }

    /** True when what has come is no request, and nothing can come after it. */
    boolean isBroken() {
        return !error.isEmpty();
    }

    /** What is wrong with it. */
    String error() {
        return error;
    }

    /** Frees what the decoder has; it tries once more to read it. */
    void close() {
        try {
            codec.finishAndReleaseAll();
        } catch (DecoderException e) {
            codec.releaseInbound();
        }
    }

    private void refuse(final String why) {
        if (!isBroken()) {
            error = "ERR Protocol error: " + why;
        }
    }

    private String damage() {
        if (missing > 0) {
            return "invalid bulk length";
        }
        return unread > MOST_LINE ? "too big inline request" : "invalid multibulk length";
    }

    private void take(final Object part) {
        if (missing == 0) {
            begin(part);
        } else if (part instanceof BulkStringHeaderRedisMessage header) {
            beginWord(header.bulkStringLength());
        } else if (part == FullBulkStringRedisMessage.EMPTY_INSTANCE) {
            endWord(new byte[0]);
        } else if (part instanceof BulkStringRedisContent content && word != null) {
            content(content);
        } else if (part == FullBulkStringRedisMessage.NULL_INSTANCE) {
            refuse("invalid bulk length");
        } else {
            refuse("expected '$', got '" + first(part) + "'");
        }
    }

    private void begin(final Object part) {
        if (part instanceof ArrayHeaderRedisMessage header) {
            if (header.length() > MOST_WORDS) {
                refuse("invalid multibulk length");
            } else if (header.length() > 0) {
                missing = (int) header.length();
                words = new ArrayList<>(Math.min(missing, WORDS));
                length = 0;
            }
        } else if (part instanceof InlineCommandRedisMessage line) {
            final List<byte[]> split = split(line.content());
            if (split == null) {
                refuse("unbalanced quotes in request");
            } else if (!split.isEmpty()) {
                requests.add(split);
            }
        } else {
            refuse("expected '*', got '" + first(part) + "'");
        }
    }

    private void beginWord(final int bytes) {
        length += bytes;
        if (bytes > maxValue || length > (long) MOST_VALUES * maxValue) {
            refuse("invalid bulk length");
        } else {
            word = new ByteArrayOutputStream(0);
        }
    }

    private void content(final BulkStringRedisContent content) {
        final boolean last = content instanceof LastBulkStringRedisContent;
        final byte[] bytes = ByteBufUtil.getBytes(content.content());
        if (last && word.size() == 0) {
            endWord(bytes);
        } else {
            word.writeBytes(bytes);
            if (last) {
                endWord(word.toByteArray());
            }
        }
    }

    private void endWord(final byte[] bytes) {
        word = null;
        words.add(bytes);
        if (--missing == 0) {
            requests.add(words);
            words = List.of();
        }
    }

    private static char first(final Object part) {
        if (part instanceof ArrayHeaderRedisMessage) {
            return '*';
        }
        if (part instanceof InlineCommandRedisMessage line) {
            return line.content().isEmpty() ? '\r' : line.content().charAt(0);
        }
        return part instanceof io.netty.handler.codec.redis.SimpleStringRedisMessage
                ? '+'
                : part instanceof io.netty.handler.codec.redis.ErrorRedisMessage
                        ? '-'
                        : part instanceof io.netty.handler.codec.redis.IntegerRedisMessage ? ':' : '$';
    }

    /** Words of a line; those in quotes may have blanks and escapes. Null when a quote is left open, or followed by no blank. */
    static List<byte[]> split(final String line) {
        return new Words(line.getBytes(StandardCharsets.UTF_8)).all();
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
