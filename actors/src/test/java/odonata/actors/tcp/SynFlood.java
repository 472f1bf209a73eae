package odonata.actors.tcp;

import odonata.protocol.clock.Seed;
import odonata.protocol.flow.FlowKey;
import odonata.protocol.ip.IpProto;
import odonata.protocol.ip.Ipv4Address;
import odonata.protocol.tcp.TcpHeader;
import odonata.protocol.tcp.TcpSegment;
import odonata.protocol.wire.Mbuf;

/** SYNs of peers that will never answer. */
final class SynFlood {
    private SynFlood() {}

    /** One to port 80, from anywhere in 10.9/16. */
    static Mbuf syn(final Seed seed) {
        final int src = Ipv4Address.parse("10.9.0.0") + seed.nextInt(65_536);
        final FlowKey flow = new FlowKey(src, 1 + seed.nextInt(65_535), Ipv4Address.parse(OneHost.ME), 80, IpProto.TCP);
        final TcpSegment segment =
                TcpSegment.of(flow).seq(seed.nextInt(1 << 30)).flags(TcpHeader.SYN);
        segment.options().mss(1_460);
        return Mbuf.of(segment.build());
    }
}
