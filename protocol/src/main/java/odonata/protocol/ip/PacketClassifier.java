package odonata.protocol.ip;

import java.util.List;
import java.util.Optional;
import odonata.protocol.flow.FlowHash;
import odonata.protocol.flow.FlowKey;
import odonata.protocol.wire.InetChecksum;
import odonata.protocol.wire.Mbuf;
import odonata.protocol.wire.NetOrder;

/**
 * Decides what a packet is and, for TCP and unicast UDP, its hash: the first thing done with each packet, on the
 * receiving CPU, before it is sent to its owner.
 *
 * <p>The answer is packed in a {@code long} so that nothing is allocated; {@link #classOf} and {@link #hashOf} unpack
 * it. Transport checksums are left to the owner ({@link PacketChecks}). Any bytes are safe input.
 * Thread: any; immutable. Source: {@code ip_mport} and {@code ip_lengthcheck} in {@code sys/netinet/ip_demux.c}.
 */
public final class PacketClassifier {
    private static final int MIN_TCP = 20;
    private static final int MIN_UDP = 8;
    private static final int IPV4 = 4;

    private final FlowHash hash;
    private final int[] broadcasts;

    /** A classifier that knows only the limited broadcast address. */
    public PacketClassifier(final FlowHash hash) {
        this(hash, List.of());
    }

    /** A classifier that also knows the directed broadcast addresses of the networks its devices are attached to. */
    public PacketClassifier(final FlowHash hash, final List<Ipv4Prefix> attached) {
        this.hash = hash;
        this.broadcasts = attached.stream()
                .filter(prefix -> prefix.isBroadcast(prefix.lastAddress()))
                .mapToInt(Ipv4Prefix::lastAddress)
                .toArray();
    }

    /** Class part of an answer. */
    public static IpClass classOf(final long answer) {
        return IpClass.ofCode((int) (answer >>> 32));
    }

    /** Hash part of an answer, never negative; 0 unless {@link IpClass#hashed}. */
    public static int hashOf(final long answer) {
        return (int) answer;
    }

    /** Classifies one packet; reads but never changes it. */
    public long classify(final Mbuf mbuf) {
        return classify(mbuf.data(), mbuf.offset(), mbuf.length());
    }

    /** Classifies the packet of {@code length} bytes from {@code at}, which must lie inside {@code data}. */
    public long classify(final byte[] data, final int at, final int length) {
        if (length < Ipv4Header.MIN_LENGTH) {
            return answer(IpClass.TOO_SHORT);
        }
        final int first = NetOrder.getByte(data, at);
        final int headerLength = (first & 0xf) << 2;
        if (first >>> 4 != IPV4) {
            return answer(IpClass.BAD_VERSION);
        }
        if (headerLength < Ipv4Header.MIN_LENGTH) {
            return answer(IpClass.BAD_LENGTH);
        }
        if (headerLength > length) {
            return answer(IpClass.TOO_SHORT);
        }
        if (!InetChecksum.verifies(InetChecksum.sum(data, at, headerLength))) {
            return answer(IpClass.BAD_HEADER_CHECKSUM);
        }
        return classifyPayload(data, at, length, headerLength);
    }

    private long classifyPayload(final byte[] data, final int at, final int length, final int headerLength) {
        final int total = NetOrder.getShort(data, at + 2);
        if (total < headerLength || total > length) {
            return answer(IpClass.BAD_LENGTH);
        }
        if ((NetOrder.getShort(data, at + 6) & (Ipv4Header.MF | Ipv4Header.OFFSET_MASK)) != 0) {
            return answer(IpClass.FRAGMENT);
        }
        final int transport = at + headerLength;
        final int payload = total - headerLength;
        return switch (NetOrder.getByte(data, at + 9)) {
            case IpProto.TCP -> classifyTcp(data, at, transport, payload);
            case IpProto.UDP -> classifyUdp(data, at, transport, payload);
            default -> answer(IpClass.OTHER);
        };
    }

    private long classifyTcp(final byte[] data, final int at, final int tcp, final int payload) {
        if (payload < MIN_TCP) {
            return answer(IpClass.TOO_SHORT);
        }
        final int dataOffset = NetOrder.getByte(data, tcp + 12) >>> 4 << 2;
        if (dataOffset < MIN_TCP) {
            return answer(IpClass.BAD_LENGTH);
        }
        return dataOffset > payload ? answer(IpClass.TOO_SHORT) : hashed(IpClass.TCP, data, at, tcp);
    }

    private long classifyUdp(final byte[] data, final int at, final int udp, final int payload) {
        if (payload < MIN_UDP) {
            return answer(IpClass.TOO_SHORT);
        }
        final int claimed = NetOrder.getShort(data, udp + 4);
        if (claimed < MIN_UDP || claimed > payload) {
            return answer(IpClass.BAD_LENGTH);
        }
        return toMany(NetOrder.getInt(data, at + 16)) ? answer(IpClass.MULTICAST) : hashed(IpClass.UDP, data, at, udp);
    }

    private boolean toMany(final int dst) {
        if (Ipv4Address.isMulticast(dst) || Ipv4Address.isBroadcast(dst)) {
            return true;
        }
        for (final int broadcast : broadcasts) {
            if (dst == broadcast) {
                return true;
            }
        }
        return false;
    }

    private long hashed(final IpClass ipClass, final byte[] data, final int at, final int transport) {
        final int h = hash.hash(
                NetOrder.getInt(data, at + 12),
                NetOrder.getShort(data, transport),
                NetOrder.getInt(data, at + 16),
                NetOrder.getShort(data, transport + 2));
        return answer(ipClass) | (h & 0x7fff_ffffL);
    }

    private static long answer(final IpClass ipClass) {
        return (long) ipClass.code() << 32;
    }

    /** The flow of a packet that {@link #classify} called TCP, UDP or MULTICAST; empty for every other packet. */
    public Optional<FlowKey> flowOf(final Mbuf mbuf) {
        return switch (classOf(classify(mbuf))) {
            case TCP, UDP, MULTICAST -> Optional.of(readFlow(mbuf.data(), mbuf.offset()));
            case FRAGMENT, OTHER, TOO_SHORT, BAD_VERSION, BAD_HEADER_CHECKSUM, BAD_LENGTH -> Optional.empty();
        };
    }

    private static FlowKey readFlow(final byte[] data, final int at) {
        final int transport = at + ((data[at] & 0xf) << 2);
        return new FlowKey(
                NetOrder.getInt(data, at + 12),
                NetOrder.getShort(data, transport),
                NetOrder.getInt(data, at + 16),
                NetOrder.getShort(data, transport + 2),
                NetOrder.getByte(data, at + 9));
    }
}
