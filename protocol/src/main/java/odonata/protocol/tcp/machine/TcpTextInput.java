package odonata.protocol.tcp.machine;

import odonata.protocol.errno.NetError;
import odonata.protocol.tcp.TcpHeader;
import odonata.protocol.tcp.TcpSeq;

/** Sixth to eighth step of SEGMENT ARRIVES, URG, text and FIN: RFC 9293 section 3.10.7.4. */
final class TcpTextInput {
    private final TcpEnv env;

    TcpTextInput(final TcpEnv env) {
        this.env = env;
    }

    /** Sixth: RCV.UP moves forward, the user is told once for each move. One that has been read does not fall behind: it would come again. */
    void urgent(final TcpCb tcb, final TcpIn in) {
        tcb.rcvUp = TcpSeq.max(tcb.rcvUp, tcb.unreadSeq());
        if (!in.has(TcpHeader.URG) || in.urgent == 0 || !tcb.state.takesText()) {
            return;
        }
        final int up = in.seq + in.urgent;
        if (TcpSeq.gt(up, tcb.rcvUp) && TcpSeq.gt(up, tcb.rcvNxt)) {
            tcb.rcvUp = up;
            env.event(tcb, TcpEvent.URGENT);
        }
    }

    /** Seventh. Text after CLOSE resets the connection: nobody will ever read it (3.6.1, SHLD-3). */
    void text(final TcpCb tcb, final TcpIn in) {
        if (in.length == 0 || !tcb.state.takesText()) {
            return;
        }
        if (tcb.userClosed && env.settings.resetOnUnread) {
            env.count(TcpCounter.RCVAFTERCLOSE);
            TcpReset.abort(env, tcb);
            env.close(tcb, NetError.ECONNRESET);
            return;
        }
        take(tcb, in.seq - tcb.rcvNxt, in.data, in.offset, in.length);
    }

    /** What lies between the two had come before: the next ACK says so, of the first such piece (RFC 2883 section 4). */
    static void duplicate(final TcpCb tcb, final int left, final int right) {
        if (tcb.sackOk && tcb.dsackLeft == tcb.dsackRight && TcpSeq.lt(left, right)) {
            tcb.dsackLeft = left;
            tcb.dsackRight = right;
        }
    }

    private void take(final TcpCb tcb, final int at, final byte[] data, final int offset, final int length) {
        final boolean hadGap = tcb.receiveBuffer.ranges() > 0;
        final int known = tcb.receiveBuffer.firstKnown(at, at + length);
        if (known >= 0) {
            final int end = Math.min(at + length, tcb.receiveBuffer.right(known));
            duplicate(tcb, tcb.rcvNxt + Math.max(at, tcb.receiveBuffer.left(known)), tcb.rcvNxt + end);
        }
        final int grown = tcb.receiveBuffer.insert(env.zone, at, data, offset, length);
        tcb.rcvNxt += grown;
        if (grown == 0 || hadGap || tcb.dsackLeft != tcb.dsackRight) {
            env.count(TcpCounter.RCVOOPACK);
            tcb.ackNow = true;
        } else {
            env.count(TcpCounter.RCVPACK);
            oweAck(tcb, length);
        }
        env.counters.add(TcpCounter.RCVBYTE, grown);
        if (grown > 0) {
            env.event(tcb, TcpEvent.READABLE);
        }
    }

    /** Text of a SYN that was not acknowledged with it (3.10.7.3): as if it came now. */
    void queued(final TcpCb tcb) {
        final byte[] text = tcb.synText;
        if (text.length > 0) {
            tcb.synText = new byte[0];
            take(tcb, 0, text, 0, text.length);
        }
    }

    /**
     * RFC 9293 section 3.8.6.3: one segment may wait, a second may not; nor one that follows a closed window. What is longer than
     * the largest that we announced is several, which the device has put together.
     */
    private void oweAck(final TcpCb tcb, final int length) {
        final boolean several = length > env.settings.mss;
        if (!env.settings.delayedAck || tcb.running(TcpTimer.DELACK) || tcb.sentZeroWindow || several) {
            tcb.ackNow = true;
        } else {
            env.start(tcb, TcpTimer.DELACK, env.settings.delackUs);
        }
    }

    /** Eighth. A FIN that came before its time is kept until the text before it is there. */
    void fin(final TcpCb tcb, final TcpIn in) {
        if (tcb.state == TcpState.CLOSED || tcb.state == TcpState.LISTEN || tcb.state == TcpState.SYN_SENT) {
            return;
        }
        if (in.has(TcpHeader.FIN) && !tcb.finReceived) {
            tcb.finSeen = true;
            tcb.finSeq = in.seq + in.length;
            tcb.ackNow = true;
        }
        if (tcb.finSeen && !tcb.finReceived && tcb.finSeq == tcb.rcvNxt) {
            finReached(tcb);
        }
    }

    private void finReached(final TcpCb tcb) {
        tcb.finReceived = true;
        tcb.rcvNxt++;
        tcb.ackNow = true;
        env.event(tcb, TcpEvent.EOF);
        switch (tcb.state) {
            case ESTABLISHED -> env.enter(tcb, TcpState.CLOSE_WAIT);
            case FIN_WAIT_1 -> env.enter(tcb, TcpState.CLOSING);
            case FIN_WAIT_2 -> TcpAckInput.timeWait(env, tcb);
            case CLOSED, LISTEN, SYN_SENT, SYN_RECEIVED, CLOSE_WAIT, CLOSING, LAST_ACK, TIME_WAIT ->
                throw new IllegalStateException(tcb.state.name());
        }
    }
}
