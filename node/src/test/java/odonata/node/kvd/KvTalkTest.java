package odonata.node.kvd;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import odonata.actors.kv.KvCall;
import odonata.actors.kv.KvReply;
import odonata.actors.proc.Upc;
import odonata.protocol.errno.NetError;
import org.junit.jupiter.api.Test;

/** A connection whose keys answer when the test lets them. */
class KvTalkTest {
    private final ArrayDeque<KvTalk.Key> asked = new ArrayDeque<>();
    private final KvTalk talk = new KvTalk(
            new Asking(),
            () -> {},
            new Commands(1 << 20, new ServerInfo("0", 0, KvWorld.LIMITS, List.of())),
            new Client(1));
    private int cpu;

    private final class Asking implements KvTalk.Gate {
        @Override
        public int cpu() {
            return cpu;
        }

        @Override
        public Optional<Upc.Returned> ask(final KvCall call, final KvTalk.Key key) {
            asked.add(key);
            return Optional.empty();
        }
    }

    private void in(final String text) {
        talk.received(text.getBytes(StandardCharsets.US_ASCII));
    }

    private String out() {
        final StringBuilder all = new StringBuilder();
        for (byte[] piece = talk.output(); piece.length > 0; piece = talk.output()) {
            all.append(new String(piece, StandardCharsets.US_ASCII));
            talk.sent(piece.length);
        }
        return all.toString();
    }

    private void answer(final KvTalk.Key key, final String text) {
        key.replied(NetError.OK, KvReply.bulk(text));
    }

    @Test
    void shouldAnswerInTheOrderOfTheRequests() {
        in("GET a\r\nPING\r\nMGET b c\r\n");
        assertThat(out()).isEmpty();
        assertThat(asked).hasSize(3);
        answer(asked.removeLast(), "3");
        answer(asked.removeLast(), "2");
        assertThat(out()).isEmpty();
        answer(asked.remove(), "1");
        assertThat(out()).isEqualTo("$1\r\n1\r\n+PONG\r\n*2\r\n$1\r\n2\r\n$1\r\n3\r\n");
    }

    /** What was asked from one CPU may be overtaken by what is asked from another. */
    @Test
    void shouldNotAskFromAnotherCpuBeforeAllIsAnswered() {
        in("SET a 1\r\nSET b 2\r\n");
        out();
        cpu = 1;
        in("GET a\r\n");
        out();
        assertThat(asked).hasSize(2);
        asked.remove().replied(NetError.OK, KvReply.OK);
        out();
        assertThat(asked).hasSize(1);
        asked.remove().replied(NetError.OK, KvReply.OK);
        out();
        assertThat(asked).hasSize(1);
    }

    @Test
    void shouldAskAndReadOnlySoMuchAtATime() {
        in("GET a\r\n".repeat(2_000));
        assertThat(talk.wantsInput()).isFalse();
        out();
        assertThat(asked).hasSize(KvTalk.ASKED);
        answer(asked.remove(), "x");
        assertThat(out()).isEqualTo("$1\r\nx\r\n");
        assertThat(asked).hasSize(KvTalk.ASKED);
        while (!asked.isEmpty()) {
            answer(asked.remove(), "x");
            out();
        }
        assertThat(talk.wantsInput()).isTrue();
        for (int i = 0; i < 200 && talk.wantsInput(); i++) {
            in("PING " + "y".repeat(10_000) + "\r\n");
        }
        assertThat(talk.wantsInput())
                .as("answers that nobody takes stop the reading")
                .isFalse();
        out();
        assertThat(talk.wantsInput()).isTrue();
    }

    @Test
    void shouldSayWhatHappenedToAKey() {
        in("GET a\r\nDEL b c\r\nGET d\r\n");
        out();
        asked.remove().replied(NetError.EHOSTDOWN, null);
        asked.remove().replied(NetError.OK, KvReply.integer(1));
        asked.remove().replied(NetError.ENOBUFS, null);
        asked.remove().replied(NetError.EINVAL, null);
        assertThat(out().split("\r\n"))
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("-CLUSTERDOWN "),
                        line -> assertThat(line).startsWith("-TRYAGAIN "),
                        line -> assertThat(line).startsWith("-ERR "));
    }

    /** A server that ends: when no request is outstanding, and none has begun. */
    @Test
    void shouldFinishWhenNothingIsOutstanding() {
        in("GET a\r\n");
        out();
        talk.finish();
        assertThat(talk.isOver()).isFalse();
        answer(asked.remove(), "x");
        in("*2\r\n$3\r\nGET\r\n$1\r\n");
        assertThat(out()).isEqualTo("$1\r\nx\r\n");
        assertThat(talk.isOver()).isFalse();
        in("b\r\n");
        out();
        assertThat(talk.isOver()).isFalse();
        answer(asked.remove(), "y");
        assertThat(out()).isEqualTo("$1\r\ny\r\n");
        assertThat(talk.isOver()).isTrue();
    }

    @Test
    void shouldEndWhenAllIsAnswered() {
        in("GET a\r\n");
        talk.ended();
        out();
        assertThat(talk.isOver()).isFalse();
        answer(asked.remove(), "x");
        assertThat(talk.isOver()).isFalse();
        out();
        assertThat(talk.isOver()).isTrue();
        talk.closed();
    }
}
