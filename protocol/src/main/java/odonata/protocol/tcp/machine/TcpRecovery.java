package odonata.protocol.tcp.machine;

import odonata.protocol.tcp.TcpSeq;
import odonata.protocol.tcp.machine.TcpSettings.EarlyRetransmit;

/**
 * Recognises losses by duplicate ACKs and repairs them: fast retransmit and NewReno (RFC 5681 section 3.2, RFC 6582 section
 * 3.2), Limited Transmit (RFC 3042), Early Retransmit (RFC 5827), Eifel (RFC 3522, 4015). I51, I52.
 */
final class TcpRecovery {
    private static final int DUP_THRESH = 3;

    private final TcpEnv env;
    private final TcpEmit emit;
    private final TcpOutput output;
    private final TcpRtt rtt;
    private final SackRecovery sack;
    private final TcpEcn ecn;

    TcpRecovery(
            final TcpEnv env,
            final TcpEmit emit,
            final TcpOutput output,
            final TcpRtt rtt,
            final SackRecovery sack,
            final TcpEcn ecn) {
        this.env = env;
        this.emit = emit;
        this.output = output;
        this.rtt = rtt;
        this.sack = sack;
        this.ecn = ecn;
    }

    /** One more duplicate ACK. */
    void duplicate(final TcpCb tcb, final TcpIn in) {
        final boolean news = !tcb.sackOk || sack.update(tcb, in);
        if (tcb.inRecovery) {
            inRecovery(tcb);
            return;
        }
        if (!news) {
            return;
        }
        tcb.dupAcks++;
        if (tcb.dupAcks >= DUP_THRESH || (tcb.sackOk && sack.firstIsLost(tcb))) {
            fastRetransmit(tcb);
        } else if (!limitedTransmit(tcb) && earlyRetransmitIsDue(tcb) && fastRetransmit(tcb)) {
            env.count(TcpCounter.SNDEARLYREXMIT);
        }
    }

    private void inRecovery(final TcpCb tcb) {
        if (tcb.sackOk) {
            sack.send(tcb);
        } else {
            tcb.cc.duplicateAck();
        }
    }

    /** RFC 3042: a new segment for each of the first two; the second also makes up for the first. True when one was sent. */
    private boolean limitedTransmit(final TcpCb tcb) {
        if (!env.settings.limitedTransmit || tcb.sndNxt != tcb.sndMax) {
            return false;
        }
        final int sent = output.limited(tcb, tcb.dupAcks - tcb.limitedSegments);
        tcb.limitedSegments += sent;
        env.counters.add(TcpCounter.SNDLIMITED, sent);
        return sent > 0;
    }

    /** RFC 5827 sections 3.1 and 3.2; only where Eifel could undo it (5.11). */
    private boolean earlyRetransmitIsDue(final TcpCb tcb) {
        final EarlyRetransmit kind = env.settings.earlyRetransmit;
        final int segment = tcb.segmentSize();
        final int flight = tcb.flight();
        if (kind == EarlyRetransmit.OFF || !env.settings.eifel || !tcb.tsOk || newDataCanBeSent(tcb)) {
            return false;
        }
        if (kind == EarlyRetransmit.SEGMENTS) {
            final int segments = outstandingSegments(tcb);
            return segments < 4 && isReached(tcb, segments - 1, flight);
        }
        return flight < 4 * segment && isReached(tcb, (flight + segment - 1) / segment - 1, flight);
    }

    private static boolean isReached(final TcpCb tcb, final int threshold, final int flight) {
        if (threshold < 1) {
            return false;
        }
        return tcb.sackOk ? tcb.scoreboard.sackedBytes() >= flight - tcb.segmentSize() : tcb.dupAcks >= threshold;
    }

    private static boolean newDataCanBeSent(final TcpCb tcb) {
        final int flight = tcb.flight();
        return tcb.sendBuffer.length() > flight && tcb.sndWnd > flight;
    }

    /** Of the last four segments sent, those that are not acknowledged. */
    private static int outstandingSegments(final TcpCb tcb) {
        int count = 0;
        for (final int end : tcb.lastEnds) {
            count += TcpSeq.gt(end, tcb.sndUna) ? 1 : 0;
        }
        return count;
    }

    /** RFC 6582 section 3.2, steps 2 and 3; false where an earlier recovery or timeout accounts for the duplicates. */
    private boolean fastRetransmit(final TcpCb tcb) {
        if (!TcpSeq.gt(tcb.sndUna, tcb.recover)) {
            return false;
        }
        saveForUndo(tcb, false);
        final int flight = tcb.flight() - tcb.limitedSegments * tcb.segmentSize();
        tcb.recover = tcb.sndMax;
        tcb.inRecovery = true;
        ecn.reduced(tcb);
        env.count(TcpCounter.SNDFASTREXMIT);
        if (tcb.sackOk) {
            sack.enter(tcb, flight);
        } else {
            tcb.cc.enterRecovery(flight, tcb.dupAcks);
            output.retransmitFirst(tcb);
        }
        emit.startRexmt(tcb);
        return true;
    }

    /** New data was acknowledged, SND.UNA has moved; {@code still}: cwnd does not grow by it. */
    void acked(final TcpCb tcb, final TcpIn in, final int acked, final boolean still) {
        if (tcb.sackOk) {
            sack.update(tcb, in);
        }
        if (tcb.inRecovery) {
            if (TcpSeq.geq(tcb.sndUna, tcb.recover) || !env.settings.newReno) {
                full(tcb);
            } else {
                partial(tcb, acked);
            }
            return;
        }
        tcb.dupAcks = 0;
        tcb.limitedSegments = 0;
        if (!still) {
            tcb.cc.acked(acked);
        }
    }

    private void full(final TcpCb tcb) {
        tcb.inRecovery = false;
        tcb.dupAcks = 0;
        tcb.limitedSegments = 0;
        if (tcb.sackOk) {
            tcb.cc.exitSackRecovery();
        } else {
            tcb.cc.exitRecovery(tcb.flight());
        }
    }

    /** One hole for each partial ACK; the timer has been restarted by it ("slow but steady"). */
    private void partial(final TcpCb tcb, final int acked) {
        if (tcb.sackOk) {
            sack.send(tcb);
            return;
        }
        tcb.cc.partialAck(acked);
        output.retransmitFirst(tcb);
    }

    /** The retransmission timer has expired: RFC 6582 section 3.2, step 4, RFC 2018 section 8. */
    void timeout(final TcpCb tcb) {
        final boolean first = tcb.rexmtShift == 1;
        if (first && !tcb.inRecovery) {
            saveForUndo(tcb, true);
        } else if (tcb.inRecovery) {
            tcb.eifelArmed = false;
        }
        if (tcb.synAcked) {
            tcb.cc.timeout(tcb.flight(), first);
            tcb.recover = tcb.sndMax;
            ecn.reduced(tcb);
        }
        tcb.inRecovery = false;
        tcb.dupAcks = 0;
        tcb.limitedSegments = 0;
        tcb.timing = false;
        tcb.scoreboard.clear();
        tcb.sndNxt = tcb.sndUna;
    }

    /** RFC 3522 section 3.2, steps 1 and 2: before the first retransmission changes anything. */
    private void saveForUndo(final TcpCb tcb, final boolean timeout) {
        tcb.eifelArmed = env.settings.eifel && tcb.tsOk;
        tcb.eifelTimeout = timeout;
        tcb.eifelTs = env.tsNow(tcb);
        tcb.eifelCwnd = tcb.cc.cwnd();
        tcb.eifelSsthresh = tcb.cc.ssthresh();
        tcb.eifelRecover = tcb.recover;
    }

    /**
     * RFC 3522 section 3.2, steps 3 to 5: an ACK that echoes a time before the first retransmission is for the original. Then
     * all is as before (I52). Looked at once for each recovery.
     */
    boolean detectSpurious(final TcpCb tcb, final TcpIn in) {
        if (!tcb.eifelArmed) {
            return false;
        }
        tcb.eifelArmed = false;
        if (!in.timestamps || in.tsEcr == 0 || in.tsEcr - tcb.eifelTs >= 0) {
            return false;
        }
        env.count(TcpCounter.EIFELDETECTED);
        tcb.cc.restore(tcb.eifelCwnd, tcb.eifelSsthresh);
        tcb.recover = tcb.eifelRecover;
        tcb.inRecovery = false;
        tcb.sndNxt = tcb.sndMax;
        if (tcb.eifelTimeout) {
            rtt.adapt(tcb, (env.tsNow(tcb) - in.tsEcr) * env.settings.timestampTickUs);
        }
        return true;
    }
}
