package odonata.node.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import odonata.node.http.RoutesView;
import odonata.node.http.RoutesView.CpuRoutes;
import odonata.node.http.RoutesView.Route;
import odonata.node.launch.ClusterFolder;
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
        final List<RoutesView> views = new ArrayList<>();
        for (final EachMember member : EachMember.of(context(), folder)) {
            views.add(member.read("routes", RoutesView.class));
        }
        if (json.json()) {
            console().json(views);
        } else {
            table(views).lines().forEach(console()::print);
        }
        return 0;
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
