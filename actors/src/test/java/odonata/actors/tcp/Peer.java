package odonata.actors.tcp;

import java.util.ArrayList;
import java.util.List;
import odonata.protocol.flow.FlowKey;
import odonata.protocol.ip.IpProto;
import odonata.protocol.ip.Ipv4Address;
import odonata.protocol.ip.Ipv4Header;
import odonata.protocol.tcp.TcpHeader;
import odonata.protocol.tcp.TcpOptions;
import odonata.protocol.tcp.TcpSegment;
import odonata.protocol.wire.Mbuf;

/** A peer whose segments the test writes by hand; what the host sends it is kept. */
final class Peer {
    static final int ADDR = Ipv4Address.parse("10.9.9.9");

    private final OneHost one;
    private final FlowKey flow;
    private final List<TcpHeader> heard = new ArrayList<>();
    private final List<Mbuf> packets = new ArrayList<>();

    Peer(final OneHost one, final int sport, final int dport) {
        this(one, ADDR, sport, dport);
    }

    Peer(final OneHost one, final int addr, final int sport, final int dport) {
        this.one = one;
        this.flow = new FlowKey(addr, sport, Ipv4Address.parse(OneHost.ME), dport, IpProto.TCP);
        one.host.hear(packet -> {
            final Ipv4Header ip = new Ipv4Header().wrap(packet.data(), packet.offset(), packet.length());
            if (ip.proto() != IpProto.TCP) {
                return;
            }
            final TcpHeader tcp = new TcpHeader().wrap(ip);
            if (ip.dst() == addr && tcp.dport() == sport) {
                heard.add(tcp);
                packets.add(packet);
            }
        });
    }

    void send(final int seq, final int ack, final int flags) {
        one.inject(Mbuf.of(TcpSegment.of(flow).seq(seq).ack(ack).flags(flags).build()));
    }

    void syn(final int seq) {
        syn(seq, 1_000);
    }

    void syn(final int seq, final int mss) {
        final TcpSegment segment = TcpSegment.of(flow).seq(seq).flags(TcpHeader.SYN);
        segment.options().mss(mss);
        one.inject(Mbuf.of(segment.build()));
    }

    /** With timestamps. */
    void send(final int seq, final int ack, final int flags, final int tsVal, final int tsEcr) {
        final TcpSegment segment = TcpSegment.of(flow).seq(seq).ack(ack).flags(flags);
        segment.options().timestamps(tsVal, tsEcr);
        one.inject(Mbuf.of(segment.build()));
    }

    void ack(final int seq, final int ack) {
        send(seq, ack, TcpHeader.ACK);
    }

    /** The same with their IP headers. */
    List<Mbuf> packets() {
        return packets;
    }

    /** All that came, in order. */
    List<TcpHeader> heard() {
        return heard;
    }

    /** Sequence number of the last SYN,ACK. */
    int iss() {
        int iss = 0;
        for (final TcpHeader tcp : heard) {
            iss = tcp.has(TcpHeader.SYN | TcpHeader.ACK) ? tcp.seq() : iss;
        }
        return iss;
    }

    /** Timestamp of the last segment. */
    int tsVal() {
        final TcpOptions options = new TcpOptions();
        heard.get(heard.size() - 1).options(options);
        while (options.next()) {
            if (options.kind() == TcpOptions.TIMESTAMPS) {
                return options.tsVal();
            }
        }
        throw new AssertionError("no timestamps");
    }

    long count(final int flags) {
        return heard.stream().filter(tcp -> tcp.flags() == flags).count();
    }
}
