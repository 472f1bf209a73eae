package odonata.protocol.tcp.machine;

import odonata.protocol.tcp.TcpHeader;
import odonata.protocol.tcp.TcpSeq;

/** Builds one segment, hands it over, and notes what it means for the connection. */
final class TcpEmit {
    private static final int DROP_OPTIONS = 3;

    private final TcpEnv env;
    private final TcpWindow window;
    private final TcpRtt rtt;
    private final TcpEcn ecn;

    TcpEmit(final TcpEnv env, final TcpWindow window, final TcpRtt rtt, final TcpEcn ecn) {
        this.env = env;
        this.window = window;
        this.rtt = rtt;
        this.ecn = ecn;
    }

    /** SYN, or SYN and ACK when the peer's is known. */
    void syn(final TcpCb tcb) {
        final int flags = TcpHeader.SYN | (tcb.irsKnown ? TcpHeader.ACK : 0) | ecn.synFlags(tcb);
        final TcpOut out = begin(tcb, tcb.iss, flags);
        if (!tcb.noOptions) {
            out.options.mss(ourMss(tcb));
            synOptions(tcb, out);
        }
        out.window = window.ofSyn(tcb);
        window.advertised(tcb, out.window);
        tcb.sndNxt = tcb.iss + 1;
        handOver(tcb, 1);
        env.count(TcpCounter.SNDCTRL);
    }

    /** Segment size that we announce (RFC 6691: without regard to options). */
    int ourMss(final TcpCb tcb) {
        return tcb.userMss > 0 ? Math.min(tcb.userMss, env.settings.mss) : env.settings.mss;
    }

    /** Shift of our window that we ask for. */
    int scale(final TcpCb tcb) {
        return window.scale(tcb);
    }

    /** In an answer only what the SYN asked for. */
    private void synOptions(final TcpCb tcb, final TcpOut out) {
        final boolean ask = !tcb.irsKnown && !(env.settings.rexmtDropOptions && tcb.rexmtShift >= DROP_OPTIONS);
        if (tcb.irsKnown ? tcb.scaleOk : ask && env.settings.rfc1323) {
            out.options.windowScale(tcb.irsKnown ? tcb.rcvScale : scale(tcb));
        }
        if (tcb.irsKnown ? tcb.tsOk : ask && env.settings.rfc1323) {
            out.options.timestamps(env.tsNow(tcb), tcb.irsKnown ? tcb.tsRecent : 0);
        }
        if (tcb.irsKnown ? tcb.sackOk : ask && env.settings.sack) {
            out.options.sackPermitted();
        }
    }

    /** Text of {@code text} bytes at offset {@code at} of the send buffer, or none. */
    void segment(final TcpCb tcb, final int seq, final int flags, final int at, final int text) {
        final TcpOut out = begin(tcb, seq, flags);
        if (tcb.tsOk) {
            out.options.timestamps(env.tsNow(tcb), tcb.tsRecent);
        }
        sackOption(tcb, out);
        out.window = window.advertise(tcb) >> tcb.rcvScale;
        window.advertised(tcb, out.window << tcb.rcvScale);
        urgent(tcb, out);
        ecn.mark(tcb, out, text);
        if (text > 0) {
            out.text(tcb.sendBuffer, at, text);
            out.segmentSize = text > tcb.segmentSize() ? tcb.segmentSize() : 0;
        }
        handOver(tcb, text + ((flags & TcpHeader.FIN) != 0 ? 1 : 0));
    }

    private TcpOut begin(final TcpCb tcb, final int seq, final int flags) {
        final TcpOut out = env.out;
        out.begin(seq, tcb.irsKnown ? tcb.rcvNxt : 0, flags);
        out.ports(tcb.flow.sport(), tcb.flow.dport());
        return out;
    }

    /** What came twice is first (RFC 2883 section 4), then the piece that changed last (RFC 2018 section 4). */
    private static void sackOption(final TcpCb tcb, final TcpOut out) {
        final int twice = tcb.dsackLeft == tcb.dsackRight ? 0 : 1;
        final int blocks = tcb.sackOk ? Math.min(out.options.sackRoom(), twice + tcb.receiveBuffer.ranges()) : 0;
        if (blocks == 0) {
            return;
        }
        final int[] edges = new int[2 * blocks];
        if (twice > 0) {
            edges[0] = tcb.dsackLeft;
            edges[1] = tcb.dsackRight;
            tcb.dsackRight = tcb.dsackLeft;
        }
        for (int i = twice; i < blocks; i++) {
            edges[2 * i] = tcb.rcvNxt + tcb.receiveBuffer.left(i - twice);
            edges[2 * i + 1] = tcb.rcvNxt + tcb.receiveBuffer.right(i - twice);
        }
        out.options.sack(edges);
    }

    private static void urgent(final TcpCb tcb, final TcpOut out) {
        if (TcpSeq.gt(tcb.sndUp, out.seq)) {
            out.urgent = Math.min(tcb.sndUp - out.seq, TcpWindow.MAX_FIELD);
            out.flags |= TcpHeader.URG;
        }
    }

    private void handOver(final TcpCb tcb, final int sequenceLength) {
        if (sequenceLength > 0) {
            noteSequence(tcb, sequenceLength);
        } else {
            env.count(TcpCounter.SNDACKS);
        }
        tcb.lastAckSent = tcb.rcvNxt;
        tcb.ackNow = false;
        env.stop(tcb, TcpTimer.DELACK);
        env.count(TcpCounter.SNDTOTAL);
        env.actions.send(tcb, env.out);
    }

    private void noteSequence(final TcpCb tcb, final int sequenceLength) {
        final int seq = env.out.seq;
        final int end = seq + sequenceLength;
        tcb.lastSendUs = env.nowUs;
        if (TcpSeq.lt(seq, tcb.sndMax)) {
            tcb.timing = false;
            tcb.totalRetransmits++;
            env.count(TcpCounter.SNDREXMITPACK);
            env.counters.add(TcpCounter.SNDREXMITBYTE, env.out.textLength());
        } else {
            env.count(TcpCounter.SNDPACK);
            env.counters.add(TcpCounter.SNDBYTE, env.out.textLength());
        }
        if (TcpSeq.gt(end, tcb.sndMax)) {
            noteNew(tcb, seq, end);
        }
        if (!tcb.force && !tcb.running(TcpTimer.REXMT)) {
            startRexmt(tcb);
        }
    }

    private void noteNew(final TcpCb tcb, final int seq, final int end) {
        if (!tcb.timing && seq == tcb.sndMax && !tcb.force) {
            tcb.timing = true;
            tcb.timedSeq = seq;
            tcb.timedUs = env.nowUs;
            env.count(TcpCounter.SEGSTIMED);
        }
        final int step = env.out.segmentSize() > 0 ? env.out.segmentSize() : end - seq;
        for (int at = seq; TcpSeq.lt(at, end); at += step) {
            System.arraycopy(tcb.lastEnds, 1, tcb.lastEnds, 0, 3);
            tcb.lastEnds[3] = TcpSeq.min(at + step, end);
        }
        tcb.sndMax = end;
    }

    /** RFC 6298 section 5.1, RFC 5482 section 3; probing is over when something counts as sent. */
    void startRexmt(final TcpCb tcb) {
        if (tcb.running(TcpTimer.PERSIST)) {
            env.stop(tcb, TcpTimer.PERSIST);
            tcb.rexmtShift = 0;
        }
        if (tcb.rexmtShift == 0) {
            tcb.waitingSinceUs = env.nowUs;
        }
        final long delay = rtt.backedOff(tcb);
        final long left = tcb.waitingSinceUs + tcb.userTimeoutUs - env.nowUs;
        env.start(tcb, TcpTimer.REXMT, tcb.userTimeoutUs > 0 ? Math.min(delay, Math.max(0, left)) : delay);
    }
}
