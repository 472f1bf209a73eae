package odonata.ssi.uplink;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import odonata.ssi.codec.PayloadCodec;
import odonata.ssi.uplink.frame.Frame;
import odonata.ssi.uplink.frame.FrameSecret;
import odonata.ssi.uplink.frame.FrameWriter;
import org.agrona.collections.Int2ObjectHashMap;

/**
 * Everything between this member and one other: an outlet for each CPU here, credits both ways, the control frames.
 *
 * <p>Threads: maps and lists never change; what they hold says who writes it. Any thread may look into the maps, but walk only the
 * lists: an Agrona map has one iterator for all. The rest belongs to the receiving agent, counters are read by anybody.
 */
final class Link {
    /** State of one source CPU of the other member: order of its frames, and an entry that comes in pieces. */
    static final class Source {
        long sequence;
        byte[] big = new byte[0];
        int bigLength;
        int bigFilled;
    }

    private final PeerAddress peer;
    private final Way way;
    private final Optional<FrameSecret.Code> incoming;
    private final FrameWriter control;
    private final Int2ObjectHashMap<Outlet> outletOf = new Int2ObjectHashMap<>();
    private final Int2ObjectHashMap<Int2ObjectHashMap<SendCredit>> sendCreditOf = new Int2ObjectHashMap<>();
    private final List<Outlet> outlets;
    private final List<SendCredit> sendCredits;
    private final Int2ObjectHashMap<Int2ObjectHashMap<ReceiveCredit>> receiveCreditOf = new Int2ObjectHashMap<>();
    private final List<ReceiveCredit> receiveCredits;
    private final Int2ObjectHashMap<Source> sources = new Int2ObjectHashMap<>();
    private final List<ReceiveCredit> active = new ArrayList<>();
    private final AtomicLong roundTripNs = new AtomicLong();
    private final AtomicLong received = new AtomicLong();
    private final AtomicLong lost = new AtomicLong();
    private final Set<LocalCpu> untold = new HashSet<>();
    private volatile boolean connected;
    private volatile boolean dead;
    private boolean grantAll;
    private boolean wasConnected;
    private long helloAtNs;
    private long pingAtNs;
    private long pongValue;

    /** Keys of both directions, by CPU that sends; empty without a secret. */
    record Keys(IntFunction<Optional<FrameSecret.Code>> outgoing, Optional<FrameSecret.Code> incoming) {}

    Link(
            final int member,
            final List<LocalCpu> cpus,
            final PeerAddress peer,
            final Way way,
            final IntFunction<PayloadCodec> codecs,
            final UplinkSettings settings,
            final int capacity,
            final Keys keys) {
        this.peer = peer;
        this.way = way;
        this.incoming = keys.incoming();
        this.control =
                new FrameWriter(member, Frame.NO_CPU, capacity, keys.outgoing().apply(Frame.NO_CPU));
        sources.put(Frame.NO_CPU, new Source());
        for (final int remote : peer.cpus()) {
            sources.put(remote, new Source());
            final Int2ObjectHashMap<ReceiveCredit> row = new Int2ObjectHashMap<>();
            cpus.forEach(cpu -> row.put(cpu.id(), new ReceiveCredit(remote, cpu, settings.window())));
            receiveCreditOf.put(remote, row);
        }
        for (final LocalCpu cpu : cpus) {
            final Int2ObjectHashMap<SendCredit> row = new Int2ObjectHashMap<>();
            peer.cpus().forEach(remote -> row.put(remote, new SendCredit()));
            sendCreditOf.put(cpu.id(), row);
            outletOf.put(
                    cpu.id(),
                    new Outlet(
                            member,
                            cpu,
                            codecs.apply(cpu.id()),
                            way,
                            peer.cpus().stream().map(row::get).toArray(SendCredit[]::new),
                            capacity,
                            settings.maxEntry(),
                            keys.outgoing().apply(cpu.id())));
        }
        outlets = List.copyOf(outletOf.values());
        sendCredits = allOf(sendCreditOf);
        receiveCredits = allOf(receiveCreditOf);
        untold.addAll(cpus);
    }

    private static <T> List<T> allOf(final Int2ObjectHashMap<Int2ObjectHashMap<T>> rows) {
        return rows.values().stream()
                .flatMap(row -> List.copyOf(row.values()).stream())
                .toList();
    }

    PeerAddress peer() {
        return peer;
    }

    /** How frames travel. */
    Way way() {
        return way;
    }

    Optional<FrameSecret.Code> incoming() {
        return incoming;
    }

    FrameWriter control() {
        return control;
    }

    /** Outlet of a CPU here. */
    Outlet outlet(final int cpu) {
        return outletOf.get(cpu);
    }

    List<Outlet> outlets() {
        return outlets;
    }

    /** Credit of a CPU here towards one there; null when either is unknown. */
    SendCredit sendCredit(final int local, final int remote) {
        final Int2ObjectHashMap<SendCredit> row = sendCreditOf.get(local);
        return row == null ? null : row.get(remote);
    }

    /** Credits given to a CPU there, by CPU here; null when it is unknown. */
    Int2ObjectHashMap<ReceiveCredit> receiveCredits(final int remote) {
        return receiveCreditOf.get(remote);
    }

    /** Credits given for a CPU here; any thread. */
    List<ReceiveCredit> creditsOf(final int local) {
        return receiveCredits.stream()
                .filter(credit -> credit.target() == local)
                .toList();
    }

    /** All credits given. */
    List<ReceiveCredit> receiveCredits() {
        return receiveCredits;
    }

    /** Frames of a CPU there, or of its agent; null when it is unknown. */
    Source source(final int cpu) {
        return sources.get(cpu);
    }

    /** Credits given of which not all are unused. */
    List<ReceiveCredit> active() {
        return active;
    }

    boolean connected() {
        return connected;
    }

    /** Looks whether credits for every pair are there and the transport is up; returns true when it just broke. */
    boolean updateConnected() {
        final boolean up = way.connected();
        final boolean broke = wasConnected && !up && !dead;
        wasConnected |= up;
        connected = up && !dead && sendCredits.stream().allMatch(SendCredit::known);
        return broke;
    }

    boolean dead() {
        return dead;
    }

    void kill() {
        dead = true;
        connected = false;
    }

    /** CPUs here that were not told yet that this member is dead. */
    Set<LocalCpu> untold() {
        return untold;
    }

    boolean grantAll() {
        return grantAll;
    }

    void grantAll(final boolean wanted) {
        grantAll = wanted;
    }

    /** True, once in a while, when it is time to say hello again. */
    boolean helloDue(final long nowNs, final long everyNs) {
        if (nowNs - helloAtNs < everyNs && helloAtNs != 0) {
            return false;
        }
        helloAtNs = nowNs;
        return true;
    }

    /** True, once in a while, when it is time to measure the round trip. */
    boolean pingDue(final long nowNs, final long everyNs) {
        if (nowNs - pingAtNs < everyNs && pingAtNs != 0) {
            return false;
        }
        pingAtNs = nowNs;
        return true;
    }

    long pong() {
        return pongValue;
    }

    void pong(final long value) {
        pongValue = value;
    }

    void measured(final long ns) {
        if (ns >= 0) {
            final long old = roundTripNs.getPlain();
            roundTripNs.setOpaque(old == 0 ? ns : old + (ns - old) / 4);
        }
    }

    void received(final long entries, final long missing) {
        received.setOpaque(received.getPlain() + entries);
        lost.setOpaque(lost.getPlain() + missing);
    }

    LinkStats stats(final int member) {
        long messages = 0;
        long bytes = 0;
        long frames = 0;
        long stalls = 0;
        for (final Outlet outlet : outlets) {
            messages += outlet.messages();
            bytes += outlet.bytes();
            frames += outlet.frames();
            stalls += outlet.stalls();
        }
        long used = 0;
        long most = 0;
        for (final SendCredit credit : sendCredits) {
            used += credit.used();
            most += credit.most();
        }
        return new LinkStats(
                member,
                peer.member(),
                messages,
                bytes,
                frames,
                stalls,
                used,
                most,
                roundTripNs.getOpaque(),
                received.getOpaque(),
                lost.getOpaque(),
                connected,
                way.isNear());
    }
}
