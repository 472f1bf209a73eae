package odonata.protocol.tcp.machine;

import java.util.Optional;
import odonata.protocol.errno.Kassert;
import odonata.protocol.errno.NetError;
import odonata.protocol.flow.FlowKey;
import odonata.protocol.tcp.TcpHeader;
import odonata.protocol.tcp.machine.TcpSettings.Blackhole;

/**
 * The TCP machine of one CPU. It keeps nothing between calls but settings and counters: all state of a connection is in
 * its {@link TcpCb}. Times are microseconds of the caller's clock and never go back.
 *
 * <p>Thread: one owner, which also owns the control blocks. Errors of peers and users are values; a {@code KernelPanic} is
 * a defect of this machine. See {@code docs/tcp.md}.
 */
public final class TcpMachine {
    private final TcpEnv env;
    private final TcpOutput output;
    private final TcpOpenInput openInput;
    private final TcpInput input;
    private final TcpTimers timers;
    private final TcpUser user;

    /** What became of a segment. */
    public enum Verdict {
        /** It was handled. */
        DONE,
        /** It may open a new connection: the old one is closed, look the flow up again (TIME-WAIT reuse). */
        AGAIN
    }

    /** A machine that does what it wants by {@code actions}. */
    public TcpMachine(final TcpSettings settings, final TcpActions actions) {
        env = new TcpEnv(settings, actions);
        final TcpWindow window = new TcpWindow(env);
        final TcpRtt rtt = new TcpRtt(env);
        final TcpEcn ecn = new TcpEcn(env);
        final TcpEmit emit = new TcpEmit(env, window, rtt, ecn);
        output = new TcpOutput(env, emit);
        final TcpRecovery recovery = new TcpRecovery(env, emit, output, rtt, new SackRecovery(env, output), ecn);
        final TcpTextInput textInput = new TcpTextInput(env);
        openInput = new TcpOpenInput(env, emit, rtt, ecn, textInput);
        input = new TcpInput(env, window, ecn, new TcpAckInput(env, rtt, emit, ecn, recovery, openInput), textInput);
        timers = new TcpTimers(env, emit, output, recovery);
        user = new TcpUser(env, output, window);
    }

    public TcpSettings settings() {
        return env.settings;
    }

    public TcpCounters counters() {
        return env.counters;
    }

    /** True for a segment that the settings want dropped before anything looks at it. */
    public boolean drops(final TcpIn in) {
        return env.settings.dropSynFin && in.has(TcpHeader.SYN | TcpHeader.FIN);
    }

    /** SEGMENT ARRIVES (RFC 9293 section 3.10.7). */
    public Verdict input(final TcpCb tcb, final TcpIn in, final long nowUs) {
        env.nowUs = nowUs;
        env.count(TcpCounter.RCVTOTAL);
        if (in.has(TcpHeader.RST)) {
            env.count(TcpCounter.RCVRST);
        }
        if (input.mayReopen(tcb, in)) {
            env.count(TcpCounter.TWREUSED);
            env.close(tcb, NetError.OK);
            env.rearm(tcb);
            return Verdict.AGAIN;
        }
        switch (tcb.state) {
            case CLOSED -> TcpReset.send(env, tcb, in);
            case LISTEN -> openInput.listen(tcb, in);
            case SYN_SENT -> openInput.synSent(tcb, in);
            case SYN_RECEIVED, ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2, CLOSE_WAIT, CLOSING, LAST_ACK, TIME_WAIT ->
                input.arrives(tcb, in);
        }
        output.output(tcb);
        env.rearm(tcb);
        return Verdict.DONE;
    }

    /** True for a segment to a port where nobody is that the settings want left without an answer. */
    public boolean isBlackhole(final TcpIn in) {
        final Blackhole hole = env.settings.blackhole;
        return hole == Blackhole.ALL || (hole == Blackhole.SYN && in.has(TcpHeader.SYN));
    }

    /**
     * The answer to a segment for which there is no connection (3.10.7.1); valid until the next call. Empty: it gets none.
     *
     * @param flow our end first
     */
    public Optional<TcpOut> closed(final FlowKey flow, final TcpIn in) {
        if (!TcpReset.answer(in, env.out)) {
            return Optional.empty();
        }
        env.count(TcpCounter.SNDRST);
        env.out.ports(flow.sport(), flow.dport());
        return Optional.of(env.out);
    }

    /** The wake-up that was asked for; early or late does no harm. */
    public void expire(final TcpCb tcb, final long nowUs) {
        env.nowUs = nowUs;
        tcb.armedUs = TcpTimer.NEVER;
        for (final TcpTimer timer : TcpEnv.TIMERS) {
            if (tcb.deadlineUs(timer) <= nowUs) {
                env.stop(tcb, timer);
                timers.expired(tcb, timer);
            }
        }
        env.rearm(tcb);
    }

    /** TIME-WAIT ends now: there are too many in it. */
    public void recycle(final TcpCb tcb, final long nowUs) {
        Kassert.check(tcb.state == TcpState.TIME_WAIT, "%s is recycled", tcb.state);
        env.nowUs = nowUs;
        env.count(TcpCounter.TWRECYCLED);
        env.close(tcb, NetError.OK);
        env.rearm(tcb);
    }

    /** The TIME-WAIT of a connection without control block ({@link TcpTw}) is over; {@code early}: because there are too many in it. */
    public void waited(final boolean early) {
        env.count(TcpCounter.CLOSED);
        if (early) {
            env.count(TcpCounter.TWRECYCLED);
        }
    }

    /** Passive OPEN (3.10.1); {@code iss} is used once a SYN arrives. */
    public NetError listen(final TcpCb tcb, final int iss, final long nowUs) {
        env.nowUs = nowUs;
        return user.listen(tcb, iss);
    }

    /** Active OPEN (3.10.1). */
    public NetError connect(final TcpCb tcb, final int iss, final long nowUs) {
        env.nowUs = nowUs;
        return done(tcb, user.connect(tcb, iss));
    }

    /** What {@link #send} would meet: OK, EPIPE, ENOTCONN or the error of the connection. */
    public static NetError sendable(final TcpCb tcb) {
        return TcpUser.sendable(tcb);
    }

    /**
     * SEND (3.10.2).
     *
     * @param more the user will send more at once: what is less than a segment may wait
     * @return bytes taken, {@code 0..count}; less when the buffer is full, 0 when not {@link #sendable}
     */
    public int send(
            final TcpCb tcb,
            final byte[] data,
            final int offset,
            final int count,
            final boolean more,
            final long nowUs) {
        env.nowUs = nowUs;
        return done(tcb, user.send(tcb, data, offset, count, more));
    }

    /** SEND with the urgent pointer behind the last byte taken. */
    public int sendUrgent(final TcpCb tcb, final byte[] data, final int offset, final int count, final long nowUs) {
        env.nowUs = nowUs;
        return done(tcb, user.sendUrgent(tcb, data, offset, count));
    }

    /** Sends what was held back for more to come. */
    public void flush(final TcpCb tcb, final long nowUs) {
        env.nowUs = nowUs;
        user.flush(tcb);
        env.rearm(tcb);
    }

    /** What {@link #receive} would meet: OK, EAGAIN, ENOTCONN or the error of the connection. */
    public static NetError receivable(final TcpCb tcb) {
        return TcpUser.receivable(tcb);
    }

    /** RECEIVE (3.10.3): at most {@code count} bytes; none with {@link #receivable} OK is the end of the stream. */
    public byte[] receive(final TcpCb tcb, final int count, final long nowUs) {
        env.nowUs = nowUs;
        return done(tcb, user.receive(tcb, count));
    }

    /** CLOSE (3.10.4) of the sending direction: a FIN follows what was sent; receiving goes on. */
    public NetError shutdown(final TcpCb tcb, final long nowUs) {
        env.nowUs = nowUs;
        return done(tcb, user.shutdown(tcb));
    }

    /** CLOSE of both directions: as {@link #shutdown}, and nobody will read any more. */
    public NetError close(final TcpCb tcb, final long nowUs) {
        env.nowUs = nowUs;
        return done(tcb, user.close(tcb));
    }

    /** ABORT (3.10.5): the peer is reset. */
    public NetError abort(final TcpCb tcb, final long nowUs) {
        env.nowUs = nowUs;
        return done(tcb, user.abort(tcb));
    }

    /** Switches keep-alive (3.8.4). */
    public void keepAlive(final TcpCb tcb, final boolean on, final long nowUs) {
        env.nowUs = nowUs;
        user.keepAlive(tcb, on);
        env.rearm(tcb);
    }

    /** An ICMP error about a segment of {@code tcb} (3.9.2.2), already checked to be about one in flight; {@code hard}: it may end an open. */
    public void signal(final TcpCb tcb, final NetError error, final boolean hard, final long nowUs) {
        env.nowUs = nowUs;
        user.signal(tcb, error, hard);
        env.rearm(tcb);
    }

    /** The path carries at most {@code mss} bytes of options and text in a segment (path-MTU discovery). */
    public void pathMss(final TcpCb tcb, final int mss, final long nowUs) {
        env.nowUs = nowUs;
        user.pathMss(tcb, mss);
        env.rearm(tcb);
    }

    private <T> T done(final TcpCb tcb, final T result) {
        env.rearm(tcb);
        return result;
    }
}
