package odonata.actors.socket;

import akka.actor.typed.Behavior;
import java.util.List;
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
import odonata.protocol.errno.NetError;
import odonata.protocol.flow.FlowKey;
import odonata.protocol.icmp.IcmpHeader;
import odonata.protocol.icmp.IcmpNotice;
import odonata.protocol.ip.IpProto;
import odonata.protocol.ip.Ipv4Header;
import odonata.protocol.ip.PacketChecks;
import odonata.protocol.udp.UdpDatagram;
import odonata.protocol.udp.UdpHeader;
import odonata.protocol.udp.UdpPcb;
import odonata.protocol.wire.Mbuf;

/**
 * UDP protocol thread of one CPU: flows, delivery to sockets, output. Sole owner of this CPU's UDP control blocks; {@link UdpPcbs} does what
 * sockets ask of it.
 */
public final class UdpThread extends ProtoThread {
    private final FlowCounters flows;
    private final UdpSockets sockets;
    private final UdpPcbs pcbs;
    private final Ipv4Header ip = new Ipv4Header();
    private final UdpHeader udp = new UdpHeader();

    private UdpThread(
            final Td td, final CpuNet net, final CpuNet.Lane lane, final FlowCounters flows, final UdpSockets sockets) {
        super(td, net, lane);
        this.flows = flows;
        this.sockets = sockets;
        this.pcbs = new UdpPcbs(td, net, sockets);
    }

    /**
     * Behaviour for the udp_thread of {@code net}'s CPU, at {@link Port#UDP_THREAD}; registers it for its protocol.
     *
     * @param sockets the CPU's sockets
     */
    public static Behavior<Msg<NetMsg>> create(final CpuNet net, final UdpSockets sockets) {
        net.mport().register(IpProto.UDP, IpMport.threads(Port.UDP_THREAD));
        final FlowCounters flows =
                new FlowCounters(net.settings().flows(), net.settings().identSeed());
        final CpuNet.Lane lane = net.enrol(Port.UDP_THREAD, Optional.of(flows));
        return LwktThread.behavior(td -> new UdpThread(td, net, lane, flows, sockets));
    }

    @Override
    protected Handlers<NetMsg> handlers() {
        return pcbs.addTo(commonHandlers())
                .on(PruSend.class, this::onPruSend)
                .on(UdpMsg.Deliver.class, this::onDeliver)
                .on(UdpMsg.Notice.class, this::onNotice)
                .on(MapChanged.class, msg -> pcbs.mapChanged(msg.command().map().cpus()))
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
        ip.wrap(mbuf.data(), mbuf.offset(), mbuf.length());
        if (udp.wrap(ip).checksum() == 0) {
            count(NetCounter.UDP_NOSUM);
        }
        if (bucket == Partition.UNHASHED) {
            served(NetCounter.MULTICAST, mbuf, bucket);
            deliverToMany(mbuf);
            return;
        }
        flows.count(mbuf, bucket, batchNs());
        served(NetCounter.UDP, mbuf, bucket);
        if (net().isLocal(ip.dst())) {
            deliver(mbuf);
        } else {
            count(NetCounter.NOT_LOCAL);
        }
    }

    private void deliver(final Mbuf mbuf) {
        final int src = ip.src();
        final int sport = udp.sport();
        final int dst = ip.dst();
        final int dport = udp.dport();
        final Optional<UdpPcb> pcb = sockets.table()
                .lookup(src, sport, dst, dport, () -> net().hash().hash(src, sport, dst, dport));
        if (pcb.isPresent()) {
            deliver(pcb.get(), mbuf);
        } else {
            count(NetCounter.UDP_NOPORT);
            if (net().knobs().udpBlackhole) {
                return;
            }
            net().report(td(), IcmpHeader.UNREACHABLE, IcmpHeader.PORT_UNREACHABLE, mbuf);
        }
    }

    /** A copy for each; nobody is told when there is none (RFC 1122 section 3.2.2). */
    private void deliverToMany(final Mbuf mbuf) {
        final List<UdpPcb> all = sockets.table().lookupMany(ip.src(), udp.sport(), ip.dst(), udp.dport());
        boolean some = false;
        for (final UdpPcb pcb : all) {
            if (!sockets.isService(pcb)) {
                deliver(pcb, copy(mbuf));
                some = true;
            }
        }
        if (!some) {
            count(NetCounter.UDP_NOPORTBCAST);
        }
    }

    private Mbuf copy(final Mbuf mbuf) {
        td().copied(mbuf.length());
        final byte[] bytes = new byte[mbuf.length()];
        System.arraycopy(mbuf.data(), mbuf.offset(), bytes, 0, bytes.length);
        return new Mbuf(bytes, 0, bytes.length, mbuf.rcvif(), mbuf.rcvNs());
    }

    private void deliver(final UdpPcb pcb, final Mbuf mbuf) {
        if (pcb.home() == td().cpu()) {
            append(pcb.socket(), mbuf);
        } else {
            final NetMsg deliver = new UdpMsg.Deliver(pcb.socket(), mbuf);
            td().sendMsg(UdpSockets.udpThread(pcb.home()), td().initMsg(deliver, Port.none()));
        }
    }

    private void append(final long socket, final Mbuf mbuf) {
        final Optional<UdpSocket> so = sockets.find(socket);
        if (so.isPresent() && !so.get().append(td(), mbuf)) {
            count(NetCounter.UDP_FULLSOCK);
        }
    }

    /** What comes from another member is looked at again. */
    private void onDeliver(final Msg<UdpMsg.Deliver> msg) {
        if (!msg.isProxy() || net().demux().isUdp(msg.command().packet())) {
            append(msg.command().socket(), msg.command().packet());
        }
    }

    /** To the endpoint that may have sent the datagram, wherever its socket is; RFC 5927: what matches none is not believed. */
    @Override
    protected void ctlInput(final IcmpNotice notice) {
        final FlowKey back = notice.flow().reversed();
        final Optional<UdpPcb> pcb = sockets.table()
                .lookup(back.src(), back.sport(), back.dst(), back.dport(), () -> net().hash()
                        .hash(back));
        if (pcb.isEmpty()) {
            count(NetCounter.ICMP_BADQUOTE);
        } else if (pcb.get().home() == td().cpu()) {
            notice(pcb.get().socket(), notice);
        } else {
            final NetMsg further = new UdpMsg.Notice(pcb.get().socket(), notice);
            td().sendMsg(UdpSockets.udpThread(pcb.get().home()), td().initMsg(further, Port.none()));
        }
    }

    private void onNotice(final Msg<UdpMsg.Notice> msg) {
        notice(msg.command().socket(), msg.command().notice());
    }

    /** Only a connected socket is told of an error: of another one nobody knows which datagram is meant. */
    private void notice(final long socket, final IcmpNotice notice) {
        final Optional<UdpSocket> so = sockets.find(socket);
        if (so.isEmpty()) {
            return;
        }
        if (notice.tooBig()) {
            net().tooBig(notice);
        } else if (so.get().pcb().isConnected() && notice.error() != NetError.OK) {
            so.get().fail(td(), notice.error());
        }
    }

    /** {@code udp_output}: without an own address the source is that of the way to the peer. */
    private void onPruSend(final Msg<PruSend> msg) {
        final PruSend send = msg.command();
        final Mbuf packet = withRoomForHeaders(send.payload());
        final int src = send.laddr() == 0 ? net().sourceFor(send.faddr()) : send.laddr();
        ip.wrap(packet.data(), packet.offset(), packet.length());
        ip.init(IpProto.UDP, src, send.faddr(), packet.length());
        ip.ttl(send.ttl()).tos(send.tos()).fragment(send.dontFragment() ? Ipv4Header.DF : 0, 0);
        udp.wrap(ip).init(send.lport(), send.fport(), send.payload().length());
        if (net().knobs().udpChecksum) {
            udp.putChecksum(src, send.faddr());
        }
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
