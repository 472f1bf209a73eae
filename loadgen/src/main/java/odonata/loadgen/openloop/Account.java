package odonata.loadgen.openloop;

/**
 * Where the requests of one phase went. Once the phase is over {@code asked = sent + pushedBack + generatorLagged} and
 * {@code sent = answered + lost}.
 *
 * <p>Thread: one owner.
 */
public final class Account {
    private long asked;
    private long sent;
    private long answered;
    private long lost;
    private long pushedBack;
    private long generatorLagged;

    /** The schedule asks for a request. */
    public void ask() {
        asked++;
    }

    /** A request leaves. */
    public void send() {
        sent++;
    }

    /** An answer came in time. */
    public void answer() {
        answered++;
    }

    /** No answer comes any more. */
    public void lose() {
        lost++;
    }

    /** Given up: nobody took it. */
    public void pushBack() {
        pushedBack++;
    }

    /** Given up: the generator was late. */
    public void lag() {
        generatorLagged++;
    }

    /** Takes over all that {@code other} has counted, which then has nothing. */
    public void take(final Account other) {
        asked += other.asked;
        sent += other.sent;
        answered += other.answered;
        lost += other.lost;
        pushedBack += other.pushedBack;
        generatorLagged += other.generatorLagged;
        other.asked = 0;
        other.sent = 0;
        other.answered = 0;
        other.lost = 0;
        other.pushedBack = 0;
        other.generatorLagged = 0;
    }

    /** Requests that the schedule asked for. */
    public long asked() {
        return asked;
    }

    /** Requests that left the generator. */
    public long sent() {
        return sent;
    }

    /** Requests answered in time, each counted once. */
    public long answered() {
        return answered;
    }

    /** Requests sent and not answered in time. */
    public long lost() {
        return lost;
    }

    /** Requests given up because the cluster took no packets for longer than the allowed lag. */
    public long pushedBack() {
        return pushedBack;
    }

    /** Requests given up because the generator itself was late by more than the allowed lag. */
    public long generatorLagged() {
        return generatorLagged;
    }
}
