package odonata.protocol.udp;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.function.Predicate;
import odonata.protocol.errno.NetError;
import odonata.protocol.ip.Ipv4Address;

/**
 * The UDP control blocks that one CPU knows: {@code udbinfo}. Each CPU of the cluster has the same ones.
 *
 * <p>Inside: the connection hash, in which every connected endpoint is once by its four names; the wildcard hash, in which every bound one
 * without a peer is once by its port; the port table, in which both are, for bind. Order of a lookup (5.5): connection; then the
 * endpoints of the specific own address, then those of any address, each a group of one or more of which the flow's hash chooses one.
 * Groups have the order of their sockets' numbers, so that a flow keeps its endpoint, on every CPU the same. Owner: the CPU's carrier.
 */
public final class UdpPcbTable {
    /** First port that is given to who does not care, as by IANA. */
    public static final int FIRST_EPHEMERAL = 49_152;

    private static final Comparator<UdpPcb> STABLE = Comparator.comparingLong(UdpPcb::socket);

    private final Map<Long, UdpPcb> bySocket = new HashMap<>();
    private final Map<Integer, List<UdpPcb>> byPort = new HashMap<>();
    private final Map<Integer, List<UdpPcb>> wildcards = new HashMap<>();
    private final Map<Tuple, UdpPcb> connections = new HashMap<>();

    private record Tuple(int laddr, int lport, int faddr, int fport) {
        private static Tuple of(final UdpPcb pcb) {
            return new Tuple(pcb.laddr(), pcb.lport(), pcb.faddr(), pcb.fport());
        }
    }

    /** Control blocks. */
    public int size() {
        return bySocket.size();
    }

    /** All control blocks. */
    public List<UdpPcb> all() {
        return bySocket.values().stream().sorted(STABLE).toList();
    }

    /** Blocks in the connection hash. */
    public int connections() {
        return connections.size();
    }

    /** True when the block of {@code socket} is in the wildcard hash. */
    public boolean isWildcard(final long socket) {
        final UdpPcb pcb = bySocket.get(socket);
        return pcb != null && wildcards.getOrDefault(pcb.lport(), List.of()).contains(pcb);
    }

    /** Puts a block that has a port in its place, instead of any that its socket had. */
    public void put(final UdpPcb pcb) {
        remove(pcb.socket());
        bySocket.put(pcb.socket(), pcb);
        add(byPort, pcb);
        if (pcb.isConnected()) {
            connections.put(Tuple.of(pcb), pcb);
        } else {
            add(wildcards, pcb);
        }
    }

    private static void add(final Map<Integer, List<UdpPcb>> table, final UdpPcb pcb) {
        final List<UdpPcb> list = table.computeIfAbsent(pcb.lport(), port -> new ArrayList<>(1));
        list.add(pcb);
        list.sort(STABLE);
    }

    /** Removes the block of {@code socket}, if it has one. */
    public void remove(final long socket) {
        final UdpPcb old = bySocket.remove(socket);
        if (old != null) {
            take(byPort, old);
            take(wildcards, old);
            connections.remove(Tuple.of(old), old);
        }
    }

    private static void take(final Map<Integer, List<UdpPcb>> table, final UdpPcb pcb) {
        final List<UdpPcb> list = table.get(pcb.lport());
        if (list != null && list.remove(pcb) && list.isEmpty()) {
            table.remove(pcb.lport());
        }
    }

    /** Removes all blocks that {@code gone} says of. */
    public void removeIf(final Predicate<UdpPcb> gone) {
        bySocket.values().stream().filter(gone).toList().forEach(pcb -> remove(pcb.socket()));
    }

    /**
     * Whether a socket may have {@code wanted} as its block: EADDRINUSE when another has its four names, or, for one that is to be bound anew,
     * when another has its port and the same address or one of them any, unless both share it.
     */
    public NetError check(final UdpPcb wanted) {
        final UdpPcb twin = wanted.isConnected() ? connections.get(Tuple.of(wanted)) : null;
        if (twin != null && twin.socket() != wanted.socket()) {
            return NetError.EADDRINUSE;
        }
        final UdpPcb old = bySocket.get(wanted.socket());
        if (old != null && old.lport() == wanted.lport()) {
            return NetError.OK;
        }
        for (final UdpPcb other : byPort.getOrDefault(wanted.lport(), List.of())) {
            final boolean sameAddress = other.laddr() == wanted.laddr() || other.laddr() == 0 || wanted.laddr() == 0;
            if (other.socket() != wanted.socket() && sameAddress && !(other.reusePort() && wanted.reusePort())) {
                return NetError.EADDRINUSE;
            }
        }
        return NetError.OK;
    }

    /** A port that nobody has, 0 when there is none; the search starts at a port that {@code random} chooses. */
    public int ephemeralPort(final IntSupplier random) {
        final int ports = UdpPcb.MAX_PORT + 1 - FIRST_EPHEMERAL;
        final int start = Math.floorMod(random.getAsInt(), ports);
        for (int i = 0; i < ports; i++) {
            final int port = FIRST_EPHEMERAL + (start + i) % ports;
            if (!byPort.containsKey(port)) {
                return port;
            }
        }
        return 0;
    }

    /**
     * The endpoint for a datagram to one host.
     *
     * @param hash the flow's hash, asked only when a group has several members
     */
    public Optional<UdpPcb> lookup(
            final int src, final int sport, final int dst, final int dport, final IntSupplier hash) {
        if (!connections.isEmpty()) {
            final UdpPcb exact = connections.get(new Tuple(dst, dport, src, sport));
            if (exact != null) {
                return Optional.of(exact);
            }
        }
        final List<UdpPcb> bound = wildcards.get(dport);
        if (bound == null) {
            return Optional.empty();
        }
        return choose(bound, dst, hash).or(() -> choose(bound, Ipv4Address.ANY, hash));
    }

    private static Optional<UdpPcb> choose(final List<UdpPcb> bound, final int laddr, final IntSupplier hash) {
        if (bound.size() == 1) {
            return bound.get(0).laddr() == laddr ? Optional.of(bound.get(0)) : Optional.empty();
        }
        final List<UdpPcb> group =
                bound.stream().filter(pcb -> pcb.laddr() == laddr).toList();
        return switch (group.size()) {
            case 0 -> Optional.empty();
            case 1 -> Optional.of(group.get(0));
            default -> Optional.of(group.get(Math.floorMod(hash.getAsInt(), group.size())));
        };
    }

    /**
     * The endpoints that each get a copy of a datagram to a multicast group or to everybody, in the order of their sockets' numbers: those with
     * its port whose peer, if they have one, sent it; of a multicast group, those that have joined it or are bound to it.
     */
    public List<UdpPcb> lookupMany(final int src, final int sport, final int dst, final int dport) {
        final boolean group = Ipv4Address.isMulticast(dst);
        return byPort.getOrDefault(dport, List.of()).stream()
                .filter(pcb -> !pcb.isConnected() || (pcb.faddr() == src && pcb.fport() == sport))
                .filter(pcb -> group
                        ? pcb.laddr() == dst || pcb.groups().contains(dst)
                        : pcb.laddr() == 0 || pcb.laddr() == dst)
                .toList();
    }
}
