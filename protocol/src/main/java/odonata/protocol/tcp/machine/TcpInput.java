package odonata.protocol.tcp.machine;

import odonata.protocol.errno.NetError;
import odonata.protocol.tcp.TcpHeader;
import odonata.protocol.tcp.TcpSeq;

/** SEGMENT ARRIVES in the states after SYN-SENT: RFC 9293 section 3.10.7.4, one method a step. */
final class TcpInput {
    /** TS.Recent of a connection that was idle for 24 days says nothing (RFC 7323 section 5.5). */
    private static final long TS_RECENT_VALID_US = 24 * 86_400 * 1_000_000L;

    private final TcpEnv env;
    private final TcpWindow window;
    private final TcpEcn ecn;
    private final TcpAckInput ackInput;
    private final TcpTextInput textInput;

    TcpInput(
            final TcpEnv env,
            final TcpWindow window,
            final TcpEcn ecn,
            final TcpAckInput ackInput,
            final TcpTextInput textInput) {
        this.env = env;
        this.window = window;
        this.ecn = ecn;
        this.ackInput = ackInput;
        this.textInput = textInput;
    }

    /** All steps; the caller then sends what is to be sent. The third, security, is IP's. */
    void arrives(final TcpCb tcb, final TcpIn in) {
        if (tcb.state == TcpState.TIME_WAIT) {
            timeWait(tcb, in);
            return;
        }
        crossedSyn(tcb, in);
        final int seq = in.seq;
        if (checkTimestamps(tcb, in)
                && checkSequence(tcb, in)
                && checkRst(tcb, in)
                && checkSyn(tcb, in)
                && ackInput.checkAck(tcb, in)) {
            noteTimestamp(tcb, in, seq);
            tcb.lastReceiveUs = env.nowUs;
            tcb.keepProbes = 0;
            ecn.arrives(tcb, in);
            ackInput.acknowledge(tcb, in);
            if (tcb.state != TcpState.CLOSED) {
                textInput.urgent(tcb, in);
                textInput.text(tcb, in);
                textInput.fin(tcb, in);
            }
        }
    }

    /** True for a SYN that may reopen a connection in TIME-WAIT (3.6.1, RFC 6191). */
    boolean mayReopen(final TcpCb tcb, final TcpIn in) {
        if (tcb.state != TcpState.TIME_WAIT
                || !in.has(TcpHeader.SYN)
                || in.has(TcpHeader.ACK)
                || in.has(TcpHeader.RST)) {
            return false;
        }
        final boolean newerTs = tcb.tsOk && in.timestamps && in.tsVal - tcb.tsRecent > 0;
        return newerTs || TcpSeq.gt(in.seq, tcb.rcvNxt);
    }

    /**
     * TIME-WAIT: nothing is taken any more. A RST would end it too early (RFC 1337, fix F1); what is more than a repeated ACK of all is
     * answered, the peer's FIN come again also begins the wait anew. Source: {@code tcp_twcheck}.
     */
    private void timeWait(final TcpCb tcb, final TcpIn in) {
        if (in.has(TcpHeader.RST) || !checkTimestamps(tcb, in)) {
            return;
        }
        if (in.has(TcpHeader.SYN)) {
            env.challenge(tcb);
            return;
        }
        if (!in.has(TcpHeader.ACK)) {
            return;
        }
        if (in.has(TcpHeader.FIN) && in.seq + in.segLen() == tcb.rcvNxt) {
            env.start(tcb, TcpTimer.MSL2, 2 * env.settings.mslUs);
        }
        if (in.segLen() > 0 || in.seq != tcb.rcvNxt || in.ack != tcb.sndNxt) {
            acknowledgeUnacceptable(tcb, in);
        }
    }

    /** The SYN of a simultaneous open, come again with the ACK of ours (figure 8): the SYN is old, the ACK counts. */
    private void crossedSyn(final TcpCb tcb, final TcpIn in) {
        if (tcb.state != TcpState.SYN_RECEIVED || !in.has(TcpHeader.SYN) || in.seq != tcb.irs) {
            return;
        }
        if (in.has(TcpHeader.ACK)) {
            in.clear(TcpHeader.SYN);
            in.seq++;
        }
    }

    /** RFC 7323 section 5.3, R1; a segment without the timestamp it must have is dropped (3.2). */
    private boolean checkTimestamps(final TcpCb tcb, final TcpIn in) {
        if (!tcb.tsOk || in.has(TcpHeader.RST)) {
            return true;
        }
        if (!in.timestamps) {
            env.count(TcpCounter.RCVMISSTS);
            return in.has(TcpHeader.SYN);
        }
        if (in.tsVal - tcb.tsRecent < 0 && env.nowUs - tcb.tsRecentUs < TS_RECENT_VALID_US) {
            env.count(TcpCounter.PAWSDROP);
            acknowledgeUnacceptable(tcb, in);
            return false;
        }
        return true;
    }

    /** R3, of a segment that passed all checks: a forged one, believed, would have the peer's own taken for old. */
    private void noteTimestamp(final TcpCb tcb, final TcpIn in, final int seq) {
        if (tcb.tsOk && in.timestamps && TcpSeq.leq(seq, tcb.lastAckSent)) {
            tcb.tsRecent = in.tsVal;
            tcb.tsRecentUs = env.nowUs;
        }
    }

    /** First: what lies outside the window is answered and dropped, what sticks out is cut off. */
    private boolean checkSequence(final TcpCb tcb, final TcpIn in) {
        final int wnd = window.acceptable(tcb);
        if (!acceptable(tcb, in, wnd)) {
            unacceptable(tcb, in);
            return false;
        }
        if (wnd == 0 && in.length > 0 && !in.has(TcpHeader.RST)) {
            in.length = 0;
            in.clear(TcpHeader.FIN);
            tcb.ackNow = true;
            return true;
        }
        trim(tcb, in, wnd);
        return true;
    }

    /** The table of 3.4; with a closed window a segment at RCV.NXT is taken for its ACK, URG and RST. */
    private static boolean acceptable(final TcpCb tcb, final TcpIn in, final int wnd) {
        final int len = in.segLen();
        if (wnd == 0) {
            return in.seq == tcb.rcvNxt;
        }
        return TcpSeq.inWindow(in.seq, tcb.rcvNxt, wnd)
                || (len > 0 && TcpSeq.inWindow(in.seq + len - 1, tcb.rcvNxt, wnd));
    }

    private void unacceptable(final TcpCb tcb, final TcpIn in) {
        if (in.has(TcpHeader.RST)) {
            return;
        }
        env.count(TcpSeq.lt(in.seq, tcb.rcvNxt) ? TcpCounter.RCVDUPPACK : TcpCounter.RCVPACKAFTERWIN);
        if (tcb.state == TcpState.SYN_RECEIVED && in.has(TcpHeader.SYN) && in.seq == tcb.irs) {
            tcb.sndNxt = tcb.iss;
            return;
        }
        if (!in.has(TcpHeader.SYN)) {
            TcpTextInput.duplicate(tcb, in.seq, TcpSeq.min(in.seq + in.segLen(), tcb.rcvNxt));
        }
        acknowledgeUnacceptable(tcb, in);
    }

    /** Empty segments are answered at a limited rate, so that two confused ends do not answer each other for ever. */
    private void acknowledgeUnacceptable(final TcpCb tcb, final TcpIn in) {
        if (in.segLen() > 0) {
            tcb.ackNow = true;
        } else {
            env.challenge(tcb);
        }
    }

    private static void trim(final TcpCb tcb, final TcpIn in, final int wnd) {
        if (in.has(TcpHeader.SYN)) {
            return;
        }
        final int old = tcb.rcvNxt - in.seq;
        if (old > 0) {
            TcpTextInput.duplicate(tcb, in.seq, in.seq + Math.min(old, in.length));
            in.trimFront(Math.min(old, in.length));
        }
        final int beyond = in.seq + in.length - (tcb.rcvNxt + wnd);
        if (beyond > 0) {
            in.length -= Math.min(beyond, in.length);
            in.clear(TcpHeader.FIN);
        }
    }

    /** Second, with RFC 5961 section 3.2: only an exact RST is believed. */
    private boolean checkRst(final TcpCb tcb, final TcpIn in) {
        if (!in.has(TcpHeader.RST)) {
            return true;
        }
        if (in.seq == tcb.rcvNxt || env.settings.insecureRst) {
            reset(tcb);
        } else {
            env.challenge(tcb);
        }
        return false;
    }

    private void reset(final TcpCb tcb) {
        env.count(TcpCounter.DROPS);
        switch (tcb.state) {
            case SYN_RECEIVED -> refused(tcb);
            case ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2, CLOSE_WAIT, CLOSING, LAST_ACK ->
                env.close(tcb, NetError.ECONNRESET);
            case CLOSED, LISTEN, SYN_SENT, TIME_WAIT -> throw new IllegalStateException(tcb.state.name());
        }
    }

    private void refused(final TcpCb tcb) {
        if (tcb.passive) {
            TcpOpenInput.relisten(env, tcb);
        } else {
            env.close(tcb, NetError.ECONNREFUSED);
        }
    }

    /** Fourth, with RFC 5961 section 4.2: a SYN changes nothing, wherever it lies. */
    private boolean checkSyn(final TcpCb tcb, final TcpIn in) {
        if (!in.has(TcpHeader.SYN)) {
            return true;
        }
        if (tcb.state == TcpState.SYN_RECEIVED && tcb.passive) {
            TcpOpenInput.relisten(env, tcb);
        } else if (env.settings.insecureSyn) {
            TcpReset.abort(env, tcb);
            env.close(tcb, NetError.ECONNRESET);
        } else {
            env.challenge(tcb);
        }
        return false;
    }
}
