package odonata.protocol.tcp.machine;

import java.util.Arrays;
import odonata.protocol.tcp.TcpSeq;
import odonata.protocol.wire.Fields;

/**
 * What the peer has reported by SACK of the data between SND.UNA and SND.MAX: RFC 6675 sections 3 and 4.
 *
 * <p>Bounded: a piece beyond {@link #MAX_PIECES} is ignored, which costs a retransmission at most.
 */
final class SackScoreboard {
    /** Of a connection that has reported nothing; never written. */
    static final SackScoreboard NONE = new SackScoreboard();

    private static final int MAX_PIECES = 64;
    private static final int DUP_THRESH = 3;

    /** Left and right edge of each piece in turn, ascending, disjoint. */
    private int[] edges = new int[0];

    private int pieces;
    /** Highest sequence number retransmitted in this recovery, plus one. */
    int highRxt;
    /** The rescue retransmission of this recovery has been used. */
    boolean rescued;

    int pieces() {
        return pieces;
    }

    int left(final int index) {
        return edges[2 * index];
    }

    int right(final int index) {
        return edges[2 * index + 1];
    }

    /** Update(): takes the blocks of an ACK; true when they report something new. */
    boolean update(final int una, final int max, final TcpIn in) {
        acked(una);
        boolean news = false;
        for (int i = 0; i < in.sackBlocks; i++) {
            final int left = in.sackEdges[2 * i];
            final int right = in.sackEdges[2 * i + 1];
            final boolean plausible = TcpSeq.lt(left, right) && TcpSeq.gt(left, una) && TcpSeq.leq(right, max);
            if (plausible && !covers(left, right) && pieces < MAX_PIECES) {
                add(left, right);
                news = true;
            }
        }
        return news;
    }

    /** Forgets what lies below SND.UNA. */
    void acked(final int una) {
        int gone = 0;
        while (gone < pieces && TcpSeq.leq(right(gone), una)) {
            gone++;
        }
        if (gone > 0) {
            pieces -= gone;
            System.arraycopy(edges, 2 * gone, edges, 0, 2 * pieces);
        }
    }

    void clear() {
        pieces = 0;
    }

    private boolean covers(final int left, final int right) {
        for (int i = 0; i < pieces; i++) {
            if (TcpSeq.leq(left(i), left) && TcpSeq.leq(right, right(i))) {
                return true;
            }
        }
        return false;
    }

    private void add(final int left, final int right) {
        final int[] merged = new int[2 * pieces + 2];
        int count = 0;
        int from = left;
        int to = right;
        int at = 0;
        while (at < pieces && TcpSeq.lt(right(at), left)) {
            merged[count++] = left(at);
            merged[count++] = right(at++);
        }
        while (at < pieces && TcpSeq.leq(left(at), right)) {
            from = TcpSeq.min(from, left(at));
            to = TcpSeq.max(to, right(at++));
        }
        merged[count++] = from;
        merged[count++] = to;
        while (at < pieces) {
            merged[count++] = left(at);
            merged[count++] = right(at++);
        }
        edges = Arrays.copyOf(merged, count);
        pieces = count / 2;
    }

    /** All of it, for a connection that moves to another machine. */
    void fields(final Fields fields) {
        pieces = fields.count(pieces, 2 * Integer.BYTES);
        if (fields.isReading()) {
            edges = new int[2 * pieces];
        }
        for (int i = 0; i < 2 * pieces; i++) {
            edges[i] = fields.int32(edges[i]);
        }
        highRxt = fields.int32(highRxt);
        rescued = fields.flag(rescued);
    }

    /** IsLost(): three pieces, or more than two segments, have been reported above {@code seq}. */
    boolean isLost(final int seq, final int segment) {
        int bytes = 0;
        int above = 0;
        for (int i = pieces - 1; i >= 0 && TcpSeq.gt(left(i), seq); i--) {
            bytes += right(i) - left(i);
            above++;
        }
        return above >= DUP_THRESH || bytes > (DUP_THRESH - 1) * segment;
    }

    /** SetPipe(): bytes that are thought to be in the network. */
    int pipe(final int una, final int max, final int segment) {
        int pipe = 0;
        int from = una;
        for (int i = 0; i <= pieces; i++) {
            final int to = i < pieces ? left(i) : max;
            if (!isLost(from, segment)) {
                pipe += to - from;
            }
            pipe += Math.max(0, TcpSeq.min(to, highRxt) - from);
            from = i < pieces ? right(i) : max;
        }
        return pipe;
    }

    /**
     * NextSeg(), rules 1 and 3: index of the first hole that has something not yet retransmitted, below the highest piece;
     * -1: none.
     */
    int nextHole(final int una, final int segment, final boolean onlyLost) {
        for (int i = 0; i < pieces; i++) {
            final int from = holeStart(i, una);
            if (TcpSeq.lt(from, left(i)) && (!onlyLost || isLost(from, segment))) {
                return i;
            }
        }
        return -1;
    }

    /** First sequence number of hole {@code index} that was not retransmitted; the hole ends at {@code left(index)}. */
    int holeStart(final int index, final int una) {
        return TcpSeq.max(index == 0 ? una : right(index - 1), highRxt);
    }

    /** Bytes reported. */
    int sackedBytes() {
        int bytes = 0;
        for (int i = 0; i < pieces; i++) {
            bytes += right(i) - left(i);
        }
        return bytes;
    }
}
