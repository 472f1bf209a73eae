package odonata.loadgen.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import odonata.loadgen.client.Dialog.WrongAnswer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class HttpDialogTest {
    private static final String OK = "HTTP/1.1 200 OK\r\n";

    private static byte[] ascii(final String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] pattern(final int length) {
        final byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i % 251);
        }
        return bytes;
    }

    private static byte[] join(final byte[]... parts) {
        final ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (final byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static HttpDialog asks(final String path) {
        final HttpDialog dialog = new HttpDialog(HttpPlan.get(path, "h", 200));
        dialog.request(false);
        return dialog;
    }

    /** All of it, in pieces of every size. */
    private static void shouldTake(final String path, final int answers, final byte[] bytes) throws WrongAnswer {
        for (int size = 1; size <= bytes.length; size = size < 8 ? size + 1 : size * 2) {
            final HttpDialog dialog = asks(path);
            int found = 0;
            for (int at = 0; at < bytes.length; at += size) {
                found += dialog.receive(bytes, at, Math.min(size, bytes.length - at));
            }
            assertThat(found).as("pieces of %d", size).isEqualTo(answers);
        }
    }

    private static void shouldRefuse(final String path, final String cause, final byte[] bytes) {
        assertThatThrownBy(() -> asks(path).receive(bytes, 0, bytes.length))
                .isInstanceOf(WrongAnswer.class)
                .hasMessage(cause);
    }

    @Nested
    class Requests {
        @Test
        void shouldNameTheHostAndSayWhichIsTheLast() {
            final HttpDialog dialog = asks("/bytes/3");
            dialog.request(true);
            final int length = dialog.out().length();
            assertThat(new String(dialog.out().take(), 0, length, StandardCharsets.US_ASCII))
                    .isEqualTo(String.join(
                            "\r\n",
                            "GET /bytes/3 HTTP/1.1",
                            "Host: h",
                            "",
                            "GET /bytes/3 HTTP/1.1",
                            "Host: h",
                            "Connection: close",
                            "",
                            ""));
        }

        @Test
        void shouldWriteAnUploadInPieces() {
            final HttpDialog dialog = new HttpDialog(HttpPlan.upload(200_000, "h"));
            final ByteArrayOutputStream all = new ByteArrayOutputStream();
            dialog.request(false);
            while (!dialog.out().isEmpty()) {
                final int length = dialog.out().length();
                all.write(dialog.out().take(), 0, length);
                dialog.refill();
            }
            final byte[] head = ascii("POST /upload HTTP/1.1\r\nHost: h\r\nContent-Length: 200000\r\n\r\n");
            assertThat(all.toByteArray()).isEqualTo(join(head, pattern(200_000)));
        }
    }

    @Nested
    class Answers {
        @Test
        void shouldTakeAnswersOneAfterAnother() throws WrongAnswer {
            final byte[] one = join(ascii(OK + "content-LENGTH: 300\r\nX: y\r\n\r\n"), pattern(300));
            shouldTake("/bytes/300", 3, join(one, one, one));
        }

        @Test
        void shouldTakeChunks() throws WrongAnswer {
            final byte[] bytes = pattern(300);
            shouldTake(
                    "/chunked/300",
                    1,
                    join(
                            ascii(OK + "Transfer-Encoding: chunked\r\n\r\nFF;x=y\r\n"),
                            java.util.Arrays.copyOf(bytes, 255),
                            ascii("\r\n2d\r\n"),
                            java.util.Arrays.copyOfRange(bytes, 255, 300),
                            ascii("\r\n0\r\nTrailer: z\r\n\r\n")));
        }

        @Test
        void shouldTakeEmptyOnesAndInterimOnes() throws WrongAnswer {
            shouldTake("/", 1, ascii("HTTP/1.1 100 Continue\r\n\r\n" + OK + "Content-Length: 0\r\n\r\n"));
        }

        @Test
        void shouldEndWithTheConnectionWhenThereIsNoLength() throws WrongAnswer {
            final HttpDialog dialog = asks("/bytes/4");
            final byte[] bytes = join(ascii("HTTP/1.0 200 OK\r\n\r\n"), pattern(4));
            assertThat(dialog.receive(bytes, 0, bytes.length)).isZero();
            assertThat(dialog.ended()).isTrue();
        }

        @Test
        void shouldNotBeCompleteWhenTheConnectionEndsEarly() throws WrongAnswer {
            final HttpDialog dialog = asks("/bytes/400");
            final byte[] bytes = join(ascii("HTTP/1.0 200 OK\r\n\r\n"), pattern(399));
            dialog.receive(bytes, 0, bytes.length);
            assertThat(dialog.ended()).isFalse();
        }

        @Test
        void shouldKnowTheLastOne() throws WrongAnswer {
            final HttpDialog dialog = asks("/");
            final byte[] bytes = ascii(OK + "Connection: Close\r\nContent-Length: 0\r\n\r\n");
            assertThat(dialog.receive(bytes, 0, bytes.length)).isEqualTo(1);
            assertThat(dialog.isOver()).isTrue();
        }

        @Test
        void shouldCompareTheDigestOfAnUpload() throws WrongAnswer {
            final byte[] right = ascii(OK + "Content-Length: 67\r\n\r\n1 "
                    + "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d\n");
            final HttpDialog dialog = new HttpDialog(HttpPlan.upload(1, "h"));
            assertThat(dialog.receive(right, 0, right.length)).isEqualTo(1);
            right[right.length - 2]++;
            assertThatThrownBy(() -> dialog.receive(right, 0, right.length)).hasMessage("content");
        }
    }

    @Nested
    class WrongAnswers {
        @Test
        void shouldNameAnotherStatus() {
            shouldRefuse("/", "status-503", ascii("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"));
        }

        @Test
        void shouldNoticeAnotherByte() {
            final byte[] bytes = join(ascii(OK + "Content-Length: 300\r\n\r\n"), pattern(300));
            bytes[bytes.length - 1]++;
            shouldRefuse("/bytes/300", "content", bytes);
        }

        @Test
        void shouldNoticeAnotherLength() {
            shouldRefuse("/bytes/300", "length", ascii(OK + "Content-Length: 299\r\n\r\n"));
            shouldRefuse("/chunked/4", "length", ascii(OK + "Transfer-Encoding: chunked\r\n\r\n1\r\n\0\r\n0\r\n\r\n"));
            shouldRefuse("/chunked/1", "length", ascii(OK + "Transfer-Encoding: chunked\r\n\r\n2\r\n\0\1\r\n"));
        }

        @Test
        void shouldNoticeWhatIsNoHttp() {
            shouldRefuse("/", "protocol", ascii("SSH-2.0-OpenSSH_9.2\r\n\r\n"));
            shouldRefuse("/", "protocol", ascii(OK + "Content-Length: many\r\n\r\n"));
            shouldRefuse("/", "protocol", ascii(OK + "Content-Length: -1\r\n\r\n"));
            shouldRefuse("/", "protocol", ascii(OK + "Transfer-Encoding: chunked\r\n\r\nx\r\n"));
            shouldRefuse("/chunked/1", "protocol", ascii(OK + "Transfer-Encoding: chunked\r\n\r\n1\r\n\0x\r\n"));
            shouldRefuse("/", "protocol", new byte[100_000]);
        }
    }
}
