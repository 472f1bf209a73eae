package odonata.protocol.tcp.machine;

/** Round-trip time and retransmission timeout: RFC 6298. Times are microseconds. */
final class TcpRtt {
    private final TcpEnv env;

    TcpRtt(final TcpEnv env) {
        this.env = env;
    }

    /** Section 3 (Karn): the timed segment if it was not sent again, else the echoed timestamp, else nothing. */
    void measure(final TcpCb tcb, final TcpIn in) {
        if (tcb.timing && in.ack - tcb.timedSeq > 0) {
            tcb.timing = false;
            sample(tcb, env.nowUs - tcb.timedUs);
        } else if (!tcb.timing && tcb.rexmtShift > 0 && tcb.tsOk && in.timestamps && in.tsEcr != 0) {
            sample(tcb, Math.max(0, env.tsNow(tcb) - in.tsEcr) * env.settings.timestampTickUs);
        }
    }

    /** Section 2.2 and 2.3. */
    void sample(final TcpCb tcb, final long measuredUs) {
        final long r = Math.max(1, measuredUs);
        env.count(TcpCounter.RTTUPDATED);
        if (tcb.srttUs == 0) {
            tcb.srttUs = r;
            tcb.rttvarUs = r / 2;
        } else {
            tcb.rttvarUs += (Math.abs(tcb.srttUs - r) - tcb.rttvarUs) / 4;
            tcb.srttUs += (r - tcb.srttUs) / 8;
        }
        setRto(tcb);
    }

    /** Section 2.3 to 2.5. */
    void setRto(final TcpCb tcb) {
        final TcpSettings s = env.settings;
        final long rto = tcb.srttUs + Math.max(s.rexmtGranularityUs, 4 * tcb.rttvarUs);
        tcb.rtoUs = Math.min(Math.max(rto, s.rexmtMinUs), s.rexmtMaxUs);
    }

    /** RFC 4015 section 3, step "adapt": the delay that caused a spurious timeout counts. */
    void adapt(final TcpCb tcb, final long measuredUs) {
        tcb.srttUs = Math.max(tcb.srttUs, measuredUs);
        tcb.rttvarUs = Math.max(tcb.rttvarUs, measuredUs / 2);
        setRto(tcb);
    }

    /**
     * Section 5.5: the timeout after the back-off so far; a SYN backs off later (5.11). The slop is added to each but the first of a
     * connection that has measured nothing ({@code TCPT_RANGESET}).
     */
    long backedOff(final TcpCb tcb) {
        final TcpSettings s = env.settings;
        final int shift = tcb.synAcked ? tcb.rexmtShift : Math.max(0, tcb.rexmtShift - s.synSteady);
        final long slop = tcb.srttUs == 0 && tcb.rexmtShift == 0 ? 0 : s.rexmtSlopUs;
        return Math.min((tcb.rtoUs << Math.min(shift, 20)) + slop, s.rexmtMaxUs);
    }
}
