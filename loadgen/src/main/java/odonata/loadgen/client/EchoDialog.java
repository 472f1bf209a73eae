package odonata.loadgen.client;

/** Asks an echo server: what was sent has to come back. */
final class EchoDialog extends Dialog {
    private final int bytes;
    private long sent;
    private long seen;

    /** Each request has so many bytes. */
    EchoDialog(final int bytes) {
        this.bytes = bytes;
    }

    @Override
    void request(final boolean last) {
        Pattern.write(out, sent, bytes);
        sent += bytes;
    }

    @Override
    int receive(final byte[] data, final int offset, final int length) throws WrongAnswer {
        if (length > sent - seen) {
            throw new WrongAnswer("length");
        }
        if (!Pattern.matches(data, offset, length, seen)) {
            throw new WrongAnswer("content");
        }
        final long before = seen / bytes;
        seen += length;
        return (int) (seen / bytes - before);
    }
}
