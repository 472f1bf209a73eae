package odonata.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import odonata.node.http.ConnectionsQuery;
import odonata.node.http.ConnectionsView;
import odonata.node.launch.ClusterFolder;
import odonata.node.launch.CommandFailure;
import odonata.node.snapshot.ConnectionView;
import odonata.protocol.tcp.machine.TcpState;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Connections of the whole cluster, and what its protocols have counted. */
@Command(
        name = "netstat",
        description = {
            "Show the connections of the cluster and the CPU that owns each; with -s what its protocols have counted.",
            "",
            "RECV-Q: bytes not read by the program; of a listener, connections that wait to be accepted. SEND-Q: bytes not acknowledged by"
                    + " the peer; of a listener, connections that may wait. CWND, SSTHRESH: congestion window and slow-start threshold in bytes."
                    + " RTO, RTT: ms. REXMT: retransmissions of the oldest segment. A narrow terminal shows fewer columns.",
            "",
            "  odonata netstat -a -p tcp",
            "  odonata netstat --state time-wait --member 2",
            "  odonata netstat -s -p tcp",
            ""
        })
final class NetstatCommand extends Common {
    private static final String NET = "net.inet.";
    private static final int USUAL_LIMIT = 500;
    private static final Set<String> SOCKETS = Set.of("tcp", "udp");
    private static final Set<String> PROTOCOLS = Set.of("tcp", "udp", "ip", "icmp");

    @Mixin
    private ClusterOption cluster;

    @Mixin
    private JsonOption json;

    @Option(
            names = {"-a", "--all"},
            description = "Listeners and UDP sockets too.")
    private boolean all;

    @Option(
            names = {"-s", "--statistics"},
            description = "What the protocols have counted, of all members together, instead of connections.")
    private boolean statistics;

    @Option(
            names = {"-z", "--zeros"},
            description = "With -s: also what was counted never.")
    private boolean zeros;

    @Option(
            names = {"-p", "--proto"},
            paramLabel = "NAME",
            defaultValue = "",
            description = "Only tcp or udp; with -s tcp, udp, ip or icmp.")
    private String proto;

    @Option(
            names = "--state",
            paramLabel = "STATE",
            split = ",",
            description = "Only TCP in these states, such as established,time-wait; listen needs no -a.")
    private List<String> states = List.of();

    @Option(names = "--member", paramLabel = "N", description = "Only this member (default: all).")
    private Integer member;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "" + USUAL_LIMIT,
            description = "Lines to show at most, 1..1000000 (default: ${DEFAULT-VALUE}).")
    private int limit;

    NetstatCommand(final Context context) {
        super(context);
    }

    @Override
    public Integer call() throws Exception {
        check();
        final Set<TcpState> wanted = wanted();
        final ClusterFolder folder = context().running(cluster.name());
        final List<EachMember> members =
                member == null ? EachMember.of(context(), folder) : List.of(EachMember.of(context(), folder, member));
        if (statistics) {
            showStatistics(members);
        } else {
            showConnections(members, wanted);
        }
        return 0;
    }

    private void check() {
        final Set<String> allowed = statistics ? PROTOCOLS : SOCKETS;
        if (!proto.isEmpty() && !allowed.contains(proto)) {
            throw usage("-p " + proto + ": want one of "
                    + allowed.stream().sorted().collect(Collectors.joining(", "))
                    + (PROTOCOLS.contains(proto) ? ", or add -s" : ""));
        }
        if (statistics && (all || !states.isEmpty())) {
            throw usage("-s shows counts, not connections; leave out " + (all ? "-a" : "--state"));
        }
        if (zeros && !statistics) {
            throw usage("-z belongs to -s");
        }
        if (limit < 1 || limit > 1_000_000) {
            throw usage("--limit " + limit + ": allowed are 1..1000000");
        }
        if (proto.equals("udp") && !states.isEmpty()) {
            throw usage("--state: a UDP socket has no state");
        }
    }

    private static CommandFailure usage(final String text) {
        return new CommandFailure(CommandFailure.USAGE, text);
    }

    private Set<TcpState> wanted() {
        try {
            return states.stream().map(ConnectionsQuery::state).collect(Collectors.toCollection(LinkedHashSet::new));
        } catch (IllegalArgumentException e) {
            throw usage("--" + e.getMessage().toLowerCase(Locale.ROOT));
        }
    }

    private void showStatistics(final List<EachMember> members) throws IOException {
        final Map<String, Long> counted = new TreeMap<>();
        for (final EachMember each : members) {
            add(counted, each.read("counters", JsonNode.class));
        }
        counted.keySet().removeIf(name -> !proto.isEmpty() && !name.startsWith(proto + "."));
        counted.values().removeIf(n -> n == 0 && !zeros);
        if (json.json()) {
            console().json(counted);
            return;
        }
        BsdStatistics.lines(counted, proto, zeros).forEach(console()::print);
        if (counted.isEmpty()) {
            console().note("nothing was counted yet; -z shows zeros too");
        }
    }

    /** Adds the counters of the network, over CPUs and other labels. */
    static void add(final Map<String, Long> counted, final JsonNode samples) {
        for (final JsonNode sample : samples) {
            final String name = sample.path("name").asText();
            if (name.startsWith(NET)) {
                counted.merge(name.substring(NET.length()), sample.path("value").asLong(), Long::sum);
            }
        }
    }

    private void showConnections(final List<EachMember> members, final Set<TcpState> wanted) throws IOException {
        final int most = json.json() ? ConnectionsQuery.MOST : Math.min(ConnectionsQuery.MOST, limit + 1);
        final String query = query(proto, all, wanted, most);
        final List<ConnectionsView> views = new ArrayList<>();
        for (final EachMember each : members) {
            views.add(each.read(query, ConnectionsView.class));
        }
        if (json.json()) {
            console().json(views);
            return;
        }
        final Table table = table(views, limit);
        table.lines(console().width(), "SSTHRESH", "REXMT", "RTT", "RTO", "CWND", "PROTO")
                .forEach(console()::print);
        final long found = views.stream().mapToLong(v -> v.connections().size()).sum();
        if (found > limit) {
            console()
                    .note(String.format(
                            Locale.ROOT,
                            "%,d shown of %,d connections; --limit shows more, --state, --member and -p fewer",
                            limit,
                            Math.max(
                                    found,
                                    views.stream()
                                            .mapToLong(ConnectionsView::total)
                                            .sum())));
        } else if (found == 0) {
            console()
                    .note("no connection"
                            + (wanted.isEmpty() && !all ? "; -a shows listeners and UDP sockets too" : ""));
        }
    }

    /**
     * What a member is asked: without {@code all} only what has a peer, unless states or UDP are asked for. The caller asks for a line more than it shows,
     * which tells that there are more.
     */
    static String query(final String proto, final boolean all, final Set<TcpState> wanted, final int most) {
        final boolean idle = all || proto.equals("udp");
        final Set<TcpState> states =
                wanted.isEmpty() && !idle ? EnumSet.complementOf(EnumSet.of(TcpState.LISTEN)) : wanted;
        return "connections?limit=" + most
                + (proto.isEmpty() ? "" : "&proto=" + proto)
                + (states.isEmpty()
                        ? ""
                        : "&state=" + states.stream().map(TcpState::name).collect(Collectors.joining(",")));
    }

    private static boolean listens(final ConnectionView c) {
        return "LISTEN".equals(c.state());
    }

    private record Row(int member, ConnectionView c) {
        private static Row of(final int member, final ConnectionView c) {
            return new Row(member, c);
        }
    }

    /** Listeners first, then by own port, peer and owner; UDP after TCP. */
    static Table table(final List<ConnectionsView> views, final int limit) {
        final Table table = new Table(
                "PROTO",
                ">MEMBER",
                ">CPU",
                "LOCAL",
                "REMOTE",
                "STATE",
                ">RECV-Q",
                ">SEND-Q",
                ">CWND",
                ">SSTHRESH",
                ">RTO",
                ">RTT",
                ">REXMT");
        views.stream()
                .flatMap(view -> view.connections().stream().map(c -> Row.of(view.member(), c)))
                .sorted(Comparator.comparing((Row row) -> row.c.proto())
                        .thenComparing(row -> !listens(row.c))
                        .thenComparingInt(row -> port(row.c.local()))
                        .thenComparing(row -> row.c.remote())
                        .thenComparingInt(row -> row.c.cpu()))
                .limit(limit)
                .forEach(row -> add(table, row.member, row.c));
        return table;
    }

    private static int port(final String end) {
        return Integer.parseInt(end.substring(end.lastIndexOf(':') + 1));
    }

    private static void add(final Table table, final int member, final ConnectionView c) {
        final boolean connected = c.proto().equals("tcp") && !listens(c);
        table.row(
                c.proto(),
                member,
                c.cpu(),
                c.local(),
                c.remote().equals("0.0.0.0:0") ? "*" : c.remote(),
                c.state(),
                c.recvQ(),
                c.sendQ(),
                connected ? c.cwnd() : "",
                connected ? threshold(c.ssthresh()) : "",
                connected ? String.format(Locale.ROOT, "%.0f", c.rtoMs()) : "",
                connected ? String.format(Locale.ROOT, "%.2f", c.srttMs()) : "",
                connected ? c.retransmits() : "");
    }

    /** One that was never set is as large as can be. */
    private static String threshold(final int ssthresh) {
        return ssthresh >= 1 << 30 ? "-" : Integer.toString(ssthresh);
    }
}
