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
import odonata.protocol.ip.IpProto;
import odonata.protocol.ip.PacketChecks;
import odonata.protocol.wire.Mbuf;

/** TCP protocol thread of one CPU: counts segments and bytes of each flow. Sole owner of this CPU's TCP flows. */
public final class TcpThread extends ProtoThread {
    private final FlowCounters flows;

    private TcpThread(final Td td, final CpuNet net, final CpuNet.Lane lane, final FlowCounters flows) {
        super(td, net, lane);
        this.flows = flows;
    }

    /** Behaviour for the tcp_thread of {@code net}'s CPU, at {@link Port#TCP_THREAD}; registers it for its protocol. */
    public static Behavior<Msg<NetMsg>> create(final CpuNet net) {
        net.mport().register(IpProto.TCP, IpMport.threads(Port.TCP_THREAD));
        final FlowCounters flows = new FlowCounters(net.settings().flows());
        final CpuNet.Lane lane = net.enrol(Port.TCP_THREAD, Optional.of(flows));
        return LwktThread.behavior(td -> new TcpThread(td, net, lane, flows));
    }

    @Override
    protected Handlers<NetMsg> handlers() {
        return commonHandlers()
                .on(MapChanged.class, this::unexpected)
                .on(Marker.class, this::unexpected)
                .on(Handover.class, this::unexpected)
                .on(Output.class, this::unexpected)
                .on(Pru.class, this::unexpected)
                .on(PruSend.class, this::unexpected);
    }

    @Override
    protected void input(final Mbuf mbuf, final int bucket) {
        if (!PacketChecks.transportOk(mbuf)) {
            dropped(NetCounter.DROP_TCP_BADSUM);
            return;
        }
        flows.count(mbuf, bucket, batchNs());
        served(NetCounter.TCP, mbuf, bucket);
    }
}
