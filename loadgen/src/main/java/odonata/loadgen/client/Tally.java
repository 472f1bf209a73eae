package odonata.loadgen.client;

import java.util.Map;
import java.util.TreeMap;
import odonata.loadgen.openloop.Account;
import odonata.loadgen.openloop.Recorder;

/** What came of a lane, or of all. Requests are counted apart in the warm-up; all else counts in the measured phase only. Owner: one thread at a time. */
public final class Tally {
    private final Account warmup = new Account();
    private final Account steady = new Account();
    private final Recorder recorder = new Recorder();
    private final Map<String, Long> errors = new TreeMap<>();
    private long connected;
    private long endedByPeer;
    private long bytesSent;
    private long bytesReceived;
    private boolean measuring;

    /** Whether what happens now is in the measured phase. */
    void measuring(final boolean on) {
        measuring = on;
    }

    Account account(final boolean inWarmup) {
        return inWarmup ? warmup : steady;
    }

    void error(final String name) {
        if (measuring) {
            errors.merge(name, 1L, Long::sum);
        }
    }

    void connected() {
        connected += measuring ? 1 : 0;
    }

    void endedByPeer() {
        endedByPeer += measuring ? 1 : 0;
    }

    void sent(final int bytes) {
        bytesSent += measuring ? bytes : 0;
    }

    void received(final int bytes) {
        bytesReceived += measuring ? bytes : 0;
    }

    /** Takes over all that {@code other} has counted since the last time, which then has nothing. */
    public void take(final Tally other) {
        warmup.take(other.warmup);
        steady.take(other.steady);
        recorder.take(other.recorder);
        other.errors.forEach((name, count) -> errors.merge(name, count, Long::sum));
        other.errors.clear();
        connected += other.connected;
        endedByPeer += other.endedByPeer;
        bytesSent += other.bytesSent;
        bytesReceived += other.bytesReceived;
        other.connected = 0;
        other.endedByPeer = 0;
        other.bytesSent = 0;
        other.bytesReceived = 0;
    }

    /** Requests of the warm-up. */
    public Account warmup() {
        return warmup;
    }

    /** Requests of the measured phase. */
    public Account steady() {
        return steady;
    }

    /** Latencies of the measured phase. */
    public Recorder recorder() {
        return recorder;
    }

    /** What went wrong, by name: errors of errno(2), and what was wrong with answers; each connection or answer once. */
    public Map<String, Long> errors() {
        return errors;
    }

    /** Connections that were opened. */
    public long opened() {
        return connected;
    }

    /** Connections that the peer ended while nothing was under way. */
    public long closedByPeer() {
        return endedByPeer;
    }

    /** Bytes handed to TCP. */
    public long bytesOut() {
        return bytesSent;
    }

    /** Bytes that came from TCP. */
    public long bytesIn() {
        return bytesReceived;
    }
}
