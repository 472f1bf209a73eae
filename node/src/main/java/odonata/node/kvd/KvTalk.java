package odonata.node.kvd;

import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import odonata.actors.inetd.StreamService.Talk;
import odonata.actors.kv.KvCall;
import odonata.actors.kv.KvMsg.Ask;
import odonata.actors.kv.KvReply;
import odonata.actors.proc.Upc;
import odonata.protocol.errno.NetError;

/**
 * One connection: requests are read ahead, keys asked in the order of the requests, answers leave in that order too. Bounded: the
 * requests that are read ahead, the keys that are asked at a time, and the answers that wait. Owner: the process.
 */
final class KvTalk implements Talk {
    /** Bytes that are sent at once, if an answer alone has not more. */
    static final int CHUNK = 16_384;

    /** Keys that are asked at a time. */
    static final int ASKED = 128;

    /** Keys that are asked in one call. */
    private static final int TOGETHER = 32;

    /** Least room for what is sent: what no answer keeps, as a sum. */
    private static final int LITTLE = 64;

    private static final int READ_AHEAD = 1_024;
    private static final int MOST_BUFFERED = 1 << 20;
    private static final byte[] NOTHING = {};

    private final Gate gate;
    private final Runnable changed;
    private final Commands commands;
    private final RespInput input;
    private final Client client;
    private final ArrayDeque<Answer> answers = new ArrayDeque<>();
    private final ArrayDeque<Answer> asking = new ArrayDeque<>();
    private byte[] output = NOTHING;
    private int asked;
    private int askedFrom;
    private long buffered;
    private boolean peerEnded;
    private boolean last;
    private boolean finishing;
    private boolean closed;

    /** How a connection asks keys. */
    interface Gate {
        /** CPU on which its process is now. */
        int cpu();

        /** Asks; the answers are returned, or come later to {@link Questions#replied}. */
        Optional<Upc.Returned> ask(KvCall call, Questions questions);
    }

    /** Keys that were asked in one call, each for an answer of one connection. */
    static final class Questions {
        private final KvTalk talk;
        private final List<Ask> asks;
        private final List<Answer> answers;
        private final List<Integer> numbers;

        /** For about so many keys. */
        private Questions(final KvTalk talk, final int size) {
            this.talk = talk;
            asks = new ArrayList<>(size);
            answers = new ArrayList<>(size);
            numbers = new ArrayList<>(size);
        }

        private void add(final Answer answer) {
            answers.add(answer);
            numbers.add(answer.asked());
            asks.add(answer.next());
        }

        /** How many. */
        int size() {
            return asks.size();
        }

        /** The connection. */
        KvTalk talk() {
            return talk;
        }

        /** They have answered; when the call has failed, so has each of them. */
        void replied(final Upc.Returned end) {
            for (int i = 0; i < answers.size(); i++) {
                talk.replied(
                        answers.get(i),
                        numbers.get(i),
                        end.error() == NetError.OK ? ((byte[][]) end.value())[i] : KvReply.failed(end.error()));
            }
        }
    }

    /** What is sent next; most often its size is known before. */
    private static final class Output extends ByteArrayOutputStream {
        private Output(final int size) {
            super(size);
        }

        private byte[] take() {
            return count == buf.length ? buf : toByteArray();
        }
    }

    KvTalk(final Gate gate, final Runnable changed, final Commands commands, final Client client) {
        this.gate = gate;
        this.changed = changed;
        this.commands = commands;
        this.client = client;
        input = new RespInput(commands.maxValue());
    }

    /** To be called when keys have answered by something else than the calls of {@link Talk}. */
    Runnable changed() {
        return changed;
    }

    @Override
    public boolean wantsInput() {
        return !peerEnded && !last && answers.size() < READ_AHEAD && buffered < MOST_BUFFERED;
    }

    @Override
    public void received(final byte[] bytes) {
        input.feed(bytes);
        for (List<byte[]> request = input.next(); request != null && !last; request = input.next()) {
            add(commands.answer(request, client));
            last = client.quits();
        }
        if (input.isBroken() && !last) {
            add(Answer.ready(KvReply.error(input.error())));
            last = true;
        }
    }

    private void add(final Answer answer) {
        answers.add(answer);
        buffered += answer.kept();
        if (answer.hasNext()) {
            asking.add(answer);
        }
    }

    /** What goes to one CPU stays in order; a process that has gone to another CPU waits until its questions from there are answered. */
    private void ask() {
        while (mayAsk()) {
            askedFrom = gate.cpu();
            final Questions questions = new Questions(this, Math.min(TOGETHER, asking.size()));
            while (questions.size() < TOGETHER && mayAsk()) {
                final Answer answer = asking.peek();
                asked++;
                questions.add(answer);
                if (!answer.hasNext()) {
                    asking.remove();
                }
            }
            gate.ask(new KvCall(questions.asks), questions).ifPresent(questions::replied);
        }
    }

    private boolean mayAsk() {
        return !asking.isEmpty()
                && (asked == 0 || (asked < ASKED && buffered < MOST_BUFFERED && askedFrom == gate.cpu()));
    }

    private void replied(final Answer answer, final int number, final byte[] reply) {
        asked--;
        if (!closed) {
            final long before = answer.kept();
            answer.replied(number, reply);
            buffered += answer.kept() - before;
        }
    }

    @Override
    public void finish() {
        finishing = true;
    }

    @Override
    public void ended() {
        peerEnded = true;
    }

    @Override
    public byte[] output() {
        if (output.length == 0 && !answers.isEmpty()) {
            ask();
            final Output out = new Output((int) Math.max(LITTLE, Math.min(CHUNK, buffered)));
            write(out);
            int before = 0;
            while (out.size() > before && out.size() < CHUNK && !answers.isEmpty()) {
                ask();
                before = out.size();
                write(out);
            }
            output = out.take();
        }
        return output;
    }

    private void write(final ByteArrayOutputStream out) {
        boolean whole = true;
        while (whole && !answers.isEmpty() && out.size() < CHUNK) {
            final Answer first = answers.peek();
            buffered -= first.kept();
            whole = first.write(out);
            if (whole) {
                answers.remove();
            } else {
                buffered += first.kept();
            }
        }
    }

    @Override
    public void sent(final int count) {
        output = count == output.length ? NOTHING : Arrays.copyOfRange(output, count, output.length);
    }

    @Override
    public boolean isLast() {
        return (last || peerEnded || (finishing && input.isBetween())) && answers.isEmpty();
    }

    @Override
    public boolean isOver() {
        return output.length == 0 && isLast();
    }

    @Override
    public void closed() {
        closed = true;
        answers.clear();
        asking.clear();
    }
}
