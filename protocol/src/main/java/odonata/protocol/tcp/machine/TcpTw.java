package odonata.protocol.tcp.machine;

import java.util.Arrays;
import odonata.protocol.flow.FlowTable;

/**
 * What is kept of a connection in TIME-WAIT that nobody holds any more: enough to answer its peer ({@code struct tcptw}). It lies in the words of a
 * table's entry, own end first; when a segment comes for it, it becomes a control block again.
 */
public final class TcpTw {
    /** Words of an entry. */
    public static final int WORDS = 7;

    private static final int DEADLINE_US = 0;
    /** SND.NXT, RCV.NXT. */
    private static final int NEXT = 1;
    /** What is left of the window that was advertised, and the limit of the receive buffer. */
    private static final int WINDOW = 2;
    /** TS.Recent, and our offset. */
    private static final int TIMESTAMPS = 3;

    private static final int TS_RECENT_US = 4;
    private static final int CHALLENGE_US = 5;
    /** Challenges; shifts of the windows and what is in use. */
    private static final int REST = 6;

    private static final int SHIFT_BITS = 8;
    private static final int SHIFT = 0xff;
    private static final int SCALE_OK = 1 << 16;
    private static final int TS_OK = 1 << 17;

    private TcpTw() {}

    /** True when a connection is in TIME-WAIT, and nothing that came is left to be read. */
    public static boolean suffices(final TcpCb tcb) {
        return tcb.state == TcpState.TIME_WAIT && tcb.receiveBuffer.available() == 0;
    }

    /** Writes a connection of which this {@link #suffices}. */
    public static void save(final TcpCb tcb, final FlowTable table, final int entry) {
        table.word(entry, DEADLINE_US, tcb.deadlineUs(TcpTimer.MSL2));
        table.word(entry, NEXT, pair(tcb.sndNxt, tcb.rcvNxt));
        table.word(entry, WINDOW, pair(tcb.rcvAdv - tcb.rcvNxt, tcb.receiveBuffer.limit()));
        table.word(entry, TIMESTAMPS, pair(tcb.tsRecent, tcb.tsOffset));
        table.word(entry, TS_RECENT_US, tcb.tsRecentUs);
        table.word(entry, CHALLENGE_US, tcb.challengeUs);
        table.word(
                entry,
                REST,
                pair(
                        tcb.challenges,
                        tcb.rcvScale
                                | tcb.sndScale << SHIFT_BITS
                                | (tcb.scaleOk ? SCALE_OK : 0)
                                | (tcb.tsOk ? TS_OK : 0)));
    }

    /** When it is over. */
    public static long deadlineUs(final FlowTable table, final int entry) {
        return table.word(entry, DEADLINE_US);
    }

    /** The control block again; its wake-up counts as asked for. */
    public static TcpCb restore(final TcpSettings settings, final FlowTable table, final int entry) {
        final TcpCb tcb = new TcpCb(table.flow(entry), settings);
        tcb.state = TcpState.TIME_WAIT;
        tcb.synAcked = true;
        tcb.irsKnown = true;
        tcb.finQueued = true;
        tcb.finSent = true;
        tcb.finSeen = true;
        tcb.finReceived = true;
        tcb.userClosed = true;
        final int sndNxt = high(table.word(entry, NEXT));
        tcb.sndUna = sndNxt;
        tcb.sndNxt = sndNxt;
        tcb.sndMax = sndNxt;
        tcb.sndUp = sndNxt;
        Arrays.fill(tcb.lastEnds, sndNxt);
        tcb.rcvNxt = low(table.word(entry, NEXT));
        tcb.rcvUp = tcb.rcvNxt;
        tcb.lastAckSent = tcb.rcvNxt;
        tcb.finSeq = tcb.rcvNxt - 1;
        tcb.rcvAdv = tcb.rcvNxt + high(table.word(entry, WINDOW));
        tcb.receiveBuffer.limit(low(table.word(entry, WINDOW)));
        tcb.tsRecent = high(table.word(entry, TIMESTAMPS));
        tcb.tsOffset = low(table.word(entry, TIMESTAMPS));
        tcb.tsRecentUs = table.word(entry, TS_RECENT_US);
        tcb.challengeUs = table.word(entry, CHALLENGE_US);
        tcb.challenges = high(table.word(entry, REST));
        final int rest = low(table.word(entry, REST));
        tcb.rcvScale = rest & SHIFT;
        tcb.sndScale = rest >> SHIFT_BITS & SHIFT;
        tcb.scaleOk = (rest & SCALE_OK) != 0;
        tcb.tsOk = (rest & TS_OK) != 0;
        tcb.armedUs = deadlineUs(table, entry);
        tcb.deadline(TcpTimer.MSL2, tcb.armedUs);
        return tcb;
    }

    private static long pair(final int high, final int low) {
        return ((long) high << 32) | (low & 0xffff_ffffL);
    }

    private static int high(final long word) {
        return (int) (word >>> 32);
    }

    private static int low(final long word) {
        return (int) word;
    }
}
