package odonata.loadgen.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import odonata.loadgen.client.Dialog.WrongAnswer;
import odonata.protocol.clock.Seed;
import org.junit.jupiter.api.Test;

class KvDialogTest {
    /** One key, whose value begins with the byte 0. */
    private static KvDialog asks(final double setShare, final int requests) {
        final KvDialog dialog = new KvDialog(new ClientSettings.KeyValue(1, setShare, 3), Seed.of(1));
        for (int i = 0; i < requests; i++) {
            dialog.request(false);
        }
        return dialog;
    }

    private static byte[] ascii(final String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static String written(final KvDialog dialog) {
        final int length = dialog.out().length();
        return new String(dialog.out().take(), 0, length, StandardCharsets.US_ASCII);
    }

    private static int take(final KvDialog dialog, final String answers) throws WrongAnswer {
        int found = 0;
        for (final byte each : ascii(answers)) {
            found += dialog.receive(new byte[] {each}, 0, 1);
        }
        return found;
    }

    @Test
    void shouldAskInTheRedisProtocol() {
        assertThat(written(asks(0, 1))).isEqualTo("*2\r\n$3\r\nGET\r\n$5\r\nkey:0\r\n");
        assertThat(written(asks(1, 1))).isEqualTo("*3\r\n$3\r\nSET\r\n$5\r\nkey:0\r\n$3\r\n\0\1\2\r\n");
    }

    @Test
    void shouldTakeValuesAndNone() throws WrongAnswer {
        final String answers = "$3\r\n\0\1\2\r\n$-1\r\n$3\r\n\0\1\2\r\n";
        assertThat(take(asks(0, 3), answers)).isEqualTo(3);
        assertThat(asks(0, 3).receive(ascii(answers), 0, answers.length())).isEqualTo(3);
    }

    @Test
    void shouldTakeOkForSet() throws WrongAnswer {
        assertThat(take(asks(1, 2), "+OK\r\n+OK\r\n")).isEqualTo(2);
    }

    @Test
    void shouldNameWhatIsWrong() {
        assertThatThrownBy(() -> take(asks(0, 1), "$3\r\n\0\1\3\r\n")).hasMessage("content");
        assertThatThrownBy(() -> take(asks(0, 1), "$4\r\n")).hasMessage("length");
        assertThatThrownBy(() -> take(asks(0, 1), "-MOVED 3 x\r\n")).hasMessage("error-MOVED");
        assertThatThrownBy(() -> take(asks(1, 1), "$-1\r\n")).hasMessage("protocol");
        assertThatThrownBy(() -> take(asks(0, 1), "$3\r\n\0\1\2xx")).hasMessage("protocol");
        assertThatThrownBy(() -> take(asks(0, 1), "$-1\r\n$-1\r\n")).hasMessage("protocol");
        assertThatThrownBy(() -> take(asks(0, 1), "x".repeat(1_000))).hasMessage("protocol");
    }
}
