package odonata.node.httpd;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import odonata.actors.inetd.StreamService.Talk;

/** One connection: requests are read ahead, answers leave in their order. Owner: the process. */
final class HttpTalk implements Talk {
    /** Requests that are read before the first of them is answered. */
    private static final int PIPELINED = 32;

    private static final int MOST_LINE = 8_192;
    private static final int MOST_HEADERS = 16_384;
    private static final int CHUNK = 8_192;
    private static final byte[] NOTHING = {};

    private final int cpu;
    private final Later later;
    private final Runnable changed;
    private final Site site;
    private final EmbeddedChannel codec = new EmbeddedChannel(new HttpServerCodec(MOST_LINE, MOST_HEADERS, CHUNK));
    private final ArrayDeque<Exchange> exchanges = new ArrayDeque<>();
    private byte[] output = NOTHING;
    private Exchange arriving;
    private boolean peerEnded;
    private boolean last;

    /** Does something after a time. */
    @FunctionalInterface
    interface Later {
        /** Runs {@code function} in the process, after a delay. */
        void after(long delayNs, Runnable function);
    }

    /** A request and its answer. */
    private static final class Exchange {
        private final HttpRequest request;
        private final boolean keepAlive;
        private final Upload upload = new Upload();
        private Page page;
        private boolean waits;
        private boolean begun;
        private boolean expectsContinue;

        private Exchange(final HttpRequest request) {
            this.request = request;
            keepAlive = HttpUtil.isKeepAlive(request);
            expectsContinue = HttpUtil.is100ContinueExpected(request);
        }
    }

    HttpTalk(final int cpu, final Later later, final Runnable changed, final Site site) {
        this.cpu = cpu;
        this.later = later;
        this.changed = changed;
        this.site = site;
    }

    @Override
    public boolean wantsInput() {
        return !peerEnded && !last && exchanges.size() < PIPELINED;
    }

    @Override
    public void received(final byte[] bytes) {
        codec.writeInbound(Unpooled.wrappedBuffer(bytes));
        for (HttpObject part = codec.readInbound(); part != null; part = codec.readInbound()) {
            try {
                take(part);
            } finally {
                ReferenceCountUtil.release(part);
            }
        }
    }

    private void take(final HttpObject part) {
        if (last) {
            return;
        }
        if (part.decoderResult().isFailure()) {
            refuse(part.decoderResult().cause());
            return;
        }
        if (part instanceof HttpRequest request) {
            arriving = new Exchange(request);
            exchanges.add(arriving);
        }
        if (part instanceof HttpContent content && arriving != null) {
            arriving.upload.add(ByteBufUtil.getBytes(content.content()));
        }
        if (part instanceof LastHttpContent && arriving != null) {
            answer(arriving);
            arriving = null;
        }
    }

    /** What is no HTTP is answered, and then the connection is over. */
    private void refuse(final Throwable cause) {
        final Exchange exchange = arriving != null ? arriving : new Exchange(badRequest());
        if (arriving == null) {
            exchanges.add(exchange);
        }
        arriving = null;
        final int status = cause instanceof TooLongHttpLineException
                ? 414
                : cause instanceof TooLongHttpHeaderException ? 431 : 400;
        exchange.page = Page.text(status, HttpResponseStatus.valueOf(status).reasonPhrase() + "\n");
        last = true;
    }

    private static HttpRequest badRequest() {
        return new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/");
    }

    private void answer(final Exchange exchange) {
        final HttpRequest request = exchange.request;
        exchange.expectsContinue = false;
        exchange.page = request.protocolVersion().equals(HttpVersion.HTTP_1_1)
                        && !request.headers().contains(HttpHeaderNames.HOST)
                ? Page.text(400, "a request of HTTP/1.1 names its host\n")
                : site.page(request.method().name(), request.uri(), cpu, exchange.upload);
        last |= !exchange.keepAlive;
        if (exchange.page.afterMs() > 0) {
            exchange.waits = true;
            later.after(TimeUnit.MILLISECONDS.toNanos(exchange.page.afterMs()), () -> {
                exchange.waits = false;
                changed.run();
            });
        }
    }

    @Override
    public void ended() {
        peerEnded = true;
    }

    /** The next piece of the first answer. */
    @Override
    public byte[] output() {
        while (output.length == 0 && !exchanges.isEmpty()) {
            final Exchange first = exchanges.peek();
            if (first.expectsContinue) {
                first.expectsContinue = false;
                output = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
            } else if (first.page == null || first.waits) {
                break;
            } else {
                output = piece(first);
            }
        }
        return output;
    }

    private byte[] piece(final Exchange exchange) {
        final Page page = exchange.page;
        if (!exchange.begun) {
            exchange.begun = true;
            codec.writeOutbound(head(exchange));
        }
        final byte[] body = "HEAD".equals(exchange.request.method().name())
                ? NOTHING
                : page.body().next();
        if (body.length > 0) {
            codec.writeOutbound(new DefaultHttpContent(Unpooled.wrappedBuffer(body)));
        } else {
            codec.writeOutbound(LastHttpContent.EMPTY_LAST_CONTENT);
            page.body().close();
            exchanges.remove();
        }
        return encoded();
    }

    private static DefaultHttpResponse head(final Exchange exchange) {
        final Page page = exchange.page;
        final DefaultHttpResponse head =
                new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(page.status()));
        page.headers().forEach((name, value) -> head.headers().set(name, value));
        head.headers().set(HttpHeaderNames.SERVER, "odonata");
        if (page.chunked() && exchange.request.protocolVersion().equals(HttpVersion.HTTP_1_1)) {
            HttpUtil.setTransferEncodingChunked(head, true);
        } else if (!page.chunked()) {
            HttpUtil.setContentLength(head, page.body().length());
        }
        if (!exchange.keepAlive) {
            head.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        } else if (exchange.request.protocolVersion().equals(HttpVersion.HTTP_1_0)) {
            head.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
        }
        return head;
    }

    private byte[] encoded() {
        final ByteBuf all = Unpooled.buffer();
        for (ByteBuf part = codec.readOutbound(); part != null; part = codec.readOutbound()) {
            all.writeBytes(part);
            part.release();
        }
        return ByteBufUtil.getBytes(all);
    }

    @Override
    public void sent(final int count) {
        output = Arrays.copyOfRange(output, count, output.length);
    }

    @Override
    public boolean isOver() {
        return (last || peerEnded)
                && output.length == 0
                && exchanges.stream().allMatch(exchange -> exchange.page == null);
    }

    @Override
    public void closed() {
        exchanges.forEach(exchange -> {
            if (exchange.page != null) {
                exchange.page.body().close();
            }
        });
        codec.finishAndReleaseAll();
    }
}
