package odonata.node.kvd;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;
import odonata.actors.inetd.StreamService.Talk;
import odonata.actors.lwkt.Handlers;
import odonata.actors.port.Msg;
import odonata.actors.proc.UserProgram;
import odonata.actors.proc.UserTd;

/** A process with one connection of the service, as if somebody sent and read at its other end. */
final class KvClient extends UserProgram<KvClient.Cmd> {
    private final Commands commands;
    private Talk talk;
    private final IntUnaryOperator piece;
    private final ArrayDeque<byte[]> input = new ArrayDeque<>();
    private final List<String> answers = new ArrayList<>();
    private byte[] unread = {};
    private long taken;

    /** What it is told. */
    sealed interface Cmd {
        /** Bytes have been sent. */
        record Bytes(byte[] bytes) implements Cmd {}
    }

    /** {@code piece}: how many of so many bytes go at once. */
    KvClient(final UserTd td, final Commands commands, final IntUnaryOperator piece) {
        super(td);
        this.piece = piece;
        this.commands = commands;
    }

    @Override
    protected void main() {
        talk = new KvService(commands).begin(td(), this::work);
    }

    boolean ready() {
        return talk != null;
    }

    @Override
    protected Handlers<Cmd> handlers() {
        return Handlers.of(Cmd.class).on(Cmd.Bytes.class, this::onBytes);
    }

    private void onBytes(final Msg<Cmd.Bytes> msg) {
        input.add(msg.command().bytes());
        work();
    }

    private void work() {
        do {
            for (byte[] out = talk.output(); out.length > 0; out = talk.output()) {
                final int count = piece.applyAsInt(out.length);
                read(Arrays.copyOf(out, count));
                talk.sent(count);
            }
        } while (feed());
    }

    private boolean feed() {
        if (input.isEmpty() || !talk.wantsInput()) {
            return false;
        }
        final byte[] first = input.remove();
        final int count = piece.applyAsInt(first.length);
        if (count < first.length) {
            input.addFirst(Arrays.copyOfRange(first, count, first.length));
        }
        talk.received(Arrays.copyOf(first, count));
        return true;
    }

    private void read(final byte[] bytes) {
        final ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(unread);
        all.writeBytes(bytes);
        taken += bytes.length;
        final Reply.Read read = Reply.all(all.toByteArray());
        answers.addAll(read.answers());
        unread = Arrays.copyOfRange(all.toByteArray(), read.length(), all.size());
    }

    /** Answers so far, which are then forgotten. */
    List<String> takeAnswers() {
        final List<String> all = List.copyOf(answers);
        answers.clear();
        return all;
    }

    int answered() {
        return answers.size();
    }

    long taken() {
        return taken;
    }

    boolean isOver() {
        return talk.isOver();
    }

    /** A request as clients send it. */
    static byte[] request(final byte[]... words) {
        final ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(("*" + words.length + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        for (final byte[] word : words) {
            all.writeBytes(("$" + word.length + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
            all.writeBytes(word);
            all.writeBytes(new byte[] {'\r', '\n'});
        }
        return all.toByteArray();
    }

    /** Of words without blanks. */
    static byte[] request(final List<String> words) {
        return request(words.stream()
                .map(word -> word.getBytes(StandardCharsets.ISO_8859_1))
                .toArray(byte[][]::new));
    }
}
