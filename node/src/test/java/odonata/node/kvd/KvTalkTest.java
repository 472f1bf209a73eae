package odonata.node.kvd;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import odonata.actors.kv.KvCall;
import odonata.actors.kv.KvReply;
import odonata.actors.proc.Upc;
import odonata.protocol.errno.NetError;
import org.junit.jupiter.api.Test;

/** A connection whose keys answer when the test lets them. */
class KvTalkTest {
    private final ArrayDeque<KvTalk.Questions> asked = new ArrayDeque<>();
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
        public Optional<Upc.Returned> ask(final KvCall call, final KvTalk.Questions questions) {
            asked.add(questions);
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

    private static void answer(final KvTalk.Questions questions, final byte[]... replies) {
        questions.replied(new Upc.Returned(questions, NetError.OK, replies));
    }

    /** As many answers as there are questions. */
    private static void answerAll(final KvTalk.Questions questions) {
        final byte[][] replies = new byte[questions.size()][];
        Arrays.fill(replies, KvReply.bulk("x"));
        answer(questions, replies);
    }

    private int keysAsked() {
        return asked.stream().mapToInt(KvTalk.Questions::size).sum();
    }

    @Test
    void shouldAnswerInTheOrderOfTheRequests() {
        in("GET a\r\n");
        assertThat(out()).isEmpty();
        in("PING\r\nMGET b c\r\n");
        assertThat(out()).isEmpty();
        assertThat(asked).hasSize(2);
        answer(asked.removeLast(), KvReply.bulk("2"), KvReply.bulk("3"));
        assertThat(out()).isEmpty();
        answer(asked.remove(), KvReply.bulk("1"));
        assertThat(out()).isEqualTo("$1\r\n1\r\n+PONG\r\n*2\r\n$1\r\n2\r\n$1\r\n3\r\n");
    }

    /** So that a pipeline costs a message for each CPU, not one for each key. */
    @Test
    void shouldAskInOneCallWhatCameTogether() {
        in("GET a\r\nPING\r\nMGET b c\r\nSET d 1\r\n");
        out();
        assertThat(asked).hasSize(1);
        answer(asked.remove(), KvReply.bulk("1"), KvReply.bulk("2"), KvReply.bulk("3"), KvReply.OK);
        assertThat(out()).isEqualTo("$1\r\n1\r\n+PONG\r\n*2\r\n$1\r\n2\r\n$1\r\n3\r\n+OK\r\n");
    }

    /** What was asked from one CPU may be overtaken by what is asked from another. */
    @Test
    void shouldNotAskFromAnotherCpuBeforeAllIsAnswered() {
        in("SET a 1\r\n");
        out();
        in("SET b 2\r\n");
        out();
        cpu = 1;
        in("GET a\r\n");
        out();
        assertThat(asked).hasSize(2);
        answer(asked.remove(), KvReply.OK);
        out();
        assertThat(asked).hasSize(1);
        answer(asked.remove(), KvReply.OK);
        out();
        assertThat(asked).hasSize(1);
    }

    @Test
    void shouldAskAndReadOnlySoMuchAtATime() {
        in("GET a\r\n".repeat(2_000));
        assertThat(talk.wantsInput()).isFalse();
        out();
        assertThat(keysAsked()).isEqualTo(KvTalk.ASKED);
        final int answered = asked.element().size();
        answerAll(asked.remove());
        assertThat(out()).isEqualTo("$1\r\nx\r\n".repeat(answered));
        assertThat(keysAsked()).isEqualTo(KvTalk.ASKED);
        while (!asked.isEmpty()) {
            answerAll(asked.remove());
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

    /** A client may say much before it hears an error; what a request of several keys says is its first error. */
    @Test
    void shouldSayTheFirstErrorOfARequest() {
        in("GET a\r\nDEL b c d\r\n");
        out();
        answer(
                asked.remove(),
                KvReply.error("CLUSTERDOWN a"),
                KvReply.integer(1),
                KvReply.error("TRYAGAIN c"),
                KvReply.error("ERR d"));
        assertThat(out()).isEqualTo("-CLUSTERDOWN a\r\n-TRYAGAIN c\r\n");
    }

    @Test
    void shouldSayForEachKeyThatTheCallHasFailed() {
        in("GET a\r\nDEL b c\r\nGET d\r\n");
        out();
        final KvTalk.Questions questions = asked.remove();
        questions.replied(new Upc.Returned(questions, NetError.EINVAL, null));
        assertThat(out()).isEqualTo("-ERR EINVAL\r\n".repeat(3));
    }

    /** A server that ends: when no request is outstanding, and none has begun. */
    @Test
    void shouldFinishWhenNothingIsOutstanding() {
        in("GET a\r\n");
        out();
        talk.finish();
        assertThat(talk.isOver()).isFalse();
        answer(asked.remove(), KvReply.bulk("x"));
        in("*2\r\n$3\r\nGET\r\n$1\r\n");
        assertThat(out()).isEqualTo("$1\r\nx\r\n");
        assertThat(talk.isOver()).isFalse();
        in("b\r\n");
        out();
        assertThat(talk.isOver()).isFalse();
        answer(asked.remove(), KvReply.bulk("y"));
        assertThat(out()).isEqualTo("$1\r\ny\r\n");
        assertThat(talk.isOver()).isTrue();
    }

    @Test
    void shouldEndWhenAllIsAnswered() {
        in("GET a\r\n");
        talk.ended();
        out();
        assertThat(talk.isOver()).isFalse();
        answer(asked.remove(), KvReply.bulk("x"));
        assertThat(talk.isOver()).isFalse();
        out();
        assertThat(talk.isOver()).isTrue();
        talk.closed();
    }
}
