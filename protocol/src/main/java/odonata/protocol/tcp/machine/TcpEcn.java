package odonata.protocol.tcp.machine;

import odonata.protocol.tcp.TcpHeader;
import odonata.protocol.tcp.TcpSeq;

/** Explicit congestion notification: RFC 3168 section 6.1. */
final class TcpEcn {
    private static final int SETUP = TcpHeader.ECE | TcpHeader.CWR;

    private final TcpEnv env;

    TcpEcn(final TcpEnv env) {
        this.env = env;
    }

    /** 6.1.1: control bits of our SYN; one that was lost twice goes without, something on the way may drop it (6.1.1.1). */
    int synFlags(final TcpCb tcb) {
        if (tcb.irsKnown) {
            return tcb.ecnOk ? TcpHeader.ECE : 0;
        }
        final boolean still = tcb.rexmtShift <= env.settings.ecnMaxRetries;
        return env.settings.ecn == TcpSettings.Ecn.ASK && !tcb.noOptions && still ? SETUP : 0;
    }

    /** 6.1.1: the peer's SYN, or its answer to ours. */
    void takeSyn(final TcpCb tcb, final TcpIn in) {
        final int bits = in.flags & SETUP;
        tcb.ecnOk = in.has(TcpHeader.ACK)
                ? env.settings.ecn == TcpSettings.Ecn.ASK && bits == TcpHeader.ECE
                : env.settings.ecn != TcpSettings.Ecn.OFF && bits == SETUP;
        tcb.ecnRecover = tcb.iss;
        tcb.sendEce = false;
        tcb.sendCwr = false;
        if (tcb.ecnOk) {
            env.count(TcpCounter.ECN_SHS);
        }
    }

    /** 6.1.3 as receiver, 6.1.2 as sender; before the ACK is looked at. */
    void arrives(final TcpCb tcb, final TcpIn in) {
        if (!tcb.ecnOk) {
            return;
        }
        if (in.has(TcpHeader.CWR)) {
            tcb.sendEce = false;
        }
        if (in.congestionExperienced) {
            tcb.sendEce = true;
            env.count(TcpCounter.ECN_CE);
        }
        if (isEcho(tcb, in) && !tcb.inRecovery && TcpSeq.gt(in.ack, tcb.ecnRecover)) {
            tcb.cc.marked(tcb.flight());
            env.count(TcpCounter.ECN_RCWND);
            reduced(tcb);
        }
    }

    /** An ACK that does not open cwnd (6.1.2). */
    boolean isEcho(final TcpCb tcb, final TcpIn in) {
        return tcb.ecnOk && tcb.synAcked && in.has(TcpHeader.ECE) && !in.has(TcpHeader.SYN);
    }

    /** cwnd has become smaller, for whatever reason: the peer is told, and what is out now reduces it no more. */
    void reduced(final TcpCb tcb) {
        if (tcb.ecnOk) {
            tcb.ecnRecover = tcb.sndMax;
            tcb.sendCwr = true;
        }
    }

    /** Marks a segment with {@code text} bytes: ECT(0) and CWR only on text that is new (6.1.4 to 6.1.6). */
    void mark(final TcpCb tcb, final TcpOut out, final int text) {
        if (!tcb.ecnOk) {
            return;
        }
        if (tcb.sendEce) {
            out.flags |= TcpHeader.ECE;
        }
        if (text > 0 && out.seq == tcb.sndMax && !tcb.force) {
            out.ecnCapable = true;
            if (tcb.sendCwr) {
                tcb.sendCwr = false;
                out.flags |= TcpHeader.CWR;
            }
        }
    }
}
