package odonata.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import odonata.node.http.ConnectionsView;
import odonata.node.http.ConnectionsView.Connection;
import odonata.node.launch.ClusterFolder;
import odonata.node.launch.CommandFailure;
import odonata.node.launch.NodeClient;
import odonata.node.snapshot.Json;
import odonata.node.snapshot.MemberState;
import odonata.node.snapshot.MemberView;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Connections of the whole cluster, and what its protocols have counted. */
@Command(
        name = "netstat",
        description = {
            "Show the TCP connections of the cluster and the CPU that owns each.",
            "",
            "RECV-Q: bytes not read by the program; of a listener, connections that wait to be accepted. SEND-Q: bytes not acknowledged by"
                    + " the peer. CWND: congestion window in bytes. RTO: retransmission timeout in ms.",
            ""
        })
final class NetstatCommand extends Common {
    private static final String NET = "net.inet.";

    @Mixin
    private ClusterOption cluster;

    @Mixin
    private JsonOption json;

    @Option(
            names = {"-a", "--all"},
            description = "Listeners too.")
    private boolean all;

    @Option(
            names = {"-s", "--statistics"},
            description = "What the protocols have counted, of all members together, instead of connections.")
    private boolean statistics;

    @Option(
            names = {"-z", "--zeros"},
            description = "With -s: also what was counted never.")
    private boolean zeros;

    NetstatCommand(final Context context) {
        super(context);
    }

    @Override
    public Integer call() throws Exception {
        final ClusterFolder folder = context().running(cluster.name());
        final String token = Context.token(folder);
        final List<ConnectionsView> views = new ArrayList<>();
        final Map<String, Long> counted = new TreeMap<>();
        for (final MemberView member : context().client(folder).snapshot().members()) {
            if (member.state() == MemberState.UP && !member.http().isEmpty()) {
                final NodeClient client = new NodeClient(member.http(), token);
                if (statistics) {
                    add(counted, Json.read(get(member, client, "counters").body(), JsonNode.class));
                } else {
                    views.add(Json.read(get(member, client, "connections").body(), ConnectionsView.class));
                }
            }
        }
        if (statistics) {
            counted.values().removeIf(n -> n == 0 && !zeros);
            show(counted);
        } else {
            showConnections(views);
        }
        return 0;
    }

    private static NodeClient.Answer get(final MemberView member, final NodeClient client, final String what)
            throws IOException {
        final NodeClient.Answer answer = client.get("/api/v1/" + what);
        if (!answer.ok()) {
            throw new CommandFailure(1, "member " + member.id() + " does not tell: " + answer.text());
        }
        return answer;
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

    private void show(final Map<String, Long> counted) {
        if (json.json()) {
            console().json(counted);
        } else {
            lines(counted).forEach(console()::print);
        }
    }

    /** A paragraph for each protocol. */
    static List<String> lines(final Map<String, Long> counted) {
        final List<String> lines = new ArrayList<>();
        String before = "";
        for (final Map.Entry<String, Long> entry : counted.entrySet()) {
            final int dot = entry.getKey().indexOf('.');
            final String protocol = dot < 0 ? "flow" : entry.getKey().substring(0, dot);
            if (!protocol.equals(before)) {
                lines.add(protocol + ":");
                before = protocol;
            }
            lines.add(String.format(
                    Locale.ROOT, "  %,14d  %s", entry.getValue(), entry.getKey().substring(dot + 1)));
        }
        return lines;
    }

    private void showConnections(final List<ConnectionsView> views) {
        if (json.json()) {
            console().json(views);
        } else {
            table(views, all).lines().forEach(console()::print);
        }
    }

    static Table table(final List<ConnectionsView> views, final boolean listeners) {
        final Table table = new Table(
                "PROTO", ">MEMBER", ">CPU", "LOCAL", "REMOTE", "STATE", ">RECV-Q", ">SEND-Q", ">CWND", ">RTO", ">RTT");
        for (final ConnectionsView view : views) {
            for (final Connection c : view.connections()) {
                final boolean listens = "LISTEN".equals(c.state());
                if (listens && !listeners) {
                    continue;
                }
                table.row(
                        c.proto(),
                        view.member(),
                        c.cpu(),
                        c.local(),
                        listens ? "*" : c.remote(),
                        c.state(),
                        c.recvQ(),
                        c.sendQ(),
                        listens ? "" : c.cwnd(),
                        listens ? "" : String.format(Locale.ROOT, "%.0f", c.rtoMs()),
                        listens ? "" : String.format(Locale.ROOT, "%.2f", c.srttMs()));
            }
        }
        return table;
    }
}
