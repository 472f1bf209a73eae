package odonata.protocol.ip;

import odonata.protocol.wire.Mbuf;
import odonata.protocol.wire.NetOrder;

/**
 * What is asked of the header of every packet that a device received, before it is sent to its protocol thread: addresses that no
 * honest packet has, and options.
 *
 * <p>Options are stepped over, whatever they are; only source routes are refused. The time to live is not looked at: a host takes what has
 * arrived (RFC 1122 section 3.2.1.7). Source: RFC 1122 sections 3.2.1.3 (addresses), 3.2.1.8 (options), 4.2.3.10 (TCP is for one host), RFC
 * 6890, {@code ip_input}. Owner: one thread.
 */
public final class IpInput {
    private static final int PROTO = 9;
    private static final int SRC = 12;
    private static final int DST = 16;

    private final Ipv4Prefix network;
    private final Ipv4Header ip = new Ipv4Header();
    private final Ipv4Options options = new Ipv4Options();
    private int pointer;

    /** What becomes of a packet. */
    public enum Verdict {
        /** It goes on. */
        ACCEPT,
        /** An address that cannot be meant: dropped without a word. */
        MARTIAN,
        /** Options that contradict themselves: dropped, "parameter problem". */
        BAD_OPTIONS,
        /** A source route: dropped, "source route failed". */
        SOURCE_ROUTE
    }

    /** For a system in {@code network}. */
    public IpInput(final Ipv4Prefix network) {
        this.network = network;
    }

    /**
     * Looks at one packet.
     *
     * @param mbuf a packet that {@link PacketClassifier} accepted
     * @param ours true when this system made it and it came back without a wire
     */
    public Verdict check(final Mbuf mbuf, final boolean ours) {
        final byte[] data = mbuf.data();
        final int at = mbuf.offset();
        final int src = NetOrder.getInt(data, at + SRC);
        final int dst = NetOrder.getInt(data, at + DST);
        if (badSource(src, dst, ours) || badDestination(dst, NetOrder.getByte(data, at + PROTO), ours)) {
            return Verdict.MARTIAN;
        }
        return (data[at] & 0xf) << 2 == Ipv4Header.MIN_LENGTH ? Verdict.ACCEPT : checkOptions(mbuf);
    }

    /** A host that has no address yet may ask everybody on the link for one. */
    private boolean badSource(final int src, final int dst, final boolean ours) {
        if (src == Ipv4Address.ANY) {
            return !Ipv4Address.isBroadcast(dst);
        }
        return !Ipv4Address.isUnicast(src)
                || network.isBroadcast(src)
                || (!ours && (Ipv4Address.isLoopback(src) || src == dst));
    }

    private boolean badDestination(final int dst, final int proto, final boolean ours) {
        if (Ipv4Address.isLoopback(dst)) {
            return !ours;
        }
        if (Ipv4Address.isUnicast(dst) && !network.isBroadcast(dst)) {
            return false;
        }
        return proto == IpProto.TCP || !isToMany(dst);
    }

    /** True when {@code dst} is a multicast address or a broadcast address of this link. */
    public boolean isToMany(final int dst) {
        return Ipv4Address.isMulticast(dst) || Ipv4Address.isBroadcast(dst) || network.isBroadcast(dst);
    }

    private Verdict checkOptions(final Mbuf mbuf) {
        ip.wrap(mbuf.data(), mbuf.offset(), mbuf.length()).options(options);
        int end = Ipv4Header.MIN_LENGTH;
        while (options.next()) {
            pointer = options.offset() - mbuf.offset();
            end = pointer + options.length();
            if (options.type() == Ipv4Options.LOOSE_SOURCE_ROUTE || options.type() == Ipv4Options.STRICT_SOURCE_ROUTE) {
                return Verdict.SOURCE_ROUTE;
            }
        }
        pointer = end;
        return options.malformed() ? Verdict.BAD_OPTIONS : Verdict.ACCEPT;
    }

    /** After {@link Verdict#BAD_OPTIONS}: where the good options end, in bytes from the start of the header. */
    public int pointer() {
        return pointer;
    }
}
