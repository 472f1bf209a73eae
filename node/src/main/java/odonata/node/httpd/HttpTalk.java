package odonata.node.httpd;

import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import odonata.actors.inetd.StreamService.Talk;

/** One connection: requests are read ahead, answers leave in their order. Owner: the process. */
final class HttpTalk implements Talk {
    /** Requests that are read before the first of them is answered. */
    private static final int PIPELINED = 32;

    /** Answers that are ready are gathered up to so many bytes, and a piece more. */
    private static final int GATHERED = 16_384;

    private static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NOTHING = {};

    private final int cpu;
    private final Later later;
    private final Runnable changed;
    private final Site site;
    private final RequestParser parser = new RequestParser();
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
        private Response response;
        private boolean waits;
        private boolean expectsContinue;

        private Exchange(final HttpRequest request) {
            this.request = request;
            keepAlive = HttpUtil.isKeepAlive(request);
            expectsContinue = HttpUtil.is100ContinueExpected(request);
        }

        private void answer(final Page page) {
            final boolean http10 = request.protocolVersion().equals(HttpVersion.HTTP_1_0);
            response = new Response(page, keepAlive, http10, !request.method().equals(HttpMethod.HEAD));
        }

        private void close() {
            if (response != null) {
                response.close();
            }
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
        for (final Object part : parser.parse(bytes)) {
            take((HttpObject) part);
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
        exchange.answer(Page.text(status, HttpResponseStatus.valueOf(status).reasonPhrase() + "\n"));
        last = true;
    }

    private static HttpRequest badRequest() {
        return new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/");
    }

    private void answer(final Exchange exchange) {
        final HttpRequest request = exchange.request;
        exchange.expectsContinue = false;
        final Page page = request.protocolVersion().equals(HttpVersion.HTTP_1_1)
                        && !request.headers().contains(HttpHeaderNames.HOST)
                ? Page.text(400, "a request of HTTP/1.1 names its host\n")
                : site.page(request.method().name(), request.uri(), cpu, exchange.upload);
        exchange.answer(page);
        last |= !exchange.keepAlive;
        if (page.afterMs() > 0) {
            exchange.waits = true;
            later.after(TimeUnit.MILLISECONDS.toNanos(page.afterMs()), () -> {
                exchange.waits = false;
                changed.run();
            });
        }
    }

    /** A request of which a part has come is waited for. */
    @Override
    public void finish() {
        if (parser.isBetween() && !last) {
            last = true;
            if (!exchanges.isEmpty()) {
                exchanges.peekLast().response.isLast();
            }
        }
    }

    @Override
    public void ended() {
        peerEnded = true;
    }

    /** Pieces of the first answers, as many as are ready, up to some size. */
    @Override
    public byte[] output() {
        boolean goesOn = true;
        while (goesOn && output.length < GATHERED && !exchanges.isEmpty()) {
            final Exchange first = exchanges.peek();
            if (first.expectsContinue) {
                first.expectsContinue = false;
                add(CONTINUE);
            } else if (first.response == null || first.waits) {
                goesOn = false;
            } else {
                add(first.response.next());
                goesOn = !ended(first.response);
            }
        }
        return output;
    }

    @Override
    public boolean moreFollows() {
        return !exchanges.isEmpty()
                && exchanges.peek().response != null
                && !exchanges.peek().waits
                && !exchanges.peek().expectsContinue;
    }

    /** Takes an answer that is over out; true when the connection is over with it. */
    private boolean ended(final Response response) {
        if (!response.isOver()) {
            return false;
        }
        response.close();
        exchanges.remove();
        if (response.isCut()) {
            last = true;
            exchanges.forEach(Exchange::close);
            exchanges.clear();
        }
        return response.isCut();
    }

    private void add(final byte[] piece) {
        if (output.length == 0) {
            output = piece;
        } else {
            final int before = output.length;
            output = Arrays.copyOf(output, before + piece.length);
            System.arraycopy(piece, 0, output, before, piece.length);
        }
    }

    @Override
    public void sent(final int count) {
        output = count == output.length ? NOTHING : Arrays.copyOfRange(output, count, output.length);
    }

    @Override
    public boolean isLast() {
        return (last || peerEnded) && exchanges.stream().allMatch(exchange -> exchange.response == null);
    }

    @Override
    public boolean isOver() {
        return output.length == 0 && isLast();
    }

    @Override
    public void closed() {
        exchanges.forEach(Exchange::close);
    }
}
