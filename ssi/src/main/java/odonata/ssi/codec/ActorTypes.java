package odonata.ssi.codec;

import odonata.actors.caps.CapsMsg;
import odonata.actors.caps.CapsWire;
import odonata.actors.kv.KvEntry;
import odonata.actors.kv.KvMsg;
import odonata.actors.netisr.NetMsg;
import odonata.actors.port.Port;
import odonata.actors.proc.Cred;
import odonata.actors.socket.UdpMsg;

/** Messages of {@code actors} that may go to another member; packets have forms of their own, see {@link PayloadCodec}. */
final class ActorTypes implements WireTypes {

    @Override
    public void addTo(final WireRegistry registry) {
        registry.add(WireId.NET_MAP_CHANGED, NetMsg.MapChanged.class)
                .add(WireId.NET_MARKER, NetMsg.Marker.class)
                .add(WireId.NET_HANDOVER, NetMsg.Handover.class, HandoverSerializer::new)
                .add(WireId.NET_SERVICE_SYNC, NetMsg.ServiceSync.class)
                .add(WireId.NET_CTL_INPUT, NetMsg.CtlInput.class)
                .add(WireId.UDP_PCB_REQUEST, UdpMsg.PcbRequest.class)
                .add(WireId.UDP_PCB_INSERT, UdpMsg.PcbInsert.class)
                .add(WireId.UDP_PCB_REMOVE, UdpMsg.PcbRemove.class)
                .add(WireId.UDP_DELIVER, UdpMsg.Deliver.class)
                .add(WireId.UDP_NOTICE, UdpMsg.Notice.class)
                .add(WireId.PORT, Port.class)
                .add(WireId.CRED, Cred.class)
                .add(WireId.CAPS_LOOKUP, CapsWire.LOOKUP)
                .add(WireId.CAPS_REQUEST, CapsWire.REQUEST)
                .add(WireId.CAPS_DISPOSE, CapsWire.DISPOSE)
                .add(WireId.CAPS_WATCH, CapsWire.WATCH)
                .add(WireId.CAPS_ANSWER, CapsWire.ANSWER)
                .add(WireId.CAPS_KEY, CapsWire.KEY)
                .add(WireId.CAPS_SERVICE_REF, CapsWire.SERVICE_REF)
                .add(WireId.CAPS_SENDER, CapsMsg.Sender.class)
                .add(WireId.KV_ADOPT, KvMsg.Adopt.class)
                .add(WireId.KV_ENTRY, KvEntry.class);
    }
}
