package odonata.actors.tcp;

import java.util.Optional;
import odonata.actors.netisr.NetCounter;
import odonata.protocol.flow.FlowKey;
import odonata.protocol.ip.IpProto;
import odonata.protocol.ip.Ipv4Header;
import odonata.protocol.tcp.TcpHeader;
import odonata.protocol.tcp.machine.TcpCb;
import odonata.protocol.tcp.machine.TcpIn;
import odonata.protocol.tcp.machine.TcpMachine.Verdict;

/** {@code tcp_input}: from a segment to its connection, to a listener, or to the answer that there is neither. */
final class TcpDemux {
    private static final int SYN_BITS = TcpHeader.SYN | TcpHeader.ACK | TcpHeader.RST;

    private final TcpCpu tcp;
    private final TcpHeader header = new TcpHeader();
    private final TcpIn in = new TcpIn();

    TcpDemux(final TcpCpu tcp) {
        this.tcp = tcp;
    }

    /** A segment for this system whose checksum is right. Order of the lookup: 5.5. */
    void input(final Ipv4Header ip) {
        header.wrap(ip);
        final FlowKey flow = new FlowKey(ip.dst(), header.dport(), ip.src(), header.sport(), IpProto.TCP);
        in.read(header).tos(ip.tos());
        if (tcp.machine.drops(in)) {
            return;
        }
        final Optional<TcpSocket> known = tcp.conns.find(flow);
        if (known.isEmpty()) {
            open(flow, tcp.iss.next(flow, tcp.nowUs()));
            return;
        }
        final TcpSocket so = known.get();
        final Verdict verdict = tcp.with(so).input(so.tcb, in, tcp.nowUs());
        tcp.settle(so);
        if (verdict == Verdict.AGAIN) {
            open(flow, tcp.iss.nextAbove(flow, tcp.nowUs(), so.tcb.issFloor()));
        }
    }

    private void open(final FlowKey flow, final int iss) {
        final int hash = tcp.net.hash().hash(flow.src(), flow.sport(), flow.dst(), flow.dport());
        final Optional<TcpListener> listener = tcp.listens.find(flow.src(), flow.sport(), hash);
        if (listener.isEmpty()) {
            refuse(flow);
        } else if ((header.flags() & SYN_BITS) == TcpHeader.SYN) {
            listened(listener.get(), flow, iss);
        } else if (header.has(TcpHeader.ACK)) {
            refuse(flow);
        }
    }

    /** A SYN: half a connection, on this CPU (R54, I44). Not when enough wait to be accepted: the peer tries again. */
    private void listened(final TcpListener listener, final FlowKey flow, final int iss) {
        if (listener.isFull()) {
            tcp.net.counters().count(NetCounter.TCP_LISTENDROP);
            return;
        }
        final TcpSocket so = new TcpSocket(tcp.port(), listener.options.copy());
        so.parent = listener;
        final TcpCb tcb = tcp.open(so, flow);
        tcp.conns.add(so);
        tcp.with(so).listen(tcb, iss, tcp.nowUs());
        tcp.machine.input(tcb, in, tcp.nowUs());
        tcp.settle(so);
    }

    private void refuse(final FlowKey flow) {
        tcp.machine.closed(flow, in).ifPresent(answer -> tcp.output(answer, flow));
    }
}
