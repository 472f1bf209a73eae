package odonata.protocol.tcp.machine;

import odonata.protocol.errno.Kassert;
import odonata.protocol.errno.NetError;
import odonata.protocol.tcp.buf.RingZone;

/** What all parts of one machine share: the time of the call, the settings, the way out. */
final class TcpEnv {
    static final TcpTimer[] TIMERS = TcpTimer.values();
    private static final long US_PER_SECOND = 1_000_000;

    final TcpSettings settings;
    final TcpActions actions;
    final TcpCounters counters = new TcpCounters();
    final TcpOut out = new TcpOut();
    final RingZone zone = new RingZone();
    long nowUs;

    TcpEnv(final TcpSettings settings, final TcpActions actions) {
        this.settings = settings;
        this.actions = actions;
    }

    /** The timestamp clock of a connection; wraps. One that came from another machine has that one's. */
    int tsNow(final TcpCb tcb) {
        return (int) (nowUs / settings.timestampTickUs) + tcb.tsOffset;
    }

    void count(final TcpCounter counter) {
        counters.inc(counter);
    }

    void event(final TcpCb tcb, final TcpEvent event) {
        actions.event(tcb, event);
    }

    /** The only place where a state is written. */
    void enter(final TcpCb tcb, final TcpState next) {
        Kassert.check(tcb.state.mayBecome(next), "no arrow from %s to %s", tcb.state, next);
        tcb.state = next;
    }

    void start(final TcpCb tcb, final TcpTimer timer, final long delayUs) {
        tcb.deadline(timer, nowUs + delayUs);
    }

    void stop(final TcpCb tcb, final TcpTimer timer) {
        tcb.deadline(timer, TcpTimer.NEVER);
    }

    /** Ends the connection; {@code why} is what the user's calls return from now on. */
    void close(final TcpCb tcb, final NetError why) {
        if (tcb.state == TcpState.CLOSED) {
            return;
        }
        count(TcpCounter.CLOSED);
        enter(tcb, TcpState.CLOSED);
        tcb.error = why;
        for (final TcpTimer timer : TIMERS) {
            stop(tcb, timer);
        }
        tcb.sendBuffer.clear(zone);
        tcb.scoreboard = SackScoreboard.NONE;
        tcb.ackNow = false;
        event(tcb, TcpEvent.CLOSED);
    }

    /** Gives up: the peer is told, unless it may not know of us yet. */
    void drop(final TcpCb tcb, final NetError why) {
        count(tcb.synAcked ? TcpCounter.DROPS : TcpCounter.CONNDROPS);
        if (tcb.irsKnown) {
            TcpReset.abort(this, tcb);
        }
        close(tcb, why);
    }

    /** RFC 5961 section 7: an ACK that a true peer answers with an exact RST; so many a second. */
    void challenge(final TcpCb tcb) {
        if (nowUs - tcb.challengeUs >= US_PER_SECOND) {
            tcb.challengeUs = nowUs;
            tcb.challenges = 0;
        }
        if (tcb.challenges < settings.challengeAcks) {
            tcb.challenges++;
            tcb.ackNow = true;
            count(TcpCounter.CHALLENGEACK);
        } else {
            count(TcpCounter.CHALLENGELIMITED);
        }
    }

    /** Asks for one wake-up at the earliest deadline, unless one comes before it anyway (I54). */
    void rearm(final TcpCb tcb) {
        long earliest = TcpTimer.NEVER;
        for (final long deadline : tcb.deadlines) {
            earliest = Math.min(earliest, deadline);
        }
        final boolean cancel = tcb.state == TcpState.CLOSED && tcb.armedUs != TcpTimer.NEVER;
        if (earliest < tcb.armedUs || cancel) {
            tcb.armedUs = earliest;
            actions.timer(tcb, earliest);
        }
    }
}
