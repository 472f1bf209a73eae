package odonata.node.httpd;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.ArrayList;
import java.util.List;

/** Netty's parser of requests without a channel around it, which took longer than the parsing. Owner: one connection. */
final class RequestParser extends HttpRequestDecoder {
    private static final int MOST_LINE = 8_192;
    private static final int MOST_HEADERS = 16_384;
    private static final int CHUNK = 8_192;
    private static final byte[] NOTHING = {};

    private final List<Object> found = new ArrayList<>();
    private byte[] rest = NOTHING;
    private boolean between = true;

    RequestParser() {
        super(MOST_LINE, MOST_HEADERS, CHUNK);
    }

    /** The parts that bytes complete, {@code HttpObject}s; the list is reused by the next call. What is wrong is a part that says so. */
    List<Object> parse(final byte[] bytes) {
        found.clear();
        final ByteBuf in = rest.length == 0 ? Unpooled.wrappedBuffer(bytes) : Unpooled.wrappedBuffer(rest, bytes);
        boolean goesOn = true;
        while (goesOn && in.isReadable()) {
            final int before = in.readableBytes();
            final int parts = found.size();
            decode(in);
            goesOn = found.size() > parts || in.readableBytes() < before;
            if (goesOn) {
                between = found.size() > parts && found.get(found.size() - 1) instanceof LastHttpContent;
            }
        }
        between &= !in.isReadable();
        rest = in.isReadable() ? ByteBufUtil.getBytes(in) : NOTHING;
        return found;
    }

    /** True when all requests are whole, and no byte of another one has come. */
    boolean isBetween() {
        return between;
    }

    /** The context would be for answers and events of its own, which it does not have. */
    private void decode(final ByteBuf in) {
        try {
            decode(null, in, found);
        } catch (final RuntimeException e) {
            throw e;
        } catch (final Exception e) {
            throw new IllegalStateException("the parser says of what is wrong that it is", e);
        }
    }
}
