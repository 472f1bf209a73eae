package odonata.node.kvd;

import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import odonata.actors.inetd.StreamService.Talk;
import odonata.actors.kv.KvCall;
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

        /** Asks; the answer is returned, or comes later, with this key, to {@link Key#replied}. */
        Optional<Upc.Returned> ask(KvCall call, Key key);
    }

    /** A key that was asked for one answer of one connection. */
    record Key(KvTalk talk, Answer answer, int number) {
        /** It has answered. */
        void replied(final NetError error, final Object value) {
            talk.replied(this, error == NetError.OK ? (byte[]) value : errorOf(error));
        }

        private static byte[] errorOf(final NetError error) {
            return switch (error) {
                case ENOBUFS -> KvReply.error("TRYAGAIN too many commands wait for keys that are moving");
                case EHOSTDOWN ->
                    KvReply.error("CLUSTERDOWN the member with this key is gone; the command was done or not");
                default -> KvReply.error("ERR " + error);
            };
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
        while (!asking.isEmpty()
                && (asked == 0 || (asked < ASKED && buffered < MOST_BUFFERED && askedFrom == gate.cpu()))) {
            askedFrom = gate.cpu();
            asked++;
            final Answer answer = asking.peek();
            final Key key = new Key(this, answer, answer.asked());
            final KvCall call = new KvCall(answer.next());
            if (!answer.hasNext()) {
                asking.remove();
            }
            gate.ask(call, key).ifPresent(end -> key.replied(end.error(), end.value()));
        }
    }

    private void replied(final Key key, final byte[] reply) {
        asked--;
        if (!closed) {
            final long before = key.answer().kept();
            key.answer().replied(key.number(), reply);
            buffered += key.answer().kept() - before;
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
            final ByteArrayOutputStream out = new ByteArrayOutputStream(256);
            int before;
            do {
                ask();
                before = out.size();
                write(out);
            } while (out.size() > before && out.size() < CHUNK && !answers.isEmpty());
            output = out.toByteArray();
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
