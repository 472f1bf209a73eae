package odonata.protocol.tcp.machine;

import odonata.protocol.errno.Kassert;
import odonata.protocol.tcp.TcpHeader;
import odonata.protocol.tcp.TcpSeq;

/** Decides what may be sent now, and sends it. */
final class TcpOutput {
    private static final int ANY = 1 << 29;

    private final TcpEnv env;
    private final TcpEmit emit;

    TcpOutput(final TcpEnv env, final TcpEmit emit) {
        this.env = env;
        this.emit = emit;
    }

    /** Sends all that may be sent. */
    void output(final TcpCb tcb) {
        if (tcb.state == TcpState.CLOSED || tcb.state == TcpState.LISTEN) {
            return;
        }
        restartAfterIdle(tcb);
        final boolean idle = !tcb.outstanding();
        while (sendOne(tcb, 0, idle)) {
            Kassert.check(tcb.state != TcpState.CLOSED, "closed while sending");
        }
    }

    /** Limited Transmit (RFC 3042): at most {@code segments} new segments beyond cwnd; the number that was sent. */
    int limited(final TcpCb tcb, final int segments) {
        int sent = 0;
        while (sent < segments) {
            final int before = tcb.sndMax;
            sendOne(tcb, 2 * tcb.segmentSize(), false);
            if (tcb.sndMax == before) {
                break;
            }
            sent++;
        }
        return sent;
    }

    /** One segment of new text as far as the peer's window allows, whatever cwnd says; false: there is none to send. */
    boolean oneNew(final TcpCb tcb) {
        final int before = tcb.sndMax;
        sendOne(tcb, ANY, false);
        return tcb.sndMax != before;
    }

    /** A probe of a closed window: one byte, also where no window is (RFC 9293 section 3.8.6.1). */
    void force(final TcpCb tcb) {
        tcb.force = true;
        sendOne(tcb, 0, true);
        tcb.force = false;
    }

    /** Sends the segment at SND.UNA again. */
    void retransmitFirst(final TcpCb tcb) {
        retransmit(tcb, tcb.sndUna, tcb.sndMax);
    }

    /** Sends again what lies between the two, at most one segment, and returns the sequence number after it. */
    int retransmit(final TcpCb tcb, final int from, final int to) {
        final int at = from - tcb.dataStart();
        final int text = Math.max(0, Math.min(Math.min(tcb.segmentSize(), to - from), tcb.sendBuffer.length() - at));
        final boolean fin = tcb.finSent && at + text == tcb.sendBuffer.length();
        emit.segment(tcb, from, flags(tcb, at, text, fin), at, text);
        return from + text + (fin ? 1 : 0);
    }

    private void restartAfterIdle(final TcpCb tcb) {
        if (!tcb.outstanding() && tcb.synAcked && env.nowUs - tcb.lastSendUs > tcb.rtoUs) {
            tcb.cc.restartAfterIdle();
        }
    }

    /** One segment, if there is reason for one; true when there may be another. */
    private boolean sendOne(final TcpCb tcb, final int extra, final boolean idle) {
        if (tcb.sndNxt == tcb.iss && !tcb.synAcked) {
            emit.syn(tcb);
            return false;
        }
        if (!tcb.irsKnown) {
            return false;
        }
        final int at = tcb.sndNxt - tcb.dataStart();
        final int usable = usable(tcb, extra);
        final int unsent = tcb.synAcked ? Math.min(tcb.sendBuffer.length(), usable) - at : 0;
        if (tcb.sndWnd == 0 && tcb.synAcked && isStopped(tcb, at, unsent)) {
            return windowClosed(tcb);
        }
        final int text = Math.min(Math.max(0, unsent), extra > 0 ? tcb.segmentSize() : largest(tcb, unsent));
        final boolean worth = text > 0 && worthSending(tcb, at, text, idle);
        final boolean finNow = finNow(tcb, at, text) && (worth || (text == 0 && finIsNews(tcb)));
        if (worth || finNow || tcb.ackNow) {
            send(tcb, at, worth ? text : 0, finNow);
        }
        if (!worth && !finNow) {
            persistIfStuck(tcb);
        }
        return worth && unsent > text && !tcb.force;
    }

    private static int usable(final TcpCb tcb, final int extra) {
        final int usable = Math.min(tcb.sndWnd, tcb.cc.cwnd() + extra);
        return tcb.force && tcb.sndWnd == 0 ? 1 : usable;
    }

    /** There is text that the closed window keeps from being sent, or being sent again. */
    private static boolean isStopped(final TcpCb tcb, final int at, final int unsent) {
        final int length = tcb.sendBuffer.length();
        return length > 0 && (unsent < 0 || (unsent == 0 && at < length));
    }

    /** The peer took back its window: what was sent beyond it counts as not sent, and the window is probed. */
    private boolean windowClosed(final TcpCb tcb) {
        if (!tcb.force) {
            env.stop(tcb, TcpTimer.REXMT);
            tcb.rexmtShift = 0;
            tcb.sndNxt = tcb.sndUna;
        }
        if (tcb.ackNow) {
            send(tcb, tcb.sndNxt - tcb.dataStart(), 0, false);
        }
        persistIfStuck(tcb);
        return false;
    }

    /** Text of one segment, or of a whole number of them where a device cuts (5.10, I53). */
    private int largest(final TcpCb tcb, final int unsent) {
        final int segment = tcb.segmentSize();
        final boolean cut = env.settings.tsoBytes > segment
                && unsent > segment
                && tcb.sndNxt == tcb.sndMax
                && TcpSeq.leq(tcb.sndUp, tcb.sndNxt)
                && tcb.receiveBuffer.ranges() == 0;
        final int most = Math.min(unsent, env.settings.tsoBytes);
        return cut ? most - most % segment : segment;
    }

    private boolean finNow(final TcpCb tcb, final int at, final int text) {
        return tcb.state.finIsDue()
                && at + text == tcb.sendBuffer.length()
                && (tcb.synAcked || tcb.sendBuffer.length() == 0);
    }

    private static boolean finIsNews(final TcpCb tcb) {
        return !tcb.finSent || TcpSeq.lt(tcb.sndNxt, tcb.sndMax);
    }

    /** Nagle (RFC 9293 section 3.7.4) and the sender's part against silly windows (3.8.6.2.1). */
    private boolean worthSending(final TcpCb tcb, final int at, final int text, final boolean idle) {
        final boolean last = at + text >= tcb.sendBuffer.length();
        return text >= tcb.segmentSize()
                || (last && (idle || tcb.noDelay) && !tcb.noPush && !tcb.moreToCome)
                || tcb.force
                || TcpSeq.gt(tcb.sndUp, tcb.sndNxt)
                || (last && tcb.state.finIsDue())
                || ((idle || tcb.noDelay) && tcb.maxSndWnd > 0 && text >= tcb.maxSndWnd / 2)
                || TcpSeq.lt(tcb.sndNxt, tcb.sndMax);
    }

    private void send(final TcpCb tcb, final int at, final int text, final boolean fin) {
        final int seq = tcb.sndNxt;
        final boolean nothing = text == 0 && !fin;
        emit.segment(tcb, nothing ? emptySeq(tcb) : seq, flags(tcb, at, text, fin), at, text);
        if (!tcb.force) {
            tcb.sndNxt = seq + text + (fin ? 1 : 0);
        }
        tcb.finSent |= fin;
    }

    /**
     * SND.MAX; but a peer that took back its window would not look at what lies behind its edge. What a scaled window loses by
     * rounding is not taken back (RFC 7323 section 2.4).
     */
    private static int emptySeq(final TcpCb tcb) {
        final int edge = tcb.sndUna + tcb.sndWnd;
        return tcb.synAcked && tcb.sndMax - edge >= 1 << tcb.sndScale ? edge : tcb.sndMax;
    }

    private static int flags(final TcpCb tcb, final int at, final int text, final boolean fin) {
        final boolean push = text > 0 && at + text == tcb.sendBuffer.length();
        return TcpHeader.ACK | (push ? TcpHeader.PSH : 0) | (fin ? TcpHeader.FIN : 0);
    }

    /** There is text, and nothing else will ever send it. */
    private void persistIfStuck(final TcpCb tcb) {
        if (tcb.synAcked
                && tcb.sendBuffer.length() > 0
                && !tcb.running(TcpTimer.REXMT)
                && !tcb.running(TcpTimer.PERSIST)) {
            tcb.rexmtShift = 0;
            startPersist(tcb);
        }
    }

    /** The next probe: the retransmission timeout, backed off, within the bounds of the settings. */
    void startPersist(final TcpCb tcb) {
        final TcpSettings s = env.settings;
        final long delay = tcb.rtoUs << Math.min(tcb.rexmtShift, 12);
        env.start(tcb, TcpTimer.PERSIST, Math.min(Math.max(delay, s.persistMinUs), s.persistMaxUs));
    }
}
