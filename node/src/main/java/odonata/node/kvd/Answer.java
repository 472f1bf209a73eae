package odonata.node.kvd;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.function.UnaryOperator;
import odonata.actors.kv.KvMsg.Ask;
import odonata.actors.kv.KvReply;

/** What one request is answered: at once, or when its keys have answered, each wherever it is. */
abstract class Answer {
    /** An answer that needs no key. */
    static Answer ready(final byte[] reply) {
        return new OfOne(List.of(), UnaryOperator.identity(), reply);
    }

    /** That of one key. */
    static Answer of(final Ask ask) {
        return of(ask, UnaryOperator.identity());
    }

    /** That of one key, put otherwise; errors stay. */
    static Answer of(final Ask ask, final UnaryOperator<byte[]> change) {
        return new OfOne(List.of(ask), change, null);
    }

    /** Those of several keys, one after the other. */
    static Answer list(final List<Ask> asks) {
        return new OfAll(asks);
    }

    /** The sum of what several say, or the first error. */
    static Answer sum(final List<Ask> asks) {
        return new OfSum(asks, true);
    }

    /** OK when all say so, or the first error. */
    static Answer all(final List<Ask> asks) {
        return new OfSum(asks, false);
    }

    private final List<Ask> asks;
    private int asked;
    private long kept;

    private Answer(final List<Ask> asks) {
        this.asks = asks;
    }

    /** Keys that are asked. */
    final int size() {
        return asks.size();
    }

    /** True when some have not been asked yet. */
    final boolean hasNext() {
        return asked < asks.size();
    }

    /** The next to be asked; its number is how many were asked before. */
    final Ask next() {
        return asks.get(asked++);
    }

    /** How many were asked. */
    final int asked() {
        return asked;
    }

    /** Bytes that wait in it. */
    final long kept() {
        return kept;
    }

    final void keep(final int bytes) {
        kept += bytes;
    }

    /** A key has answered. */
    abstract void replied(int number, byte[] reply);

    /** Adds what can be sent now; true when that is the end of it. */
    abstract boolean write(ByteArrayOutputStream out);

    private static final class OfOne extends Answer {
        private final UnaryOperator<byte[]> change;
        private byte[] reply;

        private OfOne(final List<Ask> asks, final UnaryOperator<byte[]> change, final byte[] reply) {
            super(asks);
            this.change = change;
            this.reply = reply;
            keep(reply == null ? 0 : reply.length);
        }

        @Override
        void replied(final int number, final byte[] bytes) {
            reply = KvReply.isError(bytes) ? bytes : change.apply(bytes);
            keep(reply.length);
        }

        @Override
        boolean write(final ByteArrayOutputStream out) {
            if (reply == null) {
                return false;
            }
            out.writeBytes(reply);
            return true;
        }
    }

    private static final class OfAll extends Answer {
        private final byte[][] replies;
        private int written = -1;

        private OfAll(final List<Ask> asks) {
            super(asks);
            replies = new byte[asks.size()][];
        }

        @Override
        void replied(final int number, final byte[] bytes) {
            replies[number] = bytes;
            keep(bytes.length);
        }

        @Override
        boolean write(final ByteArrayOutputStream out) {
            if (written < 0) {
                out.writeBytes(KvReply.array(size()));
                written = 0;
            }
            while (written < replies.length && replies[written] != null && out.size() < KvTalk.CHUNK) {
                out.writeBytes(replies[written]);
                keep(-replies[written].length);
                replies[written++] = null;
            }
            return written == replies.length;
        }
    }

    private static final class OfSum extends Answer {
        private final boolean adds;
        private byte[] error;
        private long sum;
        private int replies;

        private OfSum(final List<Ask> asks, final boolean adds) {
            super(asks);
            this.adds = adds;
        }

        @Override
        void replied(final int number, final byte[] bytes) {
            replies++;
            if (!KvReply.isError(bytes)) {
                sum += adds ? KvReply.number(bytes) : 0;
            } else if (error == null) {
                error = bytes;
            }
        }

        @Override
        boolean write(final ByteArrayOutputStream out) {
            if (replies < size()) {
                return false;
            }
            out.writeBytes(error != null ? error : adds ? KvReply.integer(sum) : KvReply.OK);
            return true;
        }
    }
}
