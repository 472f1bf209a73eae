package odonata.loadgen;

/**
 * Where the requests of one phase went. Once the phase is over {@code asked = sent + pushedBack + generatorLagged} and
 * {@code sent = answered + lost}.
 *
 * <p>Thread: written by the run's only thread.
 */
public final class Account {
    private long asked;
    private long sent;
    private long answered;
    private long lost;
    private long pushedBack;
    private long generatorLagged;

    void ask() {
        asked++;
    }

    void send() {
        sent++;
    }

    void answer() {
        answered++;
    }

    void lose() {
        lost++;
    }

    void pushBack() {
        pushedBack++;
    }

    void lag() {
        generatorLagged++;
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
