package odonata.protocol.tcp.cc;

import odonata.protocol.wire.Fields;

/**
 * Slow start, congestion avoidance and NewReno recovery: RFC 5681 section 3, RFC 6582 section 3.2, RFC 6675 section 5.
 *
 * <p>Growth is counted in bytes acknowledged, so that a peer cannot speed it up by dividing its acknowledgments.
 */
public final class NewReno implements CongestionControl {
    private int mss;
    private int initialWindow;
    private int cwnd;
    private int ssthresh = Integer.MAX_VALUE;
    private int bytesAcked;

    /** A control for segments of {@code mss} bytes that begins with {@code initialWindow}. */
    public NewReno(final int mss, final int initialWindow) {
        this.mss = mss;
        this.initialWindow = initialWindow;
        this.cwnd = initialWindow;
    }

    /** RFC 3390, equation 1: min(4 MSS, max(2 MSS, 4380 bytes)). */
    public static int initialWindow(final int mss) {
        return Math.min(4 * mss, Math.max(2 * mss, 4380));
    }

    @Override
    public int cwnd() {
        return cwnd;
    }

    @Override
    public int ssthresh() {
        return ssthresh;
    }

    /** RFC 5681 section 3.1: equation 2 in slow start, then one segment for each window acknowledged. */
    @Override
    public void acked(final int bytes) {
        if (cwnd < ssthresh) {
            grow(Math.min(bytes, mss));
            return;
        }
        bytesAcked += bytes;
        if (bytesAcked >= cwnd) {
            bytesAcked -= cwnd;
            bytesAcked = Math.min(bytesAcked, cwnd);
            grow(mss);
        }
    }

    private void grow(final int bytes) {
        cwnd = (int) Math.min((long) cwnd + bytes, 1 << 30);
    }

    private void halve(final int flight) {
        ssthresh = Math.max(flight / 2, 2 * mss);
        bytesAcked = 0;
    }

    /** RFC 6582 section 3.2, steps 2 and 3 (RFC 5681 section 3.2). */
    @Override
    public void enterRecovery(final int flight, final int dupAcks) {
        halve(flight);
        cwnd = ssthresh + dupAcks * mss;
    }

    @Override
    public void enterSackRecovery(final int flight) {
        halve(flight);
        cwnd = ssthresh;
    }

    @Override
    public void marked(final int flight) {
        halve(flight);
        cwnd = ssthresh;
    }

    @Override
    public void duplicateAck() {
        grow(mss);
    }

    /** RFC 6582 section 3.2, step 3, partial acknowledgments: deflate, and add back one segment if one has left. */
    @Override
    public void partialAck(final int bytes) {
        cwnd = Math.max(cwnd - bytes, 0) + (bytes >= mss ? mss : 0);
        cwnd = Math.max(cwnd, mss);
    }

    /** RFC 6582 section 3.2, step 3, full acknowledgment, option 1: no burst. */
    @Override
    public void exitRecovery(final int flight) {
        cwnd = Math.min(ssthresh, Math.max(flight, mss) + mss);
    }

    @Override
    public void exitSackRecovery() {
        cwnd = ssthresh;
    }

    /** RFC 5681 section 3.1, equation 4; the threshold is not lowered again for the same data. */
    @Override
    public void timeout(final int flight, final boolean first) {
        if (first) {
            halve(flight);
        }
        cwnd = mss;
        bytesAcked = 0;
    }

    /** RFC 5681 section 4.1. */
    @Override
    public void restartAfterIdle() {
        cwnd = Math.min(cwnd, initialWindow);
    }

    @Override
    public void reset(final int segment, final int window) {
        mss = segment;
        initialWindow = window;
        cwnd = window;
        bytesAcked = 0;
    }

    @Override
    public void restore(final int savedCwnd, final int savedSsthresh) {
        cwnd = savedCwnd;
        ssthresh = savedSsthresh;
        bytesAcked = 0;
    }

    @Override
    public void fields(final Fields fields) {
        mss = fields.int32(mss);
        initialWindow = fields.int32(initialWindow);
        cwnd = fields.int32(cwnd);
        ssthresh = fields.int32(ssthresh);
        bytesAcked = fields.int32(bytesAcked);
    }

    @Override
    public String name() {
        return "newreno";
    }
}
