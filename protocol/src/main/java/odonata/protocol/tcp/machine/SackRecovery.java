package odonata.protocol.tcp.machine;

import odonata.protocol.tcp.TcpSeq;

/** Loss recovery with selective acknowledgments: RFC 6675 section 5. */
final class SackRecovery {
    private final TcpEnv env;
    private final TcpOutput output;

    SackRecovery(final TcpEnv env, final TcpOutput output) {
        this.env = env;
        this.output = output;
    }

    /** Takes the blocks of an ACK; true when they report something new. */
    boolean update(final TcpCb tcb, final TcpIn in) {
        if (in.sackBlocks > 0 && tcb.scoreboard == SackScoreboard.NONE) {
            tcb.scoreboard = new SackScoreboard();
        }
        return tcb.scoreboard.update(TcpSeq.max(tcb.sndUna, in.ack), tcb.sndMax, in);
    }

    /** True when SND.UNA counts as lost before three duplicates have come. */
    boolean firstIsLost(final TcpCb tcb) {
        return tcb.scoreboard.isLost(tcb.sndUna, tcb.segmentSize());
    }

    /** Step 4: the first hole goes at once, then as much as the window has room for. */
    void enter(final TcpCb tcb, final int flight) {
        tcb.cc.enterSackRecovery(flight);
        if (tcb.scoreboard == SackScoreboard.NONE) {
            tcb.scoreboard = new SackScoreboard();
        }
        tcb.scoreboard.rescued = false;
        tcb.scoreboard.highRxt = output.retransmit(tcb, tcb.sndUna, firstEnd(tcb));
        env.count(TcpCounter.SNDSACKREXMIT);
        send(tcb);
    }

    private static int firstEnd(final TcpCb tcb) {
        return tcb.scoreboard.pieces() > 0 ? tcb.scoreboard.left(0) : tcb.sndMax;
    }

    /** Step C: one segment after the other while cwnd has room for a whole one. */
    void send(final TcpCb tcb) {
        final int segment = tcb.segmentSize();
        while (tcb.cc.cwnd() - tcb.scoreboard.pipe(tcb.sndUna, tcb.sndMax, segment) >= segment) {
            if (!hole(tcb, true) && !output.oneNew(tcb) && !hole(tcb, false) && !rescue(tcb)) {
                return;
            }
        }
    }

    /** NextSeg(), rules 1 and 3. */
    private boolean hole(final TcpCb tcb, final boolean onlyLost) {
        final SackScoreboard board = tcb.scoreboard;
        final int index = board.nextHole(tcb.sndUna, tcb.segmentSize(), onlyLost);
        if (index < 0) {
            return false;
        }
        board.highRxt = output.retransmit(tcb, board.holeStart(index, tcb.sndUna), board.left(index));
        env.count(TcpCounter.SNDSACKREXMIT);
        return true;
    }

    /** NextSeg(), rule 4: once in a recovery the last segment, so that the peer can report what else is missing. */
    private boolean rescue(final TcpCb tcb) {
        final SackScoreboard board = tcb.scoreboard;
        final int end = tcb.sndMax;
        final int above = board.pieces() > 0 ? board.right(board.pieces() - 1) : tcb.sndUna;
        if (board.rescued || TcpSeq.geq(above, end) || TcpSeq.geq(board.highRxt, end)) {
            return false;
        }
        board.rescued = true;
        output.retransmit(tcb, TcpSeq.max(above, end - tcb.segmentSize()), end);
        env.count(TcpCounter.SNDSACKREXMIT);
        return true;
    }
}
