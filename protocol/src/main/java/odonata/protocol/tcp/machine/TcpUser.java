package odonata.protocol.tcp.machine;

import odonata.protocol.errno.NetError;
import odonata.protocol.tcp.TcpSeq;

/** User calls: RFC 9293 sections 3.10.1 to 3.10.5. Each answers what the user gets; OK is success. */
final class TcpUser {
    private static final int HOPELESS_RETRANSMITS = 3;

    private final TcpEnv env;
    private final TcpOutput output;
    private final TcpWindow window;

    TcpUser(final TcpEnv env, final TcpOutput output, final TcpWindow window) {
        this.env = env;
        this.output = output;
        this.window = window;
    }

    /** Passive OPEN. */
    NetError listen(final TcpCb tcb, final int iss) {
        if (tcb.state != TcpState.CLOSED) {
            return NetError.EISCONN;
        }
        tcb.passive = true;
        tcb.iss = iss;
        env.enter(tcb, TcpState.LISTEN);
        return NetError.OK;
    }

    /** Active OPEN, also of a connection that listens. */
    NetError connect(final TcpCb tcb, final int iss) {
        if (tcb.state != TcpState.CLOSED && tcb.state != TcpState.LISTEN) {
            return NetError.EISCONN;
        }
        env.count(TcpCounter.CONNATTEMPT);
        tcb.passive = false;
        tcb.iss = iss;
        TcpOpenInput.prepareSend(tcb);
        env.enter(tcb, TcpState.SYN_SENT);
        env.start(tcb, TcpTimer.KEEP, tcb.keepInitUs);
        output.output(tcb);
        return NetError.OK;
    }

    /** What SEND would say now. */
    static NetError sendable(final TcpCb tcb) {
        if (tcb.state == TcpState.CLOSED && tcb.error != NetError.OK) {
            return tcb.error;
        }
        if (tcb.state == TcpState.CLOSED || tcb.state == TcpState.LISTEN) {
            return tcb.userClosed || tcb.finSent ? NetError.EPIPE : NetError.ENOTCONN;
        }
        return tcb.state.userMaySend() && !tcb.finQueued ? NetError.OK : NetError.EPIPE;
    }

    /** SEND: takes what fits, and returns how much that was. */
    int send(final TcpCb tcb, final byte[] data, final int offset, final int count, final boolean more) {
        if (sendable(tcb) != NetError.OK) {
            return 0;
        }
        final int taken = tcb.sendBuffer.append(env.zone, data, offset, count);
        tcb.moreToCome = more;
        if (tcb.synAcked) {
            output.output(tcb);
        }
        return taken;
    }

    /** SEND with URGENT: the data goes at once; if it cannot, the peer is told that it is there (3.8.5). */
    int sendUrgent(final TcpCb tcb, final byte[] data, final int offset, final int count) {
        if (sendable(tcb) != NetError.OK) {
            return 0;
        }
        final int taken = tcb.sendBuffer.append(env.zone, data, offset, count);
        tcb.sndUp = tcb.dataStart() + tcb.sendBuffer.length();
        tcb.moreToCome = false;
        env.count(TcpCounter.SNDURG);
        if (tcb.synAcked) {
            output.output(tcb);
            if (TcpSeq.gt(tcb.sndUp, tcb.sndMax)) {
                tcb.ackNow = true;
                output.output(tcb);
            }
        }
        return taken;
    }

    /** Sends what has been held back. */
    void flush(final TcpCb tcb) {
        tcb.moreToCome = false;
        if (tcb.synAcked) {
            output.output(tcb);
        }
    }

    /** What RECEIVE would say now; OK with nothing to read is the end. */
    static NetError receivable(final TcpCb tcb) {
        if (tcb.receiveBuffer.available() > 0 || tcb.finReceived) {
            return NetError.OK;
        }
        return switch (tcb.state) {
            case CLOSED -> tcb.error == NetError.OK ? NetError.ENOTCONN : tcb.error;
            case LISTEN -> NetError.ENOTCONN;
            case CLOSE_WAIT, CLOSING, LAST_ACK, TIME_WAIT -> NetError.OK;
            case SYN_SENT, SYN_RECEIVED, ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2 -> NetError.EAGAIN;
        };
    }

    /** RECEIVE: what is there, at most {@code count} bytes; the window opens by it. */
    byte[] receive(final TcpCb tcb, final int count) {
        final byte[] taken = tcb.receiveBuffer.read(env.zone, count);
        if (taken.length > 0 && tcb.state != TcpState.CLOSED && window.updateIsDue(tcb)) {
            env.count(TcpCounter.SNDWINUP);
            tcb.ackNow = true;
            output.output(tcb);
        }
        return taken;
    }

    /** CLOSE of the sending direction (half close). */
    NetError shutdown(final TcpCb tcb) {
        return switch (tcb.state) {
            case CLOSED -> NetError.ENOTCONN;
            case LISTEN -> gone(tcb);
            case SYN_SENT -> finishLater(tcb);
            case SYN_RECEIVED -> finishEarly(tcb);
            case ESTABLISHED -> finish(tcb, TcpState.FIN_WAIT_1);
            case CLOSE_WAIT -> finish(tcb, TcpState.LAST_ACK);
            case FIN_WAIT_1, FIN_WAIT_2, CLOSING, LAST_ACK, TIME_WAIT -> NetError.OK;
        };
    }

    private NetError gone(final TcpCb tcb) {
        env.close(tcb, NetError.OK);
        return NetError.OK;
    }

    /** The FIN goes after the handshake. */
    private static NetError finishLater(final TcpCb tcb) {
        tcb.finQueued = true;
        return NetError.OK;
    }

    /** With nothing to send the FIN goes now, else after the handshake. */
    private NetError finishEarly(final TcpCb tcb) {
        tcb.finQueued = true;
        return tcb.sendBuffer.length() == 0 ? finish(tcb, TcpState.FIN_WAIT_1) : NetError.OK;
    }

    private NetError finish(final TcpCb tcb, final TcpState next) {
        tcb.finQueued = true;
        tcb.moreToCome = false;
        env.enter(tcb, next);
        output.output(tcb);
        return NetError.OK;
    }

    /** CLOSE of both directions: nobody reads any more. Unread data means a reset (3.6.1, SHLD-3). */
    NetError close(final TcpCb tcb) {
        tcb.userClosed = true;
        if (tcb.receiveBuffer.available() > 0 && env.settings.resetOnUnread && tcb.state != TcpState.CLOSED) {
            return abort(tcb);
        }
        final NetError result = tcb.state == TcpState.SYN_SENT ? gone(tcb) : shutdown(tcb);
        if (tcb.state == TcpState.FIN_WAIT_2) {
            env.start(tcb, TcpTimer.MSL2, env.settings.finWait2Us);
        }
        return result;
    }

    /** ABORT (3.10.5). */
    NetError abort(final TcpCb tcb) {
        switch (tcb.state) {
            case SYN_RECEIVED, ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2, CLOSE_WAIT -> TcpReset.abort(env, tcb);
            case CLOSED, LISTEN, SYN_SENT, CLOSING, LAST_ACK, TIME_WAIT -> {}
        }
        tcb.receiveBuffer.clear(env.zone);
        env.close(tcb, NetError.ECONNABORTED);
        return NetError.OK;
    }

    void keepAlive(final TcpCb tcb, final boolean on) {
        tcb.keepAlive = on;
        if (tcb.synAcked && tcb.state != TcpState.CLOSED && tcb.state != TcpState.TIME_WAIT) {
            if (on) {
                env.start(tcb, TcpTimer.KEEP, Math.max(0, tcb.lastReceiveUs + tcb.keepIdleUs - env.nowUs));
            } else {
                env.stop(tcb, TcpTimer.KEEP);
            }
        }
    }

    /**
     * An ICMP error: RFC 9293 section 3.9.2.2, RFC 5461. During the handshake a hard one ends it, and so does a second soft one after
     * more than three retransmissions ({@code tcp_notify}); else it is a hint.
     */
    void signal(final TcpCb tcb, final NetError error, final boolean hard) {
        final boolean opening = tcb.state == TcpState.SYN_SENT || tcb.state == TcpState.SYN_RECEIVED;
        final boolean hopeless = tcb.rexmtShift > HOPELESS_RETRANSMITS && tcb.softError != NetError.OK;
        if (opening && (hopeless || (hard && env.settings.icmpMayRst))) {
            env.close(tcb, error);
        } else {
            tcb.softError = error;
        }
    }

    /** The path carries segments of at most {@code mss} bytes of text and options: what is out was too long. */
    void pathMss(final TcpCb tcb, final int mss) {
        if (mss >= tcb.sndMss || !tcb.synAcked || tcb.state == TcpState.CLOSED) {
            return;
        }
        tcb.sndMss = Math.max(mss, env.settings.minMss);
        tcb.cc.reset(tcb.segmentSize(), Math.max(tcb.segmentSize(), tcb.cc.cwnd()));
        tcb.timing = false;
        tcb.sndNxt = tcb.sndUna;
        output.output(tcb);
    }
}
