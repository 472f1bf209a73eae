package odonata.ssi.sim;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import odonata.protocol.clock.Seed;
import odonata.protocol.flow.FlowKey;
import odonata.protocol.icmp.IcmpEcho;
import odonata.protocol.ip.IpProto;
import odonata.protocol.ip.Ipv4Address;
import odonata.protocol.tcp.TcpHeader;
import odonata.protocol.tcp.TcpSegment;
import odonata.protocol.udp.UdpDatagram;

/** Clients at the far ends of the cables: packets of some flows, both directions, each by the device of a member that chance chooses. */
final class Clients {
    private static final int FLOWS = 40;
    private static final int ECHO = 7;
    private static final int HTTP = 80;

    private final SimCluster cluster;
    private final Seed seed;
    private final List<FlowKey> keys = new ArrayList<>();
    private int sent;

    Clients(final SimCluster cluster, final Seed seed) {
        this.cluster = cluster;
        this.seed = seed;
        final int address = cluster.netSettings.address();
        for (int i = 0; i < FLOWS; i++) {
            final int client = Ipv4Address.parse("10.9.8." + (1 + seed.nextInt(200)));
            final int sport = 1024 + seed.nextInt(60_000);
            keys.add(
                    switch (i % 5) {
                        case 0, 1 -> new FlowKey(client, sport, address, ECHO, IpProto.UDP);
                        case 2, 3 -> new FlowKey(client, sport, address, HTTP, IpProto.TCP);
                        default -> new FlowKey(client, 0, address, 0, IpProto.ICMP);
                    });
        }
    }

    /** That many packets at times that chance chooses. */
    void send(final int packets, final long fromNs, final long untilNs) {
        for (int i = 0; i < packets; i++) {
            cluster.conductor.at(fromNs + seed.nextInt((int) (untilNs - fromNs)), this::sendOne);
        }
    }

    private void sendOne() {
        final List<SimNode> open =
                cluster.nodes().stream().filter(SimNode::takesPackets).toList();
        if (!open.isEmpty()) {
            sent++;
            final FlowKey key = keys.get(seed.nextInt(keys.size()));
            open.get(seed.nextInt(open.size())).send(packet(key));
        }
    }

    private byte[] packet(final FlowKey key) {
        final boolean back = key.proto() == IpProto.TCP && seed.chance(0.4);
        final FlowKey way = back ? key.reversed() : key;
        final byte[] body =
                ByteBuffer.allocate(8).putInt(4, cluster.flows.packet(way)).array();
        if (way.proto() == IpProto.UDP) {
            return UdpDatagram.build(way, body);
        } else if (way.proto() == IpProto.TCP) {
            return TcpSegment.of(way).flags(TcpHeader.ACK).payload(body).build();
        }
        return IcmpEcho.request(way.src(), way.dst(), 1, sent & 0xffff, body);
    }

    /** Packets sent, those lost on the cables included. */
    int sent() {
        return sent;
    }
}
