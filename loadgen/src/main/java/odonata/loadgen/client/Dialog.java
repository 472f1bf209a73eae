package odonata.loadgen.client;

/** What is said on one connection: requests, and whether the answers are right. Owner: its connection. */
public abstract class Dialog {
    /** What is to be sent. */
    protected final Output out = new Output();

    /** An answer that is not what it should be. */
    static final class WrongAnswer extends Exception {
        private static final long serialVersionUID = 1;

        /** {@code cause} in one word, as the report names it. */
        WrongAnswer(final String cause) {
            super(cause, null, false, false);
        }
    }

    final Output out() {
        return out;
    }

    /**
     * Writes one more request.
     *
     * @param last the connection ends with its answer
     */
    abstract void request(boolean last);

    /** What was written has been sent: a long request writes on. */
    void refill() {}

    /**
     * Looks at bytes that came.
     *
     * @return answers that they complete
     */
    abstract int receive(byte[] data, int offset, int length) throws WrongAnswer;

    /** The peer has ended; true when that completes an answer. */
    boolean ended() {
        return false;
    }

    /** True when the server has said that it takes no more requests on this connection. */
    boolean isOver() {
        return false;
    }
}
