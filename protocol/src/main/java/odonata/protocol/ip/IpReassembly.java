package odonata.protocol.ip;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import odonata.protocol.wire.Mbuf;

/**
 * Puts fragments together: {@code ip_reass}. Plain and deterministic; the time is given with each fragment and never goes back.
 *
 * <p>Rules: a datagram of which two fragments overlap is never delivered, and what else comes of it is dropped until its time is up (RFC 5722
 * section 4, there for IPv6); a fragment that repeats another to the byte changes nothing; so does one that no honest sender makes (no
 * payload, a length that is no multiple of 8 before the last, an end beyond 65,535, a TCP header cut in two: RFC 1858, RFC 3128).
 *
 * <p>Bounds: {@link ReassemblyLimits}. What would exceed the share of one source costs that source its oldest datagram, what would exceed the
 * total costs the oldest of all. Memory is counted as the fragments that are kept, with {@value #OVERHEAD} bytes for each. Source: RFC 791
 * section 3.2, RFC 1122 section 3.3.2. Owner: one thread.
 */
public final class IpReassembly {
    private static final int UNKNOWN = -1;
    private static final int OVERHEAD = 128;
    private static final int TCP_FLAGS_END = 16;

    private final ReassemblyLimits limits;
    private final Events events;
    private final Map<Key, Begun> begun = new LinkedHashMap<>();
    private final Map<Integer, Share> shares = new HashMap<>();
    private final Ipv4Header ip = new Ipv4Header();
    private long bytes;

    /** Why fragments were thrown away. */
    public enum Loss {
        /** The time was up. */
        TIMEOUT,
        /** Two fragments overlap, or contradict each other about the length. */
        OVERLAP,
        /** A fragment that no honest sender makes. */
        BAD_FRAGMENT,
        /** A bound was reached. */
        LIMIT
    }

    /** What the owner learns; called inside {@link #add} and {@link #expire}. */
    public interface Events {
        /**
         * A fragment ({@link Loss#BAD_FRAGMENT}), or a datagram that was begun, was thrown away.
         *
         * @param first the first fragment of a datagram, if it had come; for the ICMP message about a timeout
         */
        void lost(Loss why, Optional<Mbuf> first);
    }

    private record Key(int src, int dst, int proto, int ident) {}

    private record Part(int from, int to, Mbuf mbuf) {}

    private static final class Share {
        private int datagrams;
        private long bytes;
    }

    private static final class Begun {
        private final List<Part> parts = new ArrayList<>();
        private final Key key;
        private final long firstNs;
        private int total = UNKNOWN;
        private int present;
        private long bytes;
        private boolean refused;

        private Begun(final Key key, final long firstNs) {
            this.key = key;
            this.firstNs = firstNs;
        }
    }

    /** Nothing begun yet. */
    public IpReassembly(final ReassemblyLimits limits, final Events events) {
        this.limits = limits;
        this.events = events;
    }

    /** Datagrams begun, with those that were refused and whose time is not up. */
    public int begun() {
        return begun.size();
    }

    /** Memory of the fragments kept. */
    public long bytes() {
        return bytes;
    }

    /** When {@link #expire} has something to do next; {@link Long#MAX_VALUE} when nothing is begun. */
    public long nextExpiryNs() {
        return begun.isEmpty() ? Long.MAX_VALUE : begun.values().iterator().next().firstNs + limits.ttlNs();
    }

    /** Throws away what is too old. */
    public void expire(final long nowNs) {
        while (!begun.isEmpty() && nowNs >= nextExpiryNs()) {
            final Begun oldest = begun.values().iterator().next();
            final boolean told = oldest.refused;
            final Optional<Mbuf> first = firstOf(oldest);
            forget(oldest);
            if (!told) {
                events.lost(Loss.TIMEOUT, first);
            }
        }
    }

    /**
     * Adds a fragment.
     *
     * @param mbuf a packet that {@link PacketClassifier} accepted as a fragment; kept
     * @return the whole datagram with interface number 0, when this was the last to come
     */
    public Optional<Mbuf> add(final Mbuf mbuf, final long nowNs) {
        expire(nowNs);
        ip.wrap(mbuf.data(), mbuf.offset(), mbuf.length());
        final Part part = new Part(ip.fragmentOffset(), ip.fragmentOffset() + ip.payloadLength(), mbuf);
        final boolean last = !ip.moreFragments();
        if (!honest(part, last)) {
            events.lost(Loss.BAD_FRAGMENT, Optional.empty());
            return Optional.empty();
        }
        final Begun datagram = datagram(new Key(ip.src(), ip.dst(), ip.proto(), ip.ident()), nowNs);
        if (datagram.refused || repeats(datagram, part)) {
            return Optional.empty();
        }
        if (contradicts(datagram, part, last)) {
            refuse(datagram, Loss.OVERLAP);
            return Optional.empty();
        }
        if (datagram.parts.size() >= limits.fragments()) {
            refuse(datagram, Loss.LIMIT);
            return Optional.empty();
        }
        return keep(datagram, part, last);
    }

    private boolean honest(final Part part, final boolean last) {
        final int length = part.to() - part.from();
        final boolean possible =
                length > 0 && (last || (length & 7) == 0) && ip.headerLength() + part.to() <= Mbuf.MAX_LENGTH;
        final boolean tinyTcp =
                ip.proto() == IpProto.TCP && (part.from() == 0 ? length < TCP_FLAGS_END : part.from() < TCP_FLAGS_END);
        return possible && !tinyTcp;
    }

    private Begun datagram(final Key key, final long nowNs) {
        final Begun known = begun.get(key);
        if (known != null) {
            return known;
        }
        if (shareOf(key).datagrams >= limits.perSource()) {
            lose(oldest(other -> other.key.src() == key.src()));
        }
        if (begun.size() >= limits.datagrams()) {
            lose(oldest(other -> true));
        }
        final Begun fresh = new Begun(key, nowNs);
        begun.put(key, fresh);
        shares.computeIfAbsent(key.src(), src -> new Share()).datagrams++;
        return fresh;
    }

    private Share shareOf(final Key key) {
        return shares.getOrDefault(key.src(), new Share());
    }

    private static boolean repeats(final Begun datagram, final Part part) {
        for (final Part known : datagram.parts) {
            if (known.from() == part.from() && known.to() == part.to() && sameBytes(known, part)) {
                return true;
            }
        }
        return false;
    }

    private static boolean sameBytes(final Part a, final Part b) {
        final int length = a.to() - a.from();
        final int atA = payloadOf(a.mbuf());
        final int atB = payloadOf(b.mbuf());
        return Arrays.equals(a.mbuf().data(), atA, atA + length, b.mbuf().data(), atB, atB + length);
    }

    private static int payloadOf(final Mbuf mbuf) {
        return mbuf.offset() + ((mbuf.data()[mbuf.offset()] & 0xf) << 2);
    }

    private static boolean contradicts(final Begun datagram, final Part part, final boolean last) {
        int end = 0;
        for (final Part known : datagram.parts) {
            if (part.from() < known.to() && known.from() < part.to()) {
                return true;
            }
            end = Math.max(end, known.to());
        }
        return last
                ? datagram.total != UNKNOWN || end > part.to()
                : datagram.total != UNKNOWN && part.to() > datagram.total;
    }

    private Optional<Mbuf> keep(final Begun datagram, final Part part, final boolean last) {
        final Mbuf kept = trimmed(part.mbuf());
        final int memory = kept.data().length + OVERHEAD;
        makeRoom(datagram, memory);
        datagram.parts.add(new Part(part.from(), part.to(), kept));
        datagram.present += part.to() - part.from();
        account(datagram, memory);
        if (last) {
            datagram.total = part.to();
        }
        if (datagram.present != datagram.total) {
            return Optional.empty();
        }
        final Optional<Mbuf> whole = join(datagram);
        forget(datagram);
        if (whole.isEmpty()) {
            events.lost(Loss.BAD_FRAGMENT, Optional.empty());
        }
        return whole;
    }

    /** Never throws away {@code datagram} itself: one alone cannot reach the bounds. */
    private void makeRoom(final Begun datagram, final int memory) {
        while (shareOf(datagram.key).bytes + memory > limits.bytesPerSource()) {
            lose(oldest(other -> other != datagram && !other.refused && other.key.src() == datagram.key.src()));
        }
        while (bytes + memory > limits.bytes()) {
            lose(oldest(other -> other != datagram && !other.refused));
        }
    }

    private Begun oldest(final Predicate<Begun> wanted) {
        return begun.values().stream().filter(wanted).findFirst().orElseThrow();
    }

    private void account(final Begun datagram, final long memory) {
        datagram.bytes += memory;
        shareOf(datagram.key).bytes += memory;
        bytes += memory;
    }

    /** The bytes of the fragment without the rest of their array, which may be many times as large. */
    private Mbuf trimmed(final Mbuf mbuf) {
        final int length = ip.totalLength();
        return mbuf.data().length == length
                ? mbuf
                : new Mbuf(
                        Arrays.copyOfRange(mbuf.data(), mbuf.offset(), mbuf.offset() + length),
                        0,
                        length,
                        mbuf.rcvif(),
                        mbuf.rcvNs());
    }

    /** Its fragments go; it is remembered, so that what else comes of it is not taken for another. */
    private void refuse(final Begun datagram, final Loss why) {
        account(datagram, -datagram.bytes);
        datagram.parts.clear();
        datagram.refused = true;
        events.lost(why, Optional.empty());
    }

    private void lose(final Begun datagram) {
        final boolean told = datagram.refused;
        forget(datagram);
        if (!told) {
            events.lost(Loss.LIMIT, Optional.empty());
        }
    }

    private void forget(final Begun datagram) {
        account(datagram, -datagram.bytes);
        begun.remove(datagram.key);
        if (--shareOf(datagram.key).datagrams == 0) {
            shares.remove(datagram.key.src());
        }
    }

    private static Optional<Mbuf> firstOf(final Begun datagram) {
        return datagram.parts.stream()
                .filter(part -> part.from() == 0)
                .map(Part::mbuf)
                .findFirst();
    }

    /** The header is that of the first fragment; empty when it has so many options that the datagram is longer than any can be. */
    private Optional<Mbuf> join(final Begun datagram) {
        final Mbuf start = firstOf(datagram).orElseThrow();
        final int header = payloadOf(start) - start.offset();
        if (header + datagram.total > Mbuf.MAX_LENGTH) {
            return Optional.empty();
        }
        final byte[] whole = new byte[header + datagram.total];
        System.arraycopy(start.data(), start.offset(), whole, 0, header);
        for (final Part part : datagram.parts) {
            final Mbuf mbuf = part.mbuf();
            System.arraycopy(mbuf.data(), payloadOf(mbuf), whole, header + part.from(), part.to() - part.from());
        }
        ip.wrap(whole, 0, whole.length).totalLength(whole.length).fragment(0, 0).putChecksum();
        return Optional.of(new Mbuf(whole, 0, whole.length, 0, start.rcvNs()));
    }
}
