package odonata.actors.netisr;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import odonata.protocol.ip.Ipv4Header;
import odonata.protocol.wire.Mbuf;

/**
 * Puts fragments together: {@code ip_reass}. On CPU 0 only, as only the first fragment has ports.
 *
 * <p>Bounds: {@link #MAX_DATAGRAMS} begun at a time, the oldest makes room; {@link #MAX_FRAGMENTS} of one; {@link #TTL_NS} from
 * the first to the last. A datagram whose fragments overlap is dropped: no honest sender makes one. What is begun when
 * another CPU becomes CPU 0 is lost, and its sender sends again. Source: RFC 791 section 3.2, RFC 1858.
 */
final class IpReassembly {
    static final int MAX_DATAGRAMS = 256;
    static final int MAX_FRAGMENTS = 64;
    static final long TTL_NS = 30_000_000_000L;

    private static final int UNKNOWN = -1;

    private final Map<Key, Begun> begun = new LinkedHashMap<>();
    private final Ipv4Header ip = new Ipv4Header();
    private long dropped;

    private record Key(int src, int dst, int proto, int ident) {}

    private record Part(int from, int to, Mbuf mbuf) {}

    private static final class Begun {
        private final List<Part> parts = new ArrayList<>();
        private final long firstNs;
        private int total = UNKNOWN;
        private int present;

        private Begun(final long firstNs) {
            this.firstNs = firstNs;
        }
    }

    /** Datagrams given up. */
    long dropped() {
        return dropped;
    }

    /** Datagrams begun. */
    int begun() {
        return begun.size();
    }

    /** Adds a fragment that the classifier accepted; the whole datagram with interface number 0, when it was the last to come. */
    Optional<Mbuf> add(final Mbuf mbuf, final long nowNs) {
        expire(nowNs);
        ip.wrap(mbuf.data(), mbuf.offset(), mbuf.length());
        final Key key = new Key(ip.src(), ip.dst(), ip.proto(), ip.ident());
        final Begun datagram = begun.computeIfAbsent(key, k -> new Begun(nowNs));
        final Part part = new Part(ip.fragmentOffset(), ip.fragmentOffset() + ip.payloadLength(), mbuf);
        if (!accept(datagram, part)) {
            begun.remove(key);
            dropped++;
            return Optional.empty();
        }
        if (datagram.present != datagram.total) {
            return Optional.empty();
        }
        begun.remove(key);
        return Optional.of(join(datagram));
    }

    private void expire(final long nowNs) {
        final Iterator<Begun> oldest = begun.values().iterator();
        while (oldest.hasNext()) {
            final Begun datagram = oldest.next();
            if (nowNs - datagram.firstNs <= TTL_NS && begun.size() < MAX_DATAGRAMS) {
                return;
            }
            oldest.remove();
            dropped++;
        }
    }

    /** False when the datagram can never become whole. A repetition changes nothing. */
    private boolean accept(final Begun datagram, final Part part) {
        for (final Part known : datagram.parts) {
            if (known.from() == part.from() && known.to() == part.to()) {
                return true;
            }
            if (part.from() < known.to() && known.from() < part.to()) {
                return false;
            }
        }
        final boolean last = !ip.moreFragments();
        final boolean possible = part.to() > part.from()
                && (last || (ip.payloadLength() & 7) == 0)
                && part.to() <= Mbuf.MAX_LENGTH - Ipv4Header.MAX_LENGTH
                && datagram.parts.size() < MAX_FRAGMENTS
                && (datagram.total == UNKNOWN || (!last && part.to() <= datagram.total));
        if (!possible) {
            return false;
        }
        datagram.parts.add(part);
        datagram.present += part.to() - part.from();
        if (last) {
            datagram.total = part.to();
        }
        return datagram.total == UNKNOWN || datagram.present <= datagram.total;
    }

    private Mbuf join(final Begun datagram) {
        final Part first = datagram.parts.stream()
                .filter(part -> part.from() == 0)
                .findFirst()
                .orElseThrow();
        final Mbuf start = first.mbuf();
        final int header = ip.wrap(start.data(), start.offset(), start.length()).headerLength();
        final byte[] whole = new byte[header + datagram.total];
        System.arraycopy(start.data(), start.offset(), whole, 0, header);
        for (final Part part : datagram.parts) {
            final Mbuf mbuf = part.mbuf();
            final int payload =
                    ip.wrap(mbuf.data(), mbuf.offset(), mbuf.length()).payloadOffset();
            System.arraycopy(mbuf.data(), payload, whole, header + part.from(), part.to() - part.from());
        }
        ip.wrap(whole, 0, whole.length).totalLength(whole.length).fragment(0, 0).putChecksum();
        return new Mbuf(whole, 0, whole.length, 0, start.rcvNs());
    }
}
