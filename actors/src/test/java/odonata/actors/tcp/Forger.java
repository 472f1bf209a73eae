package odonata.actors.tcp;

import java.util.List;
import odonata.actors.nic.HostilePackets;
import odonata.protocol.clock.Seed;
import odonata.protocol.flow.FlowKey;
import odonata.protocol.icmp.IcmpError;
import odonata.protocol.icmp.IcmpHeader;
import odonata.protocol.tcp.TcpHeader;
import odonata.protocol.tcp.TcpSegment;
import odonata.protocol.wire.Mbuf;

/**
 * Somebody off the path who knows which connections there are, and no sequence number: segments of the peer and ICMP errors about what was sent, with any numbers,
 * with one in the window but not at its edge and an ACK that cannot be; and packets of all other kinds.
 */
final class Forger {
    private static final int[] FLAGS = {
        TcpHeader.RST,
        TcpHeader.RST | TcpHeader.ACK,
        TcpHeader.SYN,
        TcpHeader.SYN | TcpHeader.ACK,
        TcpHeader.ACK,
        TcpHeader.ACK | TcpHeader.PSH,
        TcpHeader.ACK | TcpHeader.FIN,
        TcpHeader.ACK | TcpHeader.URG,
        TcpHeader.PSH,
        0xff
    };

    private final Seed seed;
    private final HostilePackets others;

    Forger(final Seed seed) {
        this.seed = seed;
        others = new HostilePackets(seed.split(1));
    }

    /** Sends one packet to a host. */
    void attack(final TcpHost host) {
        final List<TcpSocket> known =
                host.connections().stream().filter(so -> isEstablished(so)).toList();
        if (known.isEmpty() || seed.chance(0.2)) {
            send(host, others.next());
        } else if (seed.chance(0.2)) {
            icmp(host, known.get(seed.nextInt(known.size())));
        } else {
            send(host, segment(known.get(seed.nextInt(known.size()))));
        }
    }

    /** Before, and in TIME-WAIT, a SYN may do something, whoever sends it. */
    private static boolean isEstablished(final TcpSocket so) {
        return switch (so.tcb.state()) {
            case CLOSED, LISTEN, SYN_SENT, SYN_RECEIVED, TIME_WAIT -> false;
            case ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2, CLOSE_WAIT, CLOSING, LAST_ACK -> true;
        };
    }

    private static void send(final TcpHost host, final byte... packet) {
        host.wire.far().transmit(Mbuf.of(packet), host.conductor().nowNs());
    }

    private byte[] segment(final TcpSocket so) {
        final boolean near = seed.chance(0.5);
        final TcpSegment segment = TcpSegment.of(so.flow().reversed())
                .seq(near ? so.tcb.rcvNxt() + 1 + seed.nextInt(500) : (int) seed.nextLong())
                .ack(near ? so.tcb.sndMax() + 1 + seed.nextInt(1 << 30) : (int) seed.nextLong())
                .flags(FLAGS[seed.nextInt(FLAGS.length)])
                .window(seed.nextInt(65_536));
        segment.options().timestamps((int) seed.nextLong(), (int) seed.nextLong());
        return segment.payload(new byte[seed.nextInt(2) * seed.nextInt(200)]).build();
    }

    private void icmp(final TcpHost host, final TcpSocket so) {
        final FlowKey flow = so.flow();
        final byte[] sent = TcpSegment.of(flow)
                .seq((int) seed.nextLong())
                .flags(TcpHeader.ACK)
                .payload(new byte[100])
                .build();
        IcmpError.build(
                        flow.dst(),
                        seed.chance(0.7) ? IcmpHeader.UNREACHABLE : 11,
                        seed.nextInt(16),
                        seed.nextInt(1_500),
                        Mbuf.of(sent))
                .ifPresent(packet -> send(host, packet));
    }
}
