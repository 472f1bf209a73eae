package odonata.protocol.tcp.machine;

/** The window we advertise: RFC 9293 section 3.8.6.2.2, RFC 7323 section 2. */
final class TcpWindow {
    static final int MAX_FIELD = 65_535;
    private static final int MAX_SCALE = 14;

    private final TcpEnv env;

    TcpWindow(final TcpEnv env) {
        this.env = env;
    }

    /** Shift that we ask for: the least is a setting, a larger buffer needs more ({@code request_r_scale}). */
    int scale(final TcpCb tcb) {
        int scale = env.settings.windowScale;
        while (scale < MAX_SCALE && MAX_FIELD << scale < tcb.receiveBuffer.limit()) {
            scale++;
        }
        return scale;
    }

    /** Window of a SYN, never scaled. */
    int ofSyn(final TcpCb tcb) {
        return Math.min(tcb.receiveBuffer.space(), MAX_FIELD);
    }

    /** RCV.WND to be advertised now, bytes: no silly window, and never less than was promised. */
    int advertise(final TcpCb tcb) {
        int window = tcb.receiveBuffer.space();
        if (window < tcb.receiveBuffer.limit() / 4 && window < env.settings.mss) {
            window = 0;
        }
        window = Math.min(window, MAX_FIELD << tcb.rcvScale);
        return Math.max(window, tcb.rcvAdv - tcb.rcvNxt);
    }

    /** RCV.WND within which a segment is acceptable: what has been promised. */
    int acceptable(final TcpCb tcb) {
        return Math.max(0, Math.max(tcb.receiveBuffer.space(), tcb.rcvAdv - tcb.rcvNxt));
    }

    /** True when the window has grown enough to tell the peer of it alone: two segments or half the buffer. */
    boolean updateIsDue(final TcpCb tcb) {
        if (tcb.finReceived || !tcb.synAcked) {
            return false;
        }
        final int left = tcb.rcvAdv - tcb.rcvNxt;
        if (isRestOfSyn(tcb) && tcb.running(TcpTimer.DELACK) && 2 * left >= MAX_FIELD) {
            return false;
        }
        final int grown = advertise(tcb) - left;
        return grown > 0 && (grown >= 2 * env.settings.mss || 2 * grown >= tcb.receiveBuffer.limit());
    }

    /** The peer knows no more yet than a SYN can say: the ACK that is due anyway tells it of the rest of a larger buffer. */
    private static boolean isRestOfSyn(final TcpCb tcb) {
        return tcb.receiveBuffer.limit() > MAX_FIELD && tcb.rcvAdv - tcb.irs - 1 <= MAX_FIELD;
    }

    /** Notes that a window of {@code window} bytes was sent. */
    void advertised(final TcpCb tcb, final int window) {
        if (tcb.rcvNxt + window - tcb.rcvAdv > 0) {
            tcb.rcvAdv = tcb.rcvNxt + window;
        }
        tcb.sentZeroWindow = window == 0;
    }
}
