package odonata.actors.netisr;

import akka.actor.typed.Behavior;
import java.util.Optional;
import java.util.OptionalInt;
import odonata.actors.cpu.Callout;
import odonata.actors.cpu.Cpu;
import odonata.actors.lwkt.Handlers;
import odonata.actors.lwkt.LwktThread;
import odonata.actors.lwkt.Td;
import odonata.actors.netisr.NetMsg.CtlInput;
import odonata.actors.netisr.NetMsg.Handover;
import odonata.actors.netisr.NetMsg.MapChanged;
import odonata.actors.netisr.NetMsg.Marker;
import odonata.actors.netisr.NetMsg.Output;
import odonata.actors.netisr.NetMsg.Pru;
import odonata.actors.netisr.NetMsg.PruSend;
import odonata.actors.netisr.NetMsg.RtAsk;
import odonata.actors.netisr.NetMsg.RtChange;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.protocol.errno.Kassert;
import odonata.protocol.errno.NetError;
import odonata.protocol.flow.FlowKey;
import odonata.protocol.icmp.IcmpEcho;
import odonata.protocol.icmp.IcmpError;
import odonata.protocol.icmp.IcmpHeader;
import odonata.protocol.icmp.IcmpNotice;
import odonata.protocol.ip.IpClass;
import odonata.protocol.ip.IpProto;
import odonata.protocol.ip.IpReassembly;
import odonata.protocol.ip.IpReassembly.Loss;
import odonata.protocol.ip.Ipv4Header;
import odonata.protocol.ip.PacketChecks;
import odonata.protocol.ip.ReassemblyLimits;
import odonata.protocol.route.RouteChange;
import odonata.protocol.wire.Mbuf;

/**
 * The netisr of one CPU: ICMP and every protocol that has no threads of its own, changes of the bucket map, packets that
 * leave by devices of this CPU. Of packets only those for CPU 0 come here.
 */
public final class NetisrThread extends ProtoThread {
    private final Ipv4Header ip = new Ipv4Header();
    private final IcmpHeader icmp = new IcmpHeader();
    private final IpReassembly reassembly = new IpReassembly(ReassemblyLimits.defaults(), this::onLost);
    private final Callout reassemblyTimer;

    private NetisrThread(final Td td, final CpuNet net, final CpuNet.Lane lane) {
        super(td, net, lane);
        net.mover().bind(td);
        reassemblyTimer = td.callout(this::onReassemblyTime);
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
                .on(RtChange.class, this::onRtChange)
                .on(RtAsk.class, this::onRtAsk)
                .on(Pru.class, this::unexpected)
                .on(PruSend.class, this::unexpected);
    }

    private void onMapChanged(final Msg<MapChanged> msg) {
        net().partition().apply(msg.command().map());
        for (final int thread : new int[] {Port.TCP_THREAD, Port.UDP_THREAD}) {
            td().sendMsg(new Port<NetMsg>(td().cpu(), thread), td().<NetMsg>initMsg(msg.command(), Port.none()));
        }
    }

    private void onMarker(final Msg<Marker> msg) {
        net().partition().marker(msg.command().fromCpu(), msg.command().version());
    }

    private void onHandover(final Msg<Handover> msg) {
        net().partition().handover(msg.command());
    }

    private void onOutput(final Msg<Output> msg) {
        final Output output = msg.command();
        net().ifnets().transmit(output.mbuf(), output.ifIndex(), output.segmentSize());
    }

    /** The chain over the CPUs of this member, in ascending order (5.9, I48): each applies it to its own replica, the last replies. */
    private void onRtChange(final Msg<RtChange> msg) {
        final RouteChange<Ifnet> change = msg.command().change();
        final NetError error = change.check(net().routes());
        if (error != NetError.OK) {
            Kassert.check(isFirst(), "routes of cpu %d differ from those before it: %s: %s", td().cpu(), change, error);
            td().replyMsg(msg, error);
            return;
        }
        net().routes(change.apply(net().routes()));
        final OptionalInt next = nextCpu();
        if (next.isPresent()) {
            td().forwardMsg(net().netisr(next.getAsInt()), msg);
        } else {
            td().replyMsg(msg, NetError.OK);
        }
    }

    private boolean isFirst() {
        return td().cpu() == firstCpu();
    }

    private int firstCpu() {
        return net().cpu().machine().cpus().stream().mapToInt(Cpu::id).min().orElseThrow();
    }

    private OptionalInt nextCpu() {
        return net().cpu().machine().cpus().stream()
                .mapToInt(Cpu::id)
                .filter(id -> id > td().cpu())
                .min();
    }

    private void onRtAsk(final Msg<RtAsk> msg) {
        final RtAsk ask = msg.command();
        td().sendMsg(net().netisr(firstCpu()), td().<NetMsg>initMsg(new RtChange(ask.change())), reply -> ask.done()
                .accept(reply.error()));
    }

    @Override
    protected void input(final Mbuf mbuf, final int bucket) {
        ip.wrap(mbuf.data(), mbuf.offset(), mbuf.length());
        if (ip.isFragment()) {
            served(NetCounter.FRAGMENTS, mbuf, bucket);
            reassembly.add(mbuf, batchNs()).ifPresent(this::dispatch);
            armReassemblyTimer();
        } else if (ip.proto() == IpProto.ICMP) {
            icmpInput(mbuf, bucket);
        } else {
            served(NetCounter.OTHER, mbuf, bucket);
        }
    }

    private void armReassemblyTimer() {
        net().counters().set(NetCounter.FRAG_PACKETS, reassembly.begun());
        net().counters().set(NetCounter.FRAG_BYTES, reassembly.bytes());
        if (reassembly.begun() > 0 && !reassemblyTimer.isPending()) {
            reassemblyTimer.reset(Math.max(1, reassembly.nextExpiryNs() - td().now()));
        }
    }

    private void onReassemblyTime() {
        reassembly.expire(td().now());
        armReassemblyTimer();
        net().flush();
    }

    /** RFC 792: of a datagram without its first fragment nobody is told. */
    private void onLost(final Loss why, final Optional<Mbuf> first) {
        if (why == Loss.TIMEOUT) {
            count(NetCounter.FRAGMENTS_TIMEOUT);
            first.ifPresent(mbuf -> net().report(td(), IcmpHeader.TIME_EXCEEDED, IcmpHeader.REASSEMBLY_TIME, mbuf));
        } else {
            count(NetCounter.FRAGMENTS_DROPPED);
        }
    }

    /** A whole datagram goes to the thread that owns its flow, which is not this one (reference 8.1, trap 17). */
    private void dispatch(final Mbuf whole) {
        count(NetCounter.REASSEMBLED);
        td().copied(whole.length());
        net().demux().dispatch(td(), whole);
    }

    private void icmpInput(final Mbuf mbuf, final int bucket) {
        if (ip.payloadLength() < IcmpHeader.LENGTH || !PacketChecks.transportOk(mbuf)) {
            dropped(NetCounter.DROP_ICMP_BADSUM);
            return;
        }
        served(NetCounter.OTHER, mbuf, bucket);
        final int type = icmp.wrap(ip).type();
        if (!net().isLocal(ip.dst())) {
            toOthers(mbuf, type);
        } else if (IcmpHeader.isError(type)) {
            ctlInput(mbuf);
        } else if (type == IcmpHeader.ECHO_REQUEST) {
            reflect(mbuf, IcmpEcho.replyInPlace(mbuf));
        } else if (type == IcmpHeader.MASK_REQUEST && net().knobs().maskReply) {
            reflect(
                    mbuf,
                    IcmpEcho.maskReplyInPlace(mbuf, net().settings().network().mask()));
        }
    }

    /** RFC 1122 section 3.2.2.6: an echo request to all may be answered, by the one address. */
    private void toOthers(final Mbuf mbuf, final int type) {
        if (type != IcmpHeader.ECHO_REQUEST || !net().demux().isToMany(ip.dst())) {
            count(NetCounter.NOT_LOCAL);
        } else if (net().knobs().broadcastEcho) {
            ip.dst(net().settings().address()).putChecksum();
            reflect(mbuf, IcmpEcho.replyInPlace(mbuf));
        } else {
            count(NetCounter.ICMP_BMCASTECHO);
        }
    }

    private void reflect(final Mbuf mbuf, final boolean isReply) {
        if (isReply) {
            count(NetCounter.ICMP_REFLECT);
            net().output(td(), ofOurs(mbuf));
        }
    }

    /** To the thread that owns the flow which the message quotes; nothing is believed here. */
    private void ctlInput(final Mbuf mbuf) {
        final Optional<IcmpNotice> notice =
                IcmpError.notice(mbuf).filter(said -> net().isLocal(said.flow().src()));
        if (notice.isEmpty()) {
            count(NetCounter.ICMP_BADQUOTE);
            return;
        }
        final FlowKey flow = notice.get().flow();
        final IpClass ipClass = flow.proto() == IpProto.TCP ? IpClass.TCP : IpClass.UDP;
        final Port<NetMsg> owner =
                net().mport().port(ipClass, flow.proto(), net().mport().bucketOf(flow));
        if (!owner.isNone()) {
            count(NetCounter.ICMP_INERROR);
            td().sendMsg(owner, td().<NetMsg>initMsg(new CtlInput(notice.get()), Port.none()));
        }
    }

    /** The packet without what may stand behind it, as one of our own. */
    private Mbuf ofOurs(final Mbuf mbuf) {
        return new Mbuf(mbuf.data(), mbuf.offset(), ip.totalLength(), 0, mbuf.rcvNs());
    }
}
