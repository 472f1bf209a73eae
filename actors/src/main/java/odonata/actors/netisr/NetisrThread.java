package odonata.actors.netisr;

import akka.actor.typed.Behavior;
import java.util.Optional;
import odonata.actors.lwkt.Handlers;
import odonata.actors.lwkt.LwktThread;
import odonata.actors.lwkt.Td;
import odonata.actors.netisr.NetMsg.Handover;
import odonata.actors.netisr.NetMsg.MapChanged;
import odonata.actors.netisr.NetMsg.Marker;
import odonata.actors.netisr.NetMsg.Output;
import odonata.actors.netisr.NetMsg.Pru;
import odonata.actors.netisr.NetMsg.PruSend;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.protocol.icmp.IcmpEcho;
import odonata.protocol.icmp.IcmpHeader;
import odonata.protocol.ip.IpProto;
import odonata.protocol.ip.Ipv4Header;
import odonata.protocol.ip.PacketChecks;
import odonata.protocol.wire.Mbuf;

/**
 * The netisr of one CPU: ICMP and every protocol that has no threads of its own, changes of the bucket map, packets that
 * leave by devices of this CPU. Of packets only those for CPU 0 come here.
 */
public final class NetisrThread extends ProtoThread {
    private final Ipv4Header ip = new Ipv4Header();
    private final IcmpHeader icmp = new IcmpHeader();
    private final IpReassembly reassembly = new IpReassembly();

    private NetisrThread(final Td td, final CpuNet net, final CpuNet.Lane lane) {
        super(td, net, lane);
        net.mover().bind(td);
    }

    /** Behaviour for the netisr of {@code net}'s CPU, at {@link Port#NETISR}. */
    public static Behavior<Msg<NetMsg>> create(final CpuNet net) {
        final CpuNet.Lane lane = net.enrol(Port.NETISR, Optional.empty());
        return LwktThread.behavior(td -> new NetisrThread(td, net, lane));
    }

    @Override
    protected Handlers<NetMsg> handlers() {
        return commonHandlers()
                .on(MapChanged.class, this::onMapChanged)
                .on(Marker.class, this::onMarker)
                .on(Handover.class, this::onHandover)
                .on(Output.class, this::onOutput)
                .on(Pru.class, this::unexpected)
                .on(PruSend.class, this::unexpected);
    }

    private void onMapChanged(final Msg<MapChanged> msg) {
        net().partition().apply(msg.command().map());
    }

    private void onMarker(final Msg<Marker> msg) {
        net().partition().marker(msg.command().fromCpu(), msg.command().version());
    }

    private void onHandover(final Msg<Handover> msg) {
        net().partition().handover(msg.command());
    }

    private void onOutput(final Msg<Output> msg) {
        net().transmit(msg.command().mbuf(), msg.command().ifIndex());
    }

    @Override
    protected void input(final Mbuf mbuf, final int bucket) {
        ip.wrap(mbuf.data(), mbuf.offset(), mbuf.length());
        if (ip.isFragment()) {
            served(NetCounter.FRAGMENTS, mbuf, bucket);
            final long givenUp = reassembly.dropped();
            reassembly.add(mbuf, batchNs()).ifPresent(this::dispatch);
            net().counters().add(NetCounter.FRAGMENTS_DROPPED, reassembly.dropped() - givenUp);
        } else if (ip.proto() == IpProto.ICMP) {
            icmpInput(mbuf, bucket);
        } else {
            served(NetCounter.OTHER, mbuf, bucket);
        }
    }

    /** A whole datagram goes to the thread that owns its flow, which is not this one (reference 8.1, trap 17). */
    private void dispatch(final Mbuf whole) {
        count(NetCounter.REASSEMBLED);
        td().copied(whole.length());
        net().dispatch(td(), whole);
    }

    private void icmpInput(final Mbuf mbuf, final int bucket) {
        if (ip.payloadLength() < IcmpHeader.LENGTH || !PacketChecks.transportOk(mbuf)) {
            dropped(NetCounter.DROP_ICMP_BADSUM);
            return;
        }
        served(NetCounter.OTHER, mbuf, bucket);
        if (!net().isLocal(ip.dst())) {
            count(NetCounter.NOT_LOCAL);
        } else if (icmp.wrap(ip).type() == IcmpHeader.ECHO_REQUEST && IcmpEcho.replyInPlace(mbuf)) {
            count(NetCounter.ICMP_REFLECT);
            net().output(td(), ofOurs(mbuf));
        }
    }

    /** The packet without what may stand behind it, as one of our own. */
    private Mbuf ofOurs(final Mbuf mbuf) {
        return new Mbuf(mbuf.data(), mbuf.offset(), ip.totalLength(), 0, mbuf.rcvNs());
    }
}
