package odonata.actors.tcp;

import java.util.Arrays;
import odonata.actors.port.Msg;
import odonata.actors.socket.MsgFlag;
import odonata.actors.socket.SockOpt;
import odonata.actors.tcp.TcpMsg.Recv;
import odonata.protocol.errno.NetError;

/**
 * Bytes of a stream with urgent data among them ({@code so_oobmark}, {@code tcp_usr_rcvoob}). The mark lies before the last urgent byte, and no
 * receive reads across it. With SO_OOBINLINE that byte is read as any other; without, the stream passes over it and MSG_OOB receives it.
 */
final class TcpUrgent {
    private final TcpCpu tcp;

    TcpUrgent(final TcpCpu tcp) {
        this.tcp = tcp;
    }

    /** {@code SS_RCVATMARK}. */
    static boolean atMark(final TcpSocket so) {
        return so.tcb != null && so.tcb.urgentMark() == 1;
    }

    /** Bytes before the mark that are there or will come; no limit when there is no mark ahead. */
    static int toMark(final TcpSocket so) {
        final int mark = so.tcb.urgentMark();
        return mark > 1 ? mark - 1 : Integer.MAX_VALUE;
    }

    /** Bytes that are there for receives without MSG_OOB. */
    static int readable(final TcpSocket so) {
        final int mark = so.tcb.urgentMark();
        final int there = so.tcb.receiveBuffer().available();
        return there - (mark > 0 && mark <= there && isOutOfBand(so) ? 1 : 0);
    }

    private static boolean isOutOfBand(final TcpSocket so) {
        return !so.options.has(SockOpt.SO_OOBINLINE);
    }

    /** Takes bytes that are readable and before the next mark, or leaves them there. */
    byte[] take(final TcpSocket so, final int count, final boolean leave) {
        final int passed = atMark(so) && isOutOfBand(so) && count > 0 ? 1 : 0;
        final byte[] bytes = leave
                ? so.tcb.receiveBuffer().peek(passed + count)
                : tcp.with(so).receive(so.tcb, passed + count, tcp.nowUs());
        return passed == 0 ? bytes : Arrays.copyOfRange(bytes, passed, bytes.length);
    }

    /** MSG_OOB never waits: EAGAIN while the byte is announced and not there. */
    static void receive(final Msg<Recv> msg) {
        final Recv recv = msg.command();
        final TcpSocket so = recv.so();
        final int mark = so.tcb == null ? 0 : so.tcb.urgentMark();
        if (mark == 0 || so.urgentTaken || !isOutOfBand(so)) {
            msg.reply(NetError.EINVAL);
        } else if (mark > so.tcb.receiveBuffer().available()) {
            msg.reply(NetError.EAGAIN);
        } else {
            final byte[] bytes = so.tcb.receiveBuffer().peek(mark);
            so.urgentTaken = !recv.flags().contains(MsgFlag.MSG_PEEK);
            msg.reply(NetError.OK, Arrays.copyOfRange(bytes, mark - Math.min(1, recv.most()), mark));
        }
    }
}
