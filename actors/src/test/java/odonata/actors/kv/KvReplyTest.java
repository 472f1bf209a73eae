package odonata.actors.kv;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import odonata.protocol.errno.NetError;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KvReplyTest {
    /** What a client may do then differs: ask again, or look first what has become of its command. */
    @ParameterizedTest
    @CsvSource({"ENOBUFS, -TRYAGAIN ", "EHOSTDOWN, -CLUSTERDOWN ", "EINVAL, -ERR EINVAL"})
    void shouldSayWhyAKeyHasNotAnswered(final NetError error, final String words) {
        final byte[] reply = KvReply.failed(error);
        assertThat(KvReply.isError(reply)).isTrue();
        assertThat(new String(reply, StandardCharsets.US_ASCII))
                .startsWith(words.strip())
                .endsWith("\r\n");
    }
}
