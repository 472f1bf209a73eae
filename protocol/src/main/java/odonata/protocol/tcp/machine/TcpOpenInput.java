package odonata.protocol.tcp.machine;

import java.util.Arrays;
import odonata.protocol.errno.NetError;
import odonata.protocol.tcp.TcpHeader;
import odonata.protocol.tcp.TcpSeq;

/** SEGMENT ARRIVES in LISTEN and SYN-SENT: RFC 9293 sections 3.10.7.2 and 3.10.7.3. */
final class TcpOpenInput {
    private final TcpEnv env;
    private final TcpEmit emit;
    private final TcpRtt rtt;
    private final TcpEcn ecn;
    private final TcpTextInput textInput;

    TcpOpenInput(
            final TcpEnv env, final TcpEmit emit, final TcpRtt rtt, final TcpEcn ecn, final TcpTextInput textInput) {
        this.env = env;
        this.emit = emit;
        this.rtt = rtt;
        this.ecn = ecn;
        this.textInput = textInput;
    }

    /** 3.10.7.2. Text and FIN that come with the SYN are not taken; the peer sends them again. */
    void listen(final TcpCb tcb, final TcpIn in) {
        if (in.has(TcpHeader.RST)) {
            return;
        }
        if (in.has(TcpHeader.ACK)) {
            TcpReset.send(env, tcb, in);
            return;
        }
        if (in.has(TcpHeader.SYN)) {
            env.count(TcpCounter.ACCEPTS);
            takeSyn(tcb, in);
            prepareSend(tcb);
            env.start(tcb, TcpTimer.KEEP, tcb.keepInitUs);
            env.enter(tcb, TcpState.SYN_RECEIVED);
        }
    }

    /** Sets the send sequence space to begin with {@code tcb.iss}. */
    static void prepareSend(final TcpCb tcb) {
        tcb.sndUna = tcb.iss;
        tcb.sndNxt = tcb.iss;
        tcb.sndMax = tcb.iss;
        tcb.sndUp = tcb.iss;
        tcb.recover = tcb.iss;
        Arrays.fill(tcb.lastEnds, tcb.iss);
    }

    /** Back to LISTEN: the passive open was for another. */
    static void relisten(final TcpEnv env, final TcpCb tcb) {
        env.stop(tcb, TcpTimer.REXMT);
        env.stop(tcb, TcpTimer.KEEP);
        env.stop(tcb, TcpTimer.DELACK);
        tcb.irsKnown = false;
        tcb.tsOk = false;
        tcb.scaleOk = false;
        tcb.sackOk = false;
        tcb.ecnOk = false;
        tcb.sndScale = 0;
        tcb.rcvScale = 0;
        tcb.rexmtShift = 0;
        tcb.synLost = false;
        tcb.timing = false;
        tcb.ackNow = false;
        env.enter(tcb, TcpState.LISTEN);
        env.event(tcb, TcpEvent.RELISTEN);
    }

    /** 3.10.7.3. */
    void synSent(final TcpCb tcb, final TcpIn in) {
        final boolean ack = in.has(TcpHeader.ACK);
        if (ack && (TcpSeq.leq(in.ack, tcb.iss) || TcpSeq.gt(in.ack, tcb.sndMax))) {
            TcpReset.send(env, tcb, in);
            return;
        }
        if (in.has(TcpHeader.RST)) {
            if (ack) {
                env.count(TcpCounter.CONNDROPS);
                env.close(tcb, NetError.ECONNREFUSED);
            }
            return;
        }
        if (!in.has(TcpHeader.SYN)) {
            return;
        }
        takeSyn(tcb, in);
        if (ack) {
            answered(tcb, in);
        } else {
            env.enter(tcb, TcpState.SYN_RECEIVED);
            tcb.synText = Arrays.copyOfRange(in.data, in.offset, in.offset + in.length);
            tcb.sndNxt = tcb.iss;
            env.stop(tcb, TcpTimer.REXMT);
        }
    }

    /** SYN and ACK of ours: established; text and FIN that came along are taken. */
    private void answered(final TcpCb tcb, final TcpIn in) {
        rtt.measure(tcb, in);
        established(tcb, in);
        tcb.ackNow = true;
        in.clear(TcpHeader.SYN);
        in.seq++;
        textInput.urgent(tcb, in);
        textInput.text(tcb, in);
        textInput.fin(tcb, in);
    }

    /** Our SYN is acknowledged; text that came with the peer's, in a simultaneous open, is taken now. */
    void established(final TcpCb tcb, final TcpIn in) {
        env.count(TcpCounter.CONNECTS);
        tcb.sndUna = tcb.iss + 1;
        tcb.sndNxt = TcpSeq.max(tcb.sndNxt, tcb.sndUna);
        tcb.synAcked = true;
        tcb.rexmtShift = 0;
        env.stop(tcb, TcpTimer.REXMT);
        env.stop(tcb, TcpTimer.KEEP);
        takeWindow(tcb, in);
        initCongestionControl(tcb);
        if (tcb.state != TcpState.FIN_WAIT_1) {
            env.enter(tcb, TcpState.ESTABLISHED);
        }
        env.event(tcb, TcpEvent.CONNECTED);
        tcb.lastReceiveUs = env.nowUs;
        if (tcb.keepAlive) {
            env.start(tcb, TcpTimer.KEEP, tcb.keepIdleUs);
        }
        if (tcb.finQueued && tcb.state == TcpState.ESTABLISHED) {
            env.enter(tcb, TcpState.FIN_WAIT_1);
        }
        textInput.queued(tcb);
    }

    private static void takeWindow(final TcpCb tcb, final TcpIn in) {
        tcb.sndWnd = in.windowBytes(tcb.sndScale);
        tcb.maxSndWnd = tcb.sndWnd;
        tcb.sndWl1 = in.seq;
        tcb.sndWl2 = in.ack;
    }

    /** RFC 3390: one segment when a SYN was lost; RFC 6298 section 5.7: then at least 3 s. */
    private void initCongestionControl(final TcpCb tcb) {
        final int segment = tcb.segmentSize();
        tcb.cc.reset(segment, tcb.synLost ? segment : env.settings.initialWindow(segment));
        if (tcb.synLost && tcb.srttUs == 0) {
            tcb.rtoUs = Math.max(tcb.rtoUs, env.settings.rexmtInitialUs);
        }
    }

    /** Receive sequence space and options of the peer's SYN. */
    private void takeSyn(final TcpCb tcb, final TcpIn in) {
        final TcpSettings s = env.settings;
        tcb.irs = in.seq;
        tcb.irsKnown = true;
        tcb.rcvNxt = in.seq + 1;
        tcb.rcvAdv = tcb.rcvNxt;
        tcb.rcvUp = tcb.rcvNxt;
        tcb.lastAckSent = tcb.rcvNxt;
        tcb.lastReceiveUs = env.nowUs;
        final int announced = in.mss > 0 ? Math.max(in.mss, s.minMss) : s.mssDefault;
        tcb.sndMss = Math.min(announced, emit.ourMss(tcb));
        tcb.scaleOk = s.rfc1323 && !tcb.noOptions && in.windowScale >= 0;
        tcb.sndScale = tcb.scaleOk ? in.windowScale : 0;
        tcb.rcvScale = tcb.scaleOk ? emit.scale(tcb) : 0;
        tcb.tsOk = s.rfc1323 && !tcb.noOptions && in.timestamps;
        if (tcb.tsOk) {
            tcb.tsRecent = in.tsVal;
            tcb.tsRecentUs = env.nowUs;
        }
        tcb.sackOk = s.sack && !tcb.noOptions && in.sackPermitted;
        ecn.takeSyn(tcb, in);
        if (!in.has(TcpHeader.ACK)) {
            tcb.sndWnd = in.window;
            tcb.maxSndWnd = in.window;
        }
    }
}
