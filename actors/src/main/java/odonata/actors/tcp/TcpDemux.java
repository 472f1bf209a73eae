package odonata.actors.tcp;

import java.util.Optional;
import odonata.protocol.errno.NetError;
import odonata.protocol.flow.FlowKey;
import odonata.protocol.icmp.IcmpNotice;
import odonata.protocol.ip.IpProto;
import odonata.protocol.ip.Ipv4Header;
import odonata.protocol.tcp.TcpHeader;
import odonata.protocol.tcp.TcpSeq;
import odonata.protocol.tcp.machine.TcpIn;
import odonata.protocol.tcp.machine.TcpMachine.Verdict;

/** {@code tcp_input}: from a segment to its connection, to a listener, or to the answer that there is neither. */
final class TcpDemux {
    private final TcpCpu tcp;
    private final TcpHeader header = new TcpHeader();
    private final TcpIn in = new TcpIn();
    private int tos;

    TcpDemux(final TcpCpu tcp) {
        this.tcp = tcp;
    }

    /** A segment for this system whose checksum is right. Order of the lookup: 5.5. */
    void input(final Ipv4Header ip) {
        header.wrap(ip);
        tos = ip.tos();
        if (tcp.machine.drops(in.read(header))) {
            return;
        }
        final FlowKey flow = new FlowKey(ip.src(), header.sport(), ip.dst(), header.dport(), IpProto.TCP).reversed();
        final Optional<TcpSocket> known = tcp.conns.find(flow);
        if (known.isEmpty()) {
            unknown(flow, Optional.empty());
            return;
        }
        final TcpSocket so = known.get();
        if (input(so) == Verdict.AGAIN) {
            unknown(flow, Optional.of(so.tcb.issFloor()));
        }
    }

    private Verdict input(final TcpSocket so) {
        final Verdict verdict = tcp.with(so).input(so.tcb, in.read(header).tos(tos), tcp.nowUs());
        tcp.settle(so);
        return verdict;
    }

    private void unknown(final FlowKey flow, final Optional<Integer> floor) {
        final Optional<TcpListener> listener = tcp.listens.find(flow.src(), flow.sport(), tcp.hashOf(flow));
        if (header.has(TcpHeader.RST)) {
            tcp.syns.reset(flow, header);
        } else if (listener.isEmpty()) {
            if (!tcp.machine.isBlackhole(in.read(header))) {
                refuse(flow);
            }
        } else if (header.has(TcpHeader.SYN | TcpHeader.ACK)) {
            tcp.syns.badAck(flow);
            refuse(flow);
        } else if (header.has(TcpHeader.SYN)) {
            tcp.syns.syn(listener.get(), flow, header, floor);
        } else if (header.has(TcpHeader.ACK)) {
            tcp.syns.ack(listener.get(), flow, header).ifPresentOrElse(this::completed, () -> refuse(flow));
        }
    }

    /** The handshake's last ACK goes on to the connection that it has made. */
    private void completed(final TcpSocket so) {
        input(so);
        if (!so.gone) {
            tcp.expire(so); // sets the timer that was not set while it was muted
        }
    }

    /** An ICMP error about a segment that this system may have sent. */
    void notice(final IcmpNotice notice) {
        final Optional<TcpSocket> known = tcp.conns.find(notice.flow());
        if (known.isEmpty()) {
            tcp.syns.unreachable(notice);
        }
        known.filter(so -> TcpSeq.geq(notice.seq(), so.tcb.sndUna()) && TcpSeq.lt(notice.seq(), so.tcb.sndMax()))
                .ifPresent(so -> noticed(so, notice));
    }

    private void noticed(final TcpSocket so, final IcmpNotice notice) {
        if (notice.tooBig()) {
            final int mtu = tcp.net.tooBig(notice);
            if (mtu > 0) {
                tcp.with(so).pathMss(so.tcb, mtu - TcpCpu.HEADERS, tcp.nowUs());
            }
        } else if (notice.error() != NetError.OK) {
            tcp.with(so).signal(so.tcb, notice.error(), notice.hard(), tcp.nowUs());
        }
        tcp.settle(so);
    }

    private void refuse(final FlowKey flow) {
        tcp.machine.closed(flow, in.read(header)).ifPresent(answer -> tcp.output(answer, flow));
    }
}
