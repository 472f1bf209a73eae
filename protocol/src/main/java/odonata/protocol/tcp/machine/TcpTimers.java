package odonata.protocol.tcp.machine;

import odonata.protocol.errno.NetError;
import odonata.protocol.tcp.TcpHeader;

/** Timeouts: RFC 9293 section 3.10.8 with 3.8.3, 3.8.4 and 3.8.6.1. */
final class TcpTimers {
    private final TcpEnv env;
    private final TcpEmit emit;
    private final TcpOutput output;
    private final TcpRecovery recovery;

    TcpTimers(final TcpEnv env, final TcpEmit emit, final TcpOutput output, final TcpRecovery recovery) {
        this.env = env;
        this.emit = emit;
        this.output = output;
        this.recovery = recovery;
    }

    /** {@code timer} was due; it does not run any more. */
    void expired(final TcpCb tcb, final TcpTimer timer) {
        switch (timer) {
            case DELACK -> delack(tcb);
            case REXMT -> rexmt(tcb);
            case PERSIST -> persist(tcb);
            case KEEP -> keep(tcb);
            case MSL2 -> env.close(tcb, NetError.OK);
        }
    }

    private void delack(final TcpCb tcb) {
        env.count(TcpCounter.DELACK);
        tcb.ackNow = true;
        output.output(tcb);
    }

    /** RFC 6298 sections 5.4 to 5.6. */
    private void rexmt(final TcpCb tcb) {
        tcb.rexmtShift++;
        env.count(TcpCounter.REXMTTIMEO);
        if (tcb.rexmtShift > env.settings.maxRexmt || isPastUserTimeout(tcb)) {
            env.count(TcpCounter.TIMEOUTDROP);
            giveUp(tcb);
            return;
        }
        if (!tcb.synAcked) {
            tcb.synLost = true;
        }
        recovery.timeout(tcb);
        emit.startRexmt(tcb);
        output.output(tcb);
    }

    private boolean isPastUserTimeout(final TcpCb tcb) {
        return tcb.userTimeoutUs > 0 && env.nowUs - tcb.waitingSinceUs >= tcb.userTimeoutUs;
    }

    private void giveUp(final TcpCb tcb) {
        env.drop(tcb, tcb.softError == NetError.OK ? NetError.ETIMEDOUT : tcb.softError);
    }

    /** Section 3.8.6.1. A peer that answers the probes may keep its window closed for ever. */
    private void persist(final TcpCb tcb) {
        env.count(TcpCounter.PERSISTTIMEO);
        if (tcb.rexmtShift >= env.settings.maxRexmt) {
            env.count(TcpCounter.PERSISTDROP);
            giveUp(tcb);
            return;
        }
        env.count(TcpCounter.SNDPROBE);
        output.force(tcb);
        if (!tcb.running(TcpTimer.REXMT)) {
            tcb.rexmtShift++;
            output.startPersist(tcb);
        }
    }

    /** Section 3.8.4. The probe takes a sequence number that is acknowledged already. */
    private void keep(final TcpCb tcb) {
        if (!tcb.synAcked) {
            env.count(TcpCounter.KEEPTIMEO);
            giveUp(tcb);
            return;
        }
        if (!tcb.keepAlive) {
            return;
        }
        final long idle = env.nowUs - tcb.lastReceiveUs;
        if (idle < tcb.keepIdleUs) {
            env.start(tcb, TcpTimer.KEEP, tcb.keepIdleUs - idle);
            return;
        }
        env.count(TcpCounter.KEEPTIMEO);
        if (tcb.keepProbes >= tcb.keepCount) {
            env.count(TcpCounter.KEEPDROPS);
            giveUp(tcb);
            return;
        }
        tcb.keepProbes++;
        env.count(TcpCounter.KEEPPROBE);
        emit.segment(tcb, tcb.sndUna - 1, TcpHeader.ACK, 0, 0);
        env.start(tcb, TcpTimer.KEEP, tcb.keepIntervalUs);
    }
}
