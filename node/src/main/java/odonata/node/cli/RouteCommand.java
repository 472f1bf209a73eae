package odonata.node.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import odonata.node.http.RoutesView;
import odonata.node.http.RoutesView.CpuRoutes;
import odonata.node.http.RoutesView.Route;
import odonata.node.launch.ClusterFolder;
import odonata.node.launch.CommandFailure;
import odonata.node.launch.NodeClient;
import odonata.node.snapshot.Json;
import odonata.node.snapshot.MemberState;
import odonata.node.snapshot.MemberView;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The route tables. */
@Command(
        name = "route",
        description = {
            "Show the routes of every member: where a packet to DESTINATION leaves.",
            "",
            "CPU has the device INTERFACE. REPLICAS: how many of the member's CPUs have this route; each has a table of its own.",
            ""
        })
final class RouteCommand extends Common {
    @Mixin
    private ClusterOption cluster;

    @Mixin
    private JsonOption json;

    RouteCommand(final Context context) {
        super(context);
    }

    @Override
    public Integer call() throws Exception {
        final ClusterFolder folder = context().running(cluster.name());
        final String token = Context.token(folder);
        final List<RoutesView> views = new ArrayList<>();
        for (final MemberView member : context().client(folder).snapshot().members()) {
            if (member.state() == MemberState.UP && !member.http().isEmpty()) {
                views.add(routesOf(member, new NodeClient(member.http(), token)));
            }
        }
        if (json.json()) {
            console().json(views);
        } else {
            table(views).lines().forEach(console()::print);
        }
        return 0;
    }

    private static RoutesView routesOf(final MemberView member, final NodeClient client) throws IOException {
        final NodeClient.Answer answer = client.get("/api/v1/routes");
        if (!answer.ok()) {
            throw new CommandFailure(1, "member " + member.id() + " does not tell: " + answer.text());
        }
        return Json.read(answer.body(), RoutesView.class);
    }

    static Table table(final List<RoutesView> views) {
        final Table table = new Table("DESTINATION", ">MEMBER", ">INTERFACE", ">CPU", ">MTU", ">REPLICAS");
        for (final RoutesView view : views) {
            final Map<Route, Integer> replicas = new LinkedHashMap<>();
            for (final CpuRoutes cpu : view.cpus()) {
                cpu.routes().forEach(route -> replicas.merge(route, 1, Integer::sum));
            }
            replicas.forEach((route, n) -> table.row(
                    route.destination(),
                    view.member(),
                    route.ifIndex(),
                    route.deviceCpu(),
                    route.mtu(),
                    n + "/" + view.cpus().size()));
        }
        return table;
    }
}
