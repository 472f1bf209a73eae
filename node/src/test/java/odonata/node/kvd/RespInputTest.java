package odonata.node.kvd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What clients may write, and what they may not. */
class RespInputTest {
    private static final int MAX = 10_000;

    private RespInput input = new RespInput(MAX);

    private static byte[] bytes(final String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private List<String> requests() {
        final List<String> all = new ArrayList<>();
        for (List<byte[]> next = input.next(); next != null; next = input.next()) {
            all.add(String.join(
                    ",",
                    next.stream()
                            .map(word -> new String(word, StandardCharsets.ISO_8859_1))
                            .toList()));
        }
        return all;
    }

    private List<String> read(final String text) {
        input.feed(bytes(text));
        return requests();
    }

    @Test
    void shouldReadRequestsHoweverTheyAreCut() {
        final String arrays = "*2\r\n$3\r\nGET\r\n$1\r\na\r\n*1\r\n$0\r\n\r\nPING\r\n\r\n*0\r\n*-1\r\n$4 x\nPING\n";
        final String text = arrays.concat("*3\r\n$3\r\nSET\r\n$1\r\nb\r\n$5\r\n\r\n$1*\r\n  ECHO 'x y'  \r\n");
        for (int step = 1; step < text.length(); step++) {
            input = new RespInput(MAX);
            final List<String> all = new ArrayList<>();
            for (int at = 0; at < text.length(); at += step) {
                all.addAll(read(text.substring(at, Math.min(text.length(), at + step))));
            }
            assertThat(all)
                    .as("steps of %d", step)
                    .containsExactly("GET,a", "", "PING", "$4,x", "PING", "SET,b,\r\n$1*", "ECHO,x y");
            assertThat(input.isBroken()).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            a b\tc              | a,b,c
            `"a b" 'c d'`       | `a b,c d`
            `"\\x41\\n\\"\\\\"`  | `A\n"\\`
            `'a\\'b' ''`         | `a'b,`
            """)
    void shouldReadLinesOfWords(final String line, final String words) {
        assertThat(read(line + "\r\n")).containsExactly(words);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            *65537 CR                 | invalid multibulk length
            *9223372036854775807 CR   | invalid multibulk length
            *99999999999999999999 CR  | invalid multibulk length
            *x CR                     | invalid multibulk length
            * CR                      | invalid multibulk length
            *1 CR $-1 CR              | invalid bulk length
            *1 CR $-2 CR              | invalid bulk length
            *1 CR $10001 CR           | invalid bulk length
            *1 CR $2147483647 CR      | invalid bulk length
            *1 CR $536870913 CR       | invalid bulk length
            *1 CR $x CR               | invalid bulk length
            *1 CR $2 CR abc CR        | invalid bulk length
            *1 CR *1 CR               | expected '$', got '*'
            *1 CR *1000000000 CR      | expected '$', got '*'
            *1 CR foo CR              | expected '$', got 'f'
            *1 CR +OK CR              | expected '$', got '+'
            'open CR                  | unbalanced quotes in request
            "open CR                  | unbalanced quotes in request
            'a'b CR                   | unbalanced quotes in request
            """)
    void shouldRefuse(final String text, final String error) {
        assertThat(read("PING\r\n" + text.replace(" CR ", "\r\n").replace(" CR", "\r\n")))
                .as("what came before is answered")
                .containsExactly("PING");
        assertThat(input.error()).isEqualTo("ERR Protocol error: " + error);
        assertThat(read("PING\r\n")).as("nothing is read any more").isEmpty();
    }

    /** No line, and nothing else, grows without an end. */
    @Test
    void shouldTakeNoMoreThanItMay() {
        for (final String begin : List.of("", "*", "*1\r\n$", "+", ":", "*1\r\n")) {
            input = new RespInput(MAX);
            input.feed(bytes(begin));
            int taken = 0;
            while (!input.isBroken() && taken < 1_000_000) {
                input.feed(bytes("1".repeat(1_000)));
                taken += 1_000;
            }
            assertThat(taken).as(begin).isBetween(1_000, 70_000);
            assertThat(requests()).isEmpty();
        }
        input = new RespInput(MAX);
        input.feed(bytes("*1000\r\n"));
        for (int i = 0; i < 1_000 && !input.isBroken(); i++) {
            input.feed(bytes("$10000\r\n" + "x".repeat(10_000) + "\r\n"));
        }
        assertThat(input.error()).isEqualTo("ERR Protocol error: invalid bulk length");
    }

    /** Whatever comes is a request or an error; never anything else, and with what is left it stays small. */
    @Test
    void shouldBearGarbage() {
        final SplittableRandom random = new SplittableRandom(Long.getLong("seed", 7));
        final String[] parts = {
            "*", "$", "\r\n", "1", "2", "3", "-", "+", ":", "PING", "'", "\"", "\\", " ", "\r", "\n", "x"
        };
        int broken = 0;
        int requests = 0;
        for (int run = 0; run < 20_000; run++) {
            input = new RespInput(MAX);
            for (int i = 0; i < 3; i++) {
                final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                for (int n = random.nextInt(20); n > 0; n--) {
                    bytes.writeBytes(bytes(parts[random.nextInt(parts.length)]));
                    if (random.nextInt(20) == 0) {
                        bytes.write(random.nextInt(256));
                    }
                }
                input.feed(bytes.toByteArray());
            }
            requests += requests().size();
            broken += input.isBroken() ? 1 : 0;
        }
        assertThat(broken).isBetween(1_000, 19_900);
        assertThat(requests).isPositive();
    }

    @Test
    void shouldKeepBytesAsTheyAre() {
        final byte[] all = new byte[256];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) i;
        }
        input.feed(KvClient.request(all, Arrays.copyOf(all, 0)));
        final List<byte[]> words = input.next();
        assertThat(words.get(0)).isEqualTo(all);
        assertThat(words.get(1)).isEmpty();
    }
}
