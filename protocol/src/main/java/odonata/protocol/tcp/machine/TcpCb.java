package odonata.protocol.tcp.machine;

import java.util.Arrays;
import odonata.protocol.errno.NetError;
import odonata.protocol.flow.FlowKey;
import odonata.protocol.tcp.TcpSeq;
import odonata.protocol.tcp.buf.ReceiveBuffer;
import odonata.protocol.tcp.buf.SendBuffer;
import odonata.protocol.tcp.cc.CongestionControl;

/**
 * Control block of one connection: the variables of RFC 9293 section 3.3.1 and those that later RFCs add.
 *
 * <p>Owner: the thread that owns the connection. Only the machine changes it; the public part is STATUS (3.10.6).
 */
public final class TcpCb {
    private static final byte[] NOTHING = {};

    final FlowKey flow;
    final SendBuffer sendBuffer;
    final ReceiveBuffer receiveBuffer;
    final long[] deadlines = new long[TcpTimer.COUNT];
    CongestionControl cc;

    TcpState state = TcpState.CLOSED;
    NetError error = NetError.OK;
    NetError softError = NetError.OK;
    boolean passive;

    // Send sequence space.
    int iss;
    int sndUna;
    int sndNxt;
    int sndMax;
    int sndUp;
    int sndWnd;
    int sndWl1;
    int sndWl2;
    int maxSndWnd;
    boolean synAcked;
    boolean finSent;
    long lastSendUs;

    // Receive sequence space.
    int irs;
    int rcvNxt;
    int rcvAdv;
    int rcvUp;
    int lastAckSent;
    boolean irsKnown;
    /** Text of the peer's SYN that waits for the end of a simultaneous open; a FIN in it comes again. */
    byte[] synText = NOTHING;

    boolean finSeen;
    boolean finReceived;
    int finSeq;
    boolean sentZeroWindow;
    /** Text that came twice, to be reported by the next ACK (RFC 2883); none where the two are equal. */
    int dsackLeft;

    int dsackRight;

    // Options of this connection.
    int sndScale;
    int rcvScale;
    /** Largest text and options of one segment. */
    int sndMss;

    boolean tsOk;
    boolean sackOk;
    boolean scaleOk;
    boolean ecnOk;
    int tsRecent;
    long tsRecentUs;
    int tsOffset;

    // Round-trip time.
    long srttUs;
    long rttvarUs;
    long rtoUs;
    int rexmtShift;
    boolean timing;
    int timedSeq;
    long timedUs;
    boolean synLost;
    int totalRetransmits;

    // Loss recovery.
    int dupAcks;
    int recover;
    boolean inRecovery;
    int limitedSegments;
    /** Ends of the last segments that were new, oldest first: what Early Retransmit counts. */
    final int[] lastEnds = new int[4];

    boolean eifelArmed;
    boolean eifelTimeout;
    int eifelTs;
    int eifelCwnd;
    int eifelSsthresh;
    int eifelRecover;
    boolean eifelSaved;
    SackScoreboard scoreboard = SackScoreboard.NONE;

    // What the user wants.
    boolean noDelay;
    boolean noPush;
    boolean noOptions;
    boolean keepAlive;
    boolean userClosed;
    boolean finQueued;
    boolean moreToCome;
    long keepIdleUs;
    long keepIntervalUs;
    long keepInitUs;
    int keepCount;
    int userMss;
    /** How long what was sent may stay unacknowledged; 0: until the last retransmission. */
    long userTimeoutUs;
    /** When what is outstanding was first waited for: since then nothing of it was acknowledged. */
    long waitingSinceUs;

    int keepProbes;
    long lastReceiveUs;

    // Explicit congestion notification.
    /** The peer's segments were marked, and it has not said yet that it knows. */
    boolean sendEce;
    /** The peer is to be told that cwnd is smaller. */
    boolean sendCwr;
    /** What was out when cwnd was reduced last ends here. */
    int ecnRecover;

    // What is to be done.
    boolean ackNow;
    boolean force;
    long armedUs = TcpTimer.NEVER;
    long challengeUs;
    int challenges;

    /** A closed connection between {@code flow.src} (ours) and {@code flow.dst}, with buffers as {@code settings} say. */
    public TcpCb(final FlowKey flow, final TcpSettings settings) {
        this.flow = flow;
        sendBuffer = new SendBuffer(settings.sendSpace);
        receiveBuffer = new ReceiveBuffer(settings.recvSpace);
        cc = settings.congestionControl.create(settings.mssDefault, settings.initialWindow(settings.mssDefault));
        keepIdleUs = settings.keepIdleUs;
        keepIntervalUs = settings.keepIntervalUs;
        keepInitUs = settings.keepInitUs;
        keepCount = settings.keepCount;
        rtoUs = settings.rexmtInitialUs;
        sndMss = settings.mssDefault;
        Arrays.fill(deadlines, TcpTimer.NEVER);
    }

    /** Our end first. */
    public FlowKey flow() {
        return flow;
    }

    public TcpState state() {
        return state;
    }

    /** Why it is closed; OK while it is not, or when it ended as wanted. */
    public NetError error() {
        return error;
    }

    public SendBuffer sendBuffer() {
        return sendBuffer;
    }

    /** For its limit and its {@code available}; reading must go through the machine, which then may open the window. */
    public ReceiveBuffer receiveBuffer() {
        return receiveBuffer;
    }

    public CongestionControl congestionControl() {
        return cc;
    }

    public int sndUna() {
        return sndUna;
    }

    public int sndNxt() {
        return sndNxt;
    }

    public int sndMax() {
        return sndMax;
    }

    /** Window of the peer, bytes. */
    public int sndWnd() {
        return sndWnd;
    }

    public int rcvNxt() {
        return rcvNxt;
    }

    /** Right edge of the window as advertised. */
    public int rcvAdv() {
        return rcvAdv;
    }

    /** Text of a full segment, bytes: the peer's limit less the options of each segment (RFC 6691). */
    public int segmentSize() {
        return sndMss - (tsOk ? 12 : 0);
    }

    /** Smoothed round-trip time, 0 before the first sample. */
    public long srttUs() {
        return srttUs;
    }

    public long rttvarUs() {
        return rttvarUs;
    }

    /** Retransmission timeout before back-off. */
    public long rtoUs() {
        return rtoUs;
    }

    /** Retransmissions of the oldest segment. */
    public int rexmtShift() {
        return rexmtShift;
    }

    public boolean inRecovery() {
        return inRecovery;
    }

    public int dupAcks() {
        return dupAcks;
    }

    public boolean timestampsInUse() {
        return tsOk;
    }

    public boolean sackInUse() {
        return sackOk;
    }

    /** Bytes sent and not acknowledged. */
    public int flight() {
        return sndMax - sndUna;
    }

    /** True when the peer's FIN has been reached: after the bytes in the buffer comes the end. */
    public boolean atEof() {
        return finReceived;
    }

    /** Bytes of unread text before the end of urgent data; 0 when there is none. */
    public int urgentMark() {
        return Math.max(0, rcvUp - unreadSeq());
    }

    /** Sequence number of the first byte that the user has not read. */
    int unreadSeq() {
        return rcvNxt - (finReceived ? 1 : 0) - receiveBuffer.available();
    }

    /** An initial sequence number of a successor of this connection must lie above this. */
    public int issFloor() {
        return sndMax;
    }

    /** Deadline of {@code timer}, or {@link TcpTimer#NEVER}. */
    public long deadlineUs(final TcpTimer timer) {
        return deadlines[index(timer)];
    }

    /** Sends small segments at once (TCP_NODELAY). */
    public void noDelay(final boolean on) {
        noDelay = on;
    }

    /** Holds back small segments altogether (TCP_NOPUSH); the machine's {@code flush} sends what has been held. */
    public void noPush(final boolean on) {
        noPush = on;
    }

    /** Asks for no options but the segment size (TCP_NOOPT). */
    public void noOptions(final boolean on) {
        noOptions = on;
    }

    /** Announces and sends segments no larger than {@code bytes} (TCP_MAXSEG); before the connection is opened. */
    public void maxSegment(final int bytes) {
        userMss = bytes;
    }

    /** Times of keep-alive in microseconds, before or between {@code keepAlive} calls of the machine. */
    public void keepTimes(final long initUs, final long idleUs, final long intervalUs, final int count) {
        keepInitUs = initUs;
        keepIdleUs = idleUs;
        keepIntervalUs = intervalUs;
        keepCount = count;
    }

    /** Its timestamps are so many ticks ahead of the clock: they were another machine's. */
    public void timestampOffset(final int ticks) {
        tsOffset = ticks;
    }

    /** What was sent may stay unacknowledged for so many microseconds (RFC 5482); 0: until the last retransmission. */
    public void userTimeout(final long us) {
        userTimeoutUs = us;
    }

    /** Sequence number of the first byte of the send buffer. */
    int dataStart() {
        return synAcked ? sndUna : iss + 1;
    }

    boolean outstanding() {
        return TcpSeq.lt(sndUna, sndMax);
    }

    boolean finAcked() {
        return finSent && sndUna == sndMax;
    }

    boolean running(final TcpTimer timer) {
        return deadlineUs(timer) != TcpTimer.NEVER;
    }

    void deadline(final TcpTimer timer, final long atUs) {
        deadlines[index(timer)] = atUs;
    }

    @SuppressWarnings("EnumOrdinal") // the index of a timer in this array, nowhere else
    private static int index(final TcpTimer timer) {
        return timer.ordinal();
    }
}
