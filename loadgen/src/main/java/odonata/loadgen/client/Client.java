package odonata.loadgen.client;

import odonata.loadgen.client.Dialer.Events;
import odonata.loadgen.client.Dialer.Line;
import odonata.loadgen.client.Dialog.WrongAnswer;

/** One connection to the server after the other, and the requests on it. Owner: its lane. */
final class Client implements Events {
    private static final long FIRST_PAUSE_NS = 10_000_000;
    private static final long LONGEST_PAUSE_NS = 1_000_000_000;

    private final Lane lane;
    private final Waiting waiting;
    private Dialog dialog;
    private Line line;
    private State state = State.CLOSED;
    private boolean sending;
    private long begun;
    private long sinceNs;
    private long pauseNs = FIRST_PAUSE_NS;

    /** Among those of its lane that have room for requests. */
    boolean listed;

    private enum State {
        CLOSED,
        CONNECTING,
        OPEN
    }

    Client(final Lane lane, final int pipeline) {
        this.lane = lane;
        this.waiting = new Waiting(pipeline);
    }

    /** Opens a connection. */
    void dial() {
        dialog = lane.newDialog();
        begun = 0;
        sending = false;
        state = State.CONNECTING;
        sinceNs = lane.nowNs();
        line = lane.dialer().dial(this);
    }

    /** True when it can make a request now. */
    boolean hasRoom() {
        return state == State.OPEN && !waiting.isFull() && !isLast();
    }

    boolean isQuiet() {
        return waiting.isEmpty();
    }

    private boolean isLast() {
        return (lane.requestsPerConnection() > 0 && begun == lane.requestsPerConnection()) || dialog.isOver();
    }

    /** Makes a request; {@link #flush} sends it. */
    void ask(final long dueNs, final long nowNs) {
        begun++;
        dialog.request(begun == lane.requestsPerConnection());
        waiting.add(dueNs, nowNs);
        lane.asked(dueNs, nowNs);
    }

    /** Sends what has been written. */
    void flush() {
        if (state == State.OPEN && !sending && !dialog.out().isEmpty()) {
            final int length = dialog.out().length();
            sending = true;
            lane.tally().sent(length);
            line.send(dialog.out().take(), 0, length);
        }
    }

    @Override
    public void connected() {
        state = State.OPEN;
        lane.opened(this);
    }

    @Override
    public void sent() {
        sending = false;
        dialog.refill();
        flush();
    }

    @Override
    public void received(final byte[] data, final int offset, final int length) {
        lane.tally().received(length);
        try {
            answered(dialog.receive(data, offset, length));
        } catch (final WrongAnswer e) {
            line.abort();
            over(e.getMessage());
            return;
        }
        goOn();
    }

    private void answered(final int answers) throws WrongAnswer {
        if (answers > waiting.size()) {
            throw new WrongAnswer("unasked");
        }
        final long nowNs = lane.nowNs();
        for (int i = 0; i < answers; i++) {
            lane.answered(waiting.oldestDueNs(), waiting.oldestSentNs(), nowNs);
            waiting.remove();
        }
        if (answers > 0) {
            pauseNs = FIRST_PAUSE_NS;
        }
    }

    private void goOn() {
        if (waiting.isEmpty() && (isLast() || lane.isEnding())) {
            close();
            lane.dialSoon(this);
        } else if (dialog.isOver() && !waiting.isEmpty()) {
            line.abort();
            over("closed-early");
        } else {
            lane.ready(this);
        }
    }

    @Override
    public void ended() {
        try {
            answered(dialog.ended() ? 1 : 0);
        } catch (final WrongAnswer e) {
            line.abort();
            over(e.getMessage());
            return;
        }
        if (waiting.isEmpty()) {
            lane.tally().endedByPeer();
            close();
            lane.dialSoon(this);
        } else {
            line.abort();
            over("closed-early");
        }
    }

    @Override
    public void failed(final String error) {
        over(error);
    }

    /** What has waited for longer than it may. */
    void expire(final long nowNs, final long timeoutNs) {
        if (state == State.CONNECTING && nowNs - sinceNs > timeoutNs) {
            line.abort();
            over("connect-timeout");
        } else if (!waiting.isEmpty() && nowNs - waiting.oldestSentNs() > timeoutNs) {
            line.abort();
            over("timeout");
        }
    }

    /** Ends its connection; what waits is lost. */
    void end() {
        if (state != State.CLOSED) {
            close();
            lose();
        }
    }

    private void close() {
        leave();
        line.close();
    }

    private void leave() {
        if (state == State.CONNECTING) {
            lane.dialled();
        }
        state = State.CLOSED;
    }

    private void over(final String error) {
        leave();
        lane.tally().error(error);
        lose();
        lane.dialLater(this, pauseNs);
        pauseNs = Math.min(LONGEST_PAUSE_NS, 2 * pauseNs);
    }

    private void lose() {
        while (!waiting.isEmpty()) {
            lane.lost(waiting.oldestDueNs());
            waiting.remove();
        }
    }
}
