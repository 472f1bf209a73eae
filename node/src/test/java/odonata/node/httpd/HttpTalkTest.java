package odonata.node.httpd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP as bytes in and bytes out. */
class HttpTalkTest {
    private static final String GET = "GET %s HTTP/1.1\r\nHost: here\r\n\r\n";

    @TempDir
    private Path folder;

    private final List<Runnable> timers = new ArrayList<>();
    private final List<Long> delays = new ArrayList<>();
    private HttpTalk talk = talk(Optional.empty());

    private HttpTalk talk(final Optional<Path> root) {
        return new HttpTalk(
                3,
                (delayNs, function) -> {
                    delays.add(delayNs);
                    timers.add(function);
                },
                () -> {},
                new Site(root));
    }

    private void in(final String text) {
        talk.received(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** All that it has to send now, taken in steps of {@code step}. */
    private byte[] out(final int step) {
        final ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] piece = talk.output(); piece.length > 0; piece = talk.output()) {
            final int taken = Math.min(step, piece.length);
            all.write(piece, 0, taken);
            talk.sent(taken);
        }
        return all.toByteArray();
    }

    private String out() {
        return new String(out(1_000_000), StandardCharsets.ISO_8859_1);
    }

    private String get(final String target) {
        in(String.format(GET, target));
        return out();
    }

    private static byte[] pattern(final int length) {
        final byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i % 251);
        }
        return bytes;
    }

    @Test
    void shouldAnswerAndKeepTheConnection() {
        assertThat(get("/")).startsWith("HTTP/1.1 200 OK\r\n").contains("text/html", "CPU 3");
        assertThat(get("/nowhere")).startsWith("HTTP/1.1 404 Not Found\r\n");
        assertThat(talk.isOver()).isFalse();
        talk.ended();
        assertThat(talk.isOver()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 32_768, 100_000})
    void shouldSendAsManyBytesAsAskedFor(final int length) {
        in(String.format(GET, "/bytes/" + length));
        final byte[] all = out(777);
        final String head = new String(all, 0, all.length - length, StandardCharsets.ISO_8859_1);
        assertThat(head).contains("content-length: " + length).endsWith("\r\n\r\n");
        assertThat(Arrays.copyOfRange(all, all.length - length, all.length)).isEqualTo(pattern(length));
    }

    @Test
    void shouldSendInChunksWhatHasNoLength() {
        final String all = get("/chunked/70000");
        assertThat(all).contains("transfer-encoding: chunked").doesNotContain("content-length");
        assertThat(all).contains("\r\n\r\n10000\r\n").endsWith("\r\n0\r\n\r\n");
    }

    @Test
    void shouldAnswerPipelinedRequestsInTheirOrderThoughAnEarlierOneWaits() {
        in(String.format(GET, "/delay/250") + String.format(GET, "/bytes/5"));
        assertThat(out()).isEmpty();
        assertThat(delays).containsExactly(250_000_000L);
        timers.get(0).run();
        assertThat(out()).containsSubsequence("waited 250 ms", "content-length: 5");
    }

    @Test
    void shouldReadNoFurtherThanItsPipeline() {
        in(String.format(GET, "/delay/250"));
        for (int i = 0; talk.wantsInput(); i++) {
            assertThat(i).isLessThan(1_000);
            in(String.format(GET, "/"));
        }
        timers.get(0).run();
        out();
        assertThat(talk.wantsInput()).isTrue();
    }

    @Test
    void shouldSayWhetherMoreFollowsAtOnce() {
        in(String.format(GET, "/bytes/70000") + String.format(GET, "/delay/250"));
        assertThat(talk.output()).isNotEmpty();
        assertThat(talk.moreFollows()).isTrue();
        assertThat(out()).hasSizeGreaterThan(70_000);
        assertThat(talk.moreFollows()).isFalse(); // the second answer waits
        timers.get(0).run();
        assertThat(talk.moreFollows()).isTrue();
        out();
        assertThat(talk.moreFollows()).isFalse();
    }

    @Test
    void shouldTakeRequestsByteByByte() {
        for (final byte b : String.format(GET, "/bytes/3").getBytes(StandardCharsets.US_ASCII)) {
            assertThat(talk.output()).isEmpty();
            talk.received(new byte[] {b});
        }
        assertThat(out()).contains("content-length: 3");
    }

    @Test
    void shouldSayWhatCameWithAnUpload() {
        in("POST /upload HTTP/1.1\r\nHost: here\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
        assertThat(out()).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
        in("hel");
        assertThat(out()).isEmpty();
        in("lo");
        assertThat(out()).endsWith("5 2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824\n");
        in("PUT /upload HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n");
        assertThat(out()).contains("5 2cf24dba5fb0a30e26e83b2ac5b9e29e");
    }

    @Test
    void shouldSendNoBodyToHead() {
        in("HEAD /bytes/1000 HTTP/1.1\r\nHost: here\r\n\r\n");
        assertThat(out()).contains("content-length: 1000").endsWith("\r\n\r\n");
        assertThat(get("/bytes/2")).contains("content-length: 2");
    }

    @Test
    void shouldCloseWhenAsked() {
        in("GET / HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n" + String.format(GET, "/bytes/3"));
        assertThat(talk.wantsInput()).isFalse();
        assertThat(out()).contains("connection: close").doesNotContain("content-length: 3");
        assertThat(talk.isOver()).isTrue();
    }

    /** A server that ends: what is idle is over at once, the last answer says that it is the last. */
    @Test
    void shouldFinishWithTheLastRequestThatHasCome() {
        get("/");
        talk.finish();
        assertThat(talk.isOver()).isTrue();

        talk = talk(Optional.empty());
        in(String.format(GET, "/delay/250") + String.format(GET, "/bytes/5"));
        talk.finish();
        assertThat(talk.isOver()).isFalse();
        assertThat(talk.wantsInput()).isFalse();
        timers.get(0).run();
        assertThat(out().split("HTTP/1.1 200 OK"))
                .satisfiesExactly(
                        before -> assertThat(before).isEmpty(),
                        answer -> assertThat(answer).contains("waited 250 ms").doesNotContain("connection: close"),
                        answer -> assertThat(answer).contains("content-length: 5", "connection: close"));
        assertThat(talk.isOver()).isTrue();
    }

    @Test
    void shouldFinishWithARequestOfWhichOnlyAPartHasCome() {
        final String[] parts = {"GET /bytes/3", " HTTP/1.1\r\n", "Host: here\r\n", "\r\n"};
        for (int known = 1; known < parts.length; known++) {
            talk = talk(Optional.empty());
            get("/");
            for (int i = 0; i < known; i++) {
                in(parts[i]);
            }
            talk.finish();
            assertThat(talk.isOver()).as("%d parts", known).isFalse();
            for (int i = known; i < parts.length; i++) {
                in(parts[i]);
                talk.finish();
            }
            assertThat(out()).contains("content-length: 3", "connection: close");
            assertThat(talk.isOver()).isTrue();
        }
    }

    @Test
    void shouldFinishWithAnUploadThatIsUnderWay() {
        in("POST /upload HTTP/1.1\r\nHost: here\r\nContent-Length: 5\r\n\r\nhel");
        talk.finish();
        in("lo");
        talk.finish();
        assertThat(out()).contains("connection: close").contains("5 2cf24dba5fb0a30e");
        assertThat(talk.isOver()).isTrue();
    }

    @Test
    void shouldTalkToHttp10() {
        in("GET /chunked/10 HTTP/1.0\r\n\r\n");
        assertThat(out()).doesNotContain("chunked\r\n").contains("connection: close");
        assertThat(talk.isOver()).isTrue();
        talk = talk(Optional.empty());
        in("GET /bytes/10 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
        assertThat(out()).contains("connection: keep-alive");
        assertThat(talk.isOver()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "GET / HTTP/1.1~~, 400",
        "nonsense~~, 400",
        "GET /bytes/-1 HTTP/1.1~Host: x~~, 400",
        "GET /bytes/x HTTP/1.1~Host: x~~, 400",
        "DELETE / HTTP/1.1~Host: x~~, 405",
        "GET /upload HTTP/1.1~Host: x~~, 405",
    })
    void shouldRefuseWhatIsWrong(final String request, final int status) {
        in(request.replace("~", "\r\n"));
        assertThat(out()).startsWith("HTTP/1.1 " + status + " ");
    }

    @Test
    void shouldBoundLinesAndHeaders() {
        in("GET /" + "x".repeat(9_000) + " HTTP/1.1\r\n");
        assertThat(out()).startsWith("HTTP/1.1 414 ");
        assertThat(talk.isOver()).isTrue();
        talk = talk(Optional.empty());
        in("GET / HTTP/1.1\r\nHost: x\r\nX: " + "y".repeat(20_000) + "\r\n\r\n");
        assertThat(out()).startsWith("HTTP/1.1 431 ");
        assertThat(talk.isOver()).isTrue();
    }

    @Test
    void shouldServeFilesOfItsFolderAndNoOthers() throws IOException {
        final Path root = Files.createDirectory(folder.resolve("site"));
        Files.writeString(folder.resolve("secret.txt"), "secret");
        Files.writeString(root.resolve("index.html"), "<p>mine");
        Files.write(root.resolve("big.bin"), pattern(70_000));
        Files.createSymbolicLink(root.resolve("out.txt"), folder.resolve("secret.txt"));
        talk = talk(Optional.of(root));
        assertThat(get("/")).contains("text/html").endsWith("<p>mine");
        in(String.format(GET, "/big.bin?x=1"));
        assertThat(out(1_000)).hasSizeGreaterThan(70_000).endsWith(pattern(70_000));
        for (final String bad : List.of("/../secret.txt", "/%2e%2e/secret.txt", "/out.txt", "/no.txt", "/%zz")) {
            assertThat(get(bad)).as(bad).startsWith("HTTP/1.1 404 ").doesNotContain("secret\"");
        }
    }
}
