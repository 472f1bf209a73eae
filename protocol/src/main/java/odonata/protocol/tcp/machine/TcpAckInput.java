package odonata.protocol.tcp.machine;

import odonata.protocol.errno.NetError;
import odonata.protocol.tcp.TcpHeader;
import odonata.protocol.tcp.TcpSeq;

/** Fifth step of SEGMENT ARRIVES, the ACK field: RFC 9293 section 3.10.7.4, RFC 5961 section 5. */
final class TcpAckInput {
    private final TcpEnv env;
    private final TcpRtt rtt;
    private final TcpEmit emit;
    private final TcpEcn ecn;
    private final TcpRecovery recovery;
    private final TcpOpenInput openInput;

    TcpAckInput(
            final TcpEnv env,
            final TcpRtt rtt,
            final TcpEmit emit,
            final TcpEcn ecn,
            final TcpRecovery recovery,
            final TcpOpenInput openInput) {
        this.env = env;
        this.rtt = rtt;
        this.emit = emit;
        this.ecn = ecn;
        this.recovery = recovery;
        this.openInput = openInput;
    }

    /** False: the segment goes no further. Without ACK it is dropped. */
    boolean checkAck(final TcpCb tcb, final TcpIn in) {
        if (!in.has(TcpHeader.ACK)) {
            return false;
        }
        if (!tcb.synAcked) {
            return checkFirstAck(tcb, in);
        }
        if (TcpSeq.gt(in.ack, tcb.sndMax)) {
            env.count(TcpCounter.RCVACKTOOMUCH);
            env.challenge(tcb);
            return false;
        }
        if (TcpSeq.lt(in.ack, tcb.sndUna - tcb.maxSndWnd)) {
            env.challenge(tcb);
            return false;
        }
        return true;
    }

    /** SYN-RECEIVED, or FIN-WAIT-1 when the user has closed before our SYN was acknowledged. */
    private boolean checkFirstAck(final TcpCb tcb, final TcpIn in) {
        if (TcpSeq.leq(in.ack, tcb.iss) || TcpSeq.gt(in.ack, tcb.sndMax)) {
            TcpReset.send(env, tcb, in);
            return false;
        }
        rtt.measure(tcb, in);
        openInput.established(tcb, in);
        if (tcb.outstanding()) {
            emit.startRexmt(tcb);
        }
        return true;
    }

    /** The ACK lies within SND.UNA - MAX.SND.WND and SND.MAX. */
    void acknowledge(final TcpCb tcb, final TcpIn in) {
        if (TcpSeq.gt(in.ack, tcb.sndUna)) {
            newAck(tcb, in);
        } else if (isDuplicate(tcb, in)) {
            env.count(TcpCounter.RCVDUPACK);
            recovery.duplicate(tcb, in);
        }
        if (tcb.state != TcpState.CLOSED) {
            updateWindow(tcb, in);
        }
    }

    /** RFC 5681 section 2: same ACK, nothing else in it, same window, and something outstanding. */
    private static boolean isDuplicate(final TcpCb tcb, final TcpIn in) {
        return in.ack == tcb.sndUna
                && tcb.outstanding()
                && in.length == 0
                && !in.has(TcpHeader.FIN)
                && (in.windowBytes(tcb.sndScale) == tcb.sndWnd || (tcb.sackOk && in.sackBlocks > 0))
                && !tcb.running(TcpTimer.PERSIST);
    }

    private void newAck(final TcpCb tcb, final TcpIn in) {
        final int acked = in.ack - tcb.sndUna;
        env.count(TcpCounter.RCVACKPACK);
        final boolean undone = recovery.detectSpurious(tcb, in);
        if (!undone) {
            rtt.measure(tcb, in);
        }
        tcb.rexmtShift = 0;
        final int text = Math.min(acked, tcb.sendBuffer.length());
        final boolean wasFull = tcb.sendBuffer.space() == 0;
        tcb.sendBuffer.drop(env.zone, text);
        tcb.sndUna = in.ack;
        tcb.sndNxt = TcpSeq.max(tcb.sndNxt, tcb.sndUna);
        tcb.sndUp = TcpSeq.max(tcb.sndUp, tcb.sndUna);
        restartTimer(tcb);
        recovery.acked(tcb, in, acked, undone || ecn.isEcho(tcb, in));
        if (text > 0 && (wasFull || tcb.sendBuffer.space() * 2 >= tcb.sendBuffer.limit())) {
            env.event(tcb, TcpEvent.WRITABLE);
        }
        if (tcb.finAcked()) {
            finAcknowledged(tcb);
        }
    }

    /** RFC 6298 sections 5.2 and 5.3; and where nothing is left there is nothing to probe for. */
    private void restartTimer(final TcpCb tcb) {
        if (tcb.sendBuffer.length() == 0) {
            env.stop(tcb, TcpTimer.PERSIST);
        }
        if (!tcb.outstanding()) {
            env.stop(tcb, TcpTimer.REXMT);
        } else if (!tcb.running(TcpTimer.PERSIST)) {
            emit.startRexmt(tcb);
        }
    }

    private void finAcknowledged(final TcpCb tcb) {
        switch (tcb.state) {
            case FIN_WAIT_1 -> finWait2(tcb);
            case CLOSING -> timeWait(env, tcb);
            case LAST_ACK -> env.close(tcb, NetError.OK);
            case TIME_WAIT, CLOSED, LISTEN, SYN_SENT, SYN_RECEIVED, ESTABLISHED, FIN_WAIT_2, CLOSE_WAIT -> {}
        }
    }

    private void finWait2(final TcpCb tcb) {
        env.enter(tcb, TcpState.FIN_WAIT_2);
        if (tcb.userClosed) {
            env.start(tcb, TcpTimer.MSL2, env.settings.finWait2Us);
        }
    }

    /** Section 3.10.7.4, eighth: all other timers stop, the 2 MSL timer runs. */
    static void timeWait(final TcpEnv env, final TcpCb tcb) {
        env.enter(tcb, TcpState.TIME_WAIT);
        env.stop(tcb, TcpTimer.REXMT);
        env.stop(tcb, TcpTimer.PERSIST);
        env.stop(tcb, TcpTimer.KEEP);
        env.start(tcb, TcpTimer.MSL2, 2 * env.settings.mslUs);
    }

    /** SND.WND, from the segment that is not older than the one used last. */
    private void updateWindow(final TcpCb tcb, final TcpIn in) {
        final int wnd = in.windowBytes(tcb.sndScale);
        final boolean newer = TcpSeq.lt(tcb.sndWl1, in.seq)
                || (tcb.sndWl1 == in.seq
                        && (TcpSeq.lt(tcb.sndWl2, in.ack) || (tcb.sndWl2 == in.ack && wnd > tcb.sndWnd)));
        if (!newer) {
            return;
        }
        if (in.length == 0 && tcb.sndWl2 == in.ack && wnd > tcb.sndWnd) {
            env.count(TcpCounter.RCVWINUPD);
        }
        tcb.sndWnd = wnd;
        tcb.sndWl1 = in.seq;
        tcb.sndWl2 = in.ack;
        tcb.maxSndWnd = Math.max(tcb.maxSndWnd, wnd);
        if (wnd > 0 && tcb.running(TcpTimer.PERSIST)) {
            env.stop(tcb, TcpTimer.PERSIST);
            tcb.rexmtShift = 0;
            if (tcb.outstanding()) {
                tcb.sndNxt = tcb.sndUna;
            }
        }
    }
}
