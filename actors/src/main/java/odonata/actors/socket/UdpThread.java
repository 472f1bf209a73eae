package odonata.actors.socket;

import akka.actor.typed.Behavior;
import java.util.Optional;
import odonata.actors.lwkt.Handlers;
import odonata.actors.lwkt.LwktThread;
import odonata.actors.lwkt.Td;
import odonata.actors.netisr.CpuNet;
import odonata.actors.netisr.FlowCounters;
import odonata.actors.netisr.IpMport;
import odonata.actors.netisr.NetCounter;
import odonata.actors.netisr.NetMsg;
import odonata.actors.netisr.NetMsg.Handover;
import odonata.actors.netisr.NetMsg.MapChanged;
import odonata.actors.netisr.NetMsg.Marker;
import odonata.actors.netisr.NetMsg.Output;
import odonata.actors.netisr.NetMsg.Pru;
import odonata.actors.netisr.NetMsg.PruSend;
import odonata.actors.netisr.Partition;
import odonata.actors.netisr.ProtoThread;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.protocol.icmp.IcmpHeader;
import odonata.protocol.ip.IpProto;
import odonata.protocol.ip.Ipv4Header;
import odonata.protocol.ip.PacketChecks;
import odonata.protocol.udp.UdpDatagram;
import odonata.protocol.udp.UdpHeader;
import odonata.protocol.wire.Mbuf;

/** UDP protocol thread of one CPU: flows, delivery to sockets, output. Sole owner of this CPU's UDP control blocks. */
public final class UdpThread extends ProtoThread {
    private final FlowCounters flows;
    private final UdpPcbTable pcbs;
    private final Ipv4Header ip = new Ipv4Header();
    private final UdpHeader udp = new UdpHeader();

    private UdpThread(
            final Td td, final CpuNet net, final CpuNet.Lane lane, final FlowCounters flows, final UdpPcbTable pcbs) {
        super(td, net, lane);
        this.flows = flows;
        this.pcbs = pcbs;
    }

    /**
     * Behaviour for the udp_thread of {@code net}'s CPU, at {@link Port#UDP_THREAD}; registers it for its protocol.
     *
     * @param pcbs the CPU's sockets
     */
    public static Behavior<Msg<NetMsg>> create(final CpuNet net, final UdpPcbTable pcbs) {
        net.mport().register(IpProto.UDP, IpMport.threads(Port.UDP_THREAD));
        final FlowCounters flows = new FlowCounters(net.settings().flows());
        final CpuNet.Lane lane = net.enrol(Port.UDP_THREAD, Optional.of(flows));
        return LwktThread.behavior(td -> new UdpThread(td, net, lane, flows, pcbs));
    }

    @Override
    protected Handlers<NetMsg> handlers() {
        return commonHandlers()
                .on(PruSend.class, this::onPruSend)
                .on(MapChanged.class, this::unexpected)
                .on(Marker.class, this::unexpected)
                .on(Handover.class, this::unexpected)
                .on(Pru.class, this::unexpected)
                .on(Output.class, this::unexpected);
    }

    @Override
    protected void input(final Mbuf mbuf, final int bucket) {
        if (!PacketChecks.transportOk(mbuf)) {
            dropped(NetCounter.DROP_UDP_BADSUM);
            return;
        }
        if (bucket == Partition.UNHASHED) {
            served(NetCounter.MULTICAST, mbuf, bucket);
            return;
        }
        flows.count(mbuf, bucket, batchNs());
        served(NetCounter.UDP, mbuf, bucket);
        ip.wrap(mbuf.data(), mbuf.offset(), mbuf.length());
        if (net().isLocal(ip.dst())) {
            deliver(mbuf);
        } else {
            count(NetCounter.NOT_LOCAL);
        }
    }

    private void deliver(final Mbuf mbuf) {
        final Optional<UdpSocket> socket = pcbs.find(udp.wrap(ip).dport());
        if (socket.isEmpty()) {
            count(NetCounter.UDP_NOPORT);
            net().report(td(), IcmpHeader.UNREACHABLE, IcmpHeader.PORT_UNREACHABLE, mbuf);
        } else if (!socket.get().append(td(), mbuf)) {
            count(NetCounter.UDP_FULLSOCK);
        }
    }

    /** {@code udp_output}: the source address is the cluster's, whatever the control block says. */
    private void onPruSend(final Msg<PruSend> msg) {
        final PruSend send = msg.command();
        final Mbuf packet = withRoomForHeaders(send.payload());
        final int src = net().settings().address();
        ip.wrap(packet.data(), packet.offset(), packet.length());
        ip.init(IpProto.UDP, src, send.faddr(), packet.length()).putChecksum();
        udp.wrap(ip).init(send.lport(), send.fport(), send.payload().length()).putChecksum(src, send.faddr());
        count(NetCounter.UDP_OUTPUT);
        net().output(td(), packet);
    }

    /** {@code M_PREPEND}: a window that is larger by the headers; the bytes are copied only when there is no room. */
    private Mbuf withRoomForHeaders(final Mbuf payload) {
        final int length = UdpDatagram.HEADERS + payload.length();
        if (payload.offset() >= UdpDatagram.HEADERS) {
            return new Mbuf(payload.data(), payload.offset() - UdpDatagram.HEADERS, length, 0, payload.rcvNs());
        }
        final byte[] larger = new byte[length];
        System.arraycopy(payload.data(), payload.offset(), larger, UdpDatagram.HEADERS, payload.length());
        td().copied(payload.length());
        return new Mbuf(larger, 0, length, 0, payload.rcvNs());
    }
}
