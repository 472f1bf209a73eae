package odonata.protocol.tcp.machine;

import odonata.protocol.tcp.TcpHeader;

/** Segments with RST: RFC 9293 section 3.5.2 and 3.10.7.1. */
final class TcpReset {
    private TcpReset() {}

    /** Fills {@code out} with the answer to a segment that belongs to no connection; false: it gets none. */
    static boolean answer(final TcpIn in, final TcpOut out) {
        if (in.has(TcpHeader.RST)) {
            return false;
        }
        if (in.has(TcpHeader.ACK)) {
            out.begin(in.ack, 0, TcpHeader.RST);
        } else {
            out.begin(0, in.seq + in.segLen(), TcpHeader.RST | TcpHeader.ACK);
        }
        return true;
    }

    /** Sends that answer on behalf of {@code tcb}. */
    static void send(final TcpEnv env, final TcpCb tcb, final TcpIn in) {
        if (answer(in, env.out)) {
            env.out.ports(tcb.flow.sport(), tcb.flow.dport());
            env.count(TcpCounter.SNDTOTAL);
            env.count(TcpCounter.SNDCTRL);
            env.count(TcpCounter.SNDRST);
            env.actions.send(tcb, env.out);
        }
    }

    /** Resets the peer of {@code tcb} (ABORT, 3.10.5). */
    static void abort(final TcpEnv env, final TcpCb tcb) {
        env.out.begin(tcb.sndNxt, tcb.rcvNxt, TcpHeader.RST | TcpHeader.ACK);
        env.out.ports(tcb.flow.sport(), tcb.flow.dport());
        env.count(TcpCounter.SNDTOTAL);
        env.count(TcpCounter.SNDCTRL);
        env.count(TcpCounter.SNDRST);
        env.actions.send(tcb, env.out);
    }
}
