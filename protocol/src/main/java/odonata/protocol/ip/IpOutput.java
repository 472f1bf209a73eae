package odonata.protocol.ip;

import java.util.function.Consumer;
import odonata.protocol.errno.Kassert;
import odonata.protocol.errno.NetError;
import odonata.protocol.wire.Mbuf;

/**
 * The last step of every packet made here: identification, header checksum, and fragments when it is longer than its path can carry.
 *
 * <p>Source: RFC 791 sections 2.3 and 3.2, RFC 6864, {@code ip_output} and {@code ip_fragment}. Owner: the CPU's carrier.
 */
public final class IpOutput {
    /** Bytes that every link carries (RFC 791 section 3.2); a link that claims less is believed this much. */
    public static final int MIN_MTU = 68;

    private static final int COPIED = 0x80;

    private final IpIdent idents;
    private final Ipv4Header ip = new Ipv4Header();
    private final Ipv4Options options = new Ipv4Options();

    /** An output that numbers datagrams by {@code idents}. */
    public IpOutput(final IpIdent idents) {
        this.idents = idents;
    }

    /**
     * Sends a packet whose header has addresses, protocol, type of service, time to live, DF and length.
     *
     * @param packet whole, not a fragment; it and its array are the output's from now on
     * @param mtu bytes that the path carries
     * @param out gets the packet, or its fragments in order
     * @return EMSGSIZE, with nothing sent, when it is longer than {@code mtu} and has DF
     */
    public NetError output(final Mbuf packet, final int mtu, final Consumer<Mbuf> out) {
        ip.wrap(packet.data(), packet.offset(), packet.length());
        Kassert.check(
                ip.check() && ip.totalLength() == packet.length() && !ip.isFragment() && ip.ttl() > 0,
                "output of length=%d total=%d ttl=%d",
                packet.length(),
                ip.totalLength(),
                ip.ttl());
        final boolean whole = ip.dontFragment();
        final int limit = Math.max(mtu, MIN_MTU);
        if (packet.length() > limit && whole) {
            return NetError.EMSGSIZE;
        }
        ip.ident(whole ? 0 : idents.next());
        if (packet.length() <= limit) {
            ip.putChecksum();
            out.accept(packet);
        } else {
            fragment(packet, limit, out);
        }
        return NetError.OK;
    }

    /** The first fragment has all options, the others those that are to be copied. */
    private void fragment(final Mbuf packet, final int mtu, final Consumer<Mbuf> out) {
        final byte[] data = packet.data();
        final int first = ip.headerLength();
        final byte[] later = laterHeader();
        final int payload = ip.payloadOffset();
        final int total = ip.payloadLength();
        int from = 0;
        while (from < total) {
            final int header = from == 0 ? first : later.length;
            final int size = Math.min((mtu - header) & ~7, total - from);
            final byte[] piece = new byte[header + size];
            System.arraycopy(from == 0 ? data : later, from == 0 ? packet.offset() : 0, piece, 0, header);
            System.arraycopy(data, payload + from, piece, header, size);
            ip.wrap(piece, 0, piece.length)
                    .totalLength(piece.length)
                    .fragment(from + size < total ? Ipv4Header.MF : 0, from)
                    .putChecksum();
            out.accept(new Mbuf(piece, 0, piece.length, packet.rcvif(), packet.rcvNs()));
            from += size;
        }
    }

    /** The header of the second and all further fragments. */
    private byte[] laterHeader() {
        final byte[] header = new byte[Ipv4Header.MAX_LENGTH];
        System.arraycopy(ip.data(), ip.offset(), header, 0, Ipv4Header.MIN_LENGTH);
        int length = Ipv4Header.MIN_LENGTH;
        ip.options(options);
        while (options.next()) {
            if ((options.type() & COPIED) != 0) {
                System.arraycopy(ip.data(), options.offset(), header, length, options.length());
                length += options.length();
            }
        }
        final int padded = (length + 3) & ~3;
        final byte[] exact = new byte[padded];
        System.arraycopy(header, 0, exact, 0, length);
        new Ipv4Header().wrap(exact, 0, padded).headerLength(padded);
        return exact;
    }
}
