package odonata.protocol.tcp.machine;

import odonata.protocol.clock.Seed;
import odonata.protocol.flow.FlowKey;
import odonata.protocol.tcp.TcpHeader;

/** A connection in any of the eleven states, with something in its buffers, and what it wants. */
final class TcpStates implements TcpActions {
    private static final byte[] TEXT = new byte[4_000];

    final TcpMachine machine;
    final TcpCb tcb;
    final TcpIn in = new TcpIn();
    long nowUs = 1_000_000_000L;
    long wakeUs = TcpTimer.NEVER;
    int sent;

    TcpStates(final TcpSettings settings) {
        machine = new TcpMachine(settings, this);
        tcb = new TcpCb(new FlowKey(1, 2, 3, 4, 6), settings);
    }

    @Override
    public void send(final TcpCb of, final TcpOut segment) {
        sent += segment.packet(0, 1, 2).length > 0 ? 1 : 0;
    }

    @Override
    public void timer(final TcpCb of, final long atUs) {
        wakeUs = atUs;
    }

    @Override
    public void event(final TcpCb of, final TcpEvent event) {}

    /** Runs timers that are due after {@code us} microseconds. */
    void pass(final long us) {
        nowUs += us;
        if (wakeUs <= nowUs) {
            wakeUs = TcpTimer.NEVER;
            machine.expire(tcb, nowUs);
        }
    }

    /** The next wake-up, as late as it was asked for; false: none was. */
    boolean wake() {
        if (wakeUs == TcpTimer.NEVER) {
            return false;
        }
        pass(Math.max(0, wakeUs - nowUs));
        return true;
    }

    /** A segment of the true peer. */
    void peer(final int flags, final int seq, final int ack, final int length) {
        in.seq = seq;
        in.ack = ack;
        in.flags = flags;
        in.window = 10_000;
        in.unscaled = (flags & TcpHeader.SYN) != 0;
        in.data = TEXT;
        in.offset = 0;
        in.length = length;
        in.mss = (flags & TcpHeader.SYN) != 0 ? 1_000 : 0;
        in.windowScale = (flags & TcpHeader.SYN) != 0 ? 2 : -1;
        in.sackPermitted = (flags & TcpHeader.SYN) != 0;
        in.timestamps = machine.settings().rfc1323;
        in.tsVal = (int) (nowUs / 1_000);
        in.tsEcr = (int) (nowUs / machine.settings().timestampTickUs);
        in.sackBlocks = 0;
        in.urgent = 0;
        machine.input(tcb, in, nowUs);
    }

    /** Brings it into a state, by segments and calls as they would come. */
    void reach(final TcpState state, final Seed seed) {
        final int iss = (int) seed.nextLong();
        final int irs = (int) seed.nextLong();
        switch (state) {
            case CLOSED -> {}
            case LISTEN -> machine.listen(tcb, iss, nowUs);
            case SYN_SENT -> machine.connect(tcb, iss, nowUs);
            case SYN_RECEIVED -> {
                reach(TcpState.LISTEN, seed);
                peer(TcpHeader.SYN, irs, 0, 0);
            }
            case ESTABLISHED -> {
                reach(TcpState.SYN_RECEIVED, seed);
                peer(TcpHeader.ACK, tcb.rcvNxt, tcb.sndMax, 0);
                if (seed.nextInt(2) == 0) {
                    machine.send(tcb, TEXT, 0, seed.nextInt(TEXT.length), false, nowUs);
                }
                if (seed.nextInt(2) == 0) {
                    peer(TcpHeader.ACK, tcb.rcvNxt + 100 * seed.nextInt(2), tcb.sndMax, 1 + seed.nextInt(400));
                }
            }
            case FIN_WAIT_1 -> {
                reach(TcpState.ESTABLISHED, seed);
                machine.shutdown(tcb, nowUs);
            }
            case FIN_WAIT_2 -> {
                reach(TcpState.FIN_WAIT_1, seed);
                acknowledgeAll();
            }
            case CLOSE_WAIT -> {
                reach(TcpState.ESTABLISHED, seed);
                peer(TcpHeader.ACK | TcpHeader.FIN, tcb.rcvNxt, tcb.sndMax, 0);
            }
            case CLOSING -> {
                reach(TcpState.FIN_WAIT_1, seed);
                peer(TcpHeader.ACK | TcpHeader.FIN, tcb.rcvNxt, tcb.sndUna, 0);
            }
            case LAST_ACK -> {
                reach(TcpState.CLOSE_WAIT, seed);
                machine.shutdown(tcb, nowUs);
            }
            case TIME_WAIT -> {
                reach(TcpState.FIN_WAIT_2, seed);
                peer(TcpHeader.ACK | TcpHeader.FIN, tcb.rcvNxt, tcb.sndMax, 0);
            }
        }
    }

    /** Until the FIN is out and acknowledged. */
    private void acknowledgeAll() {
        for (int i = 0; i < 30 && tcb.state == TcpState.FIN_WAIT_1; i++) {
            peer(TcpHeader.ACK, tcb.rcvNxt, tcb.sndMax, 0);
        }
    }
}
