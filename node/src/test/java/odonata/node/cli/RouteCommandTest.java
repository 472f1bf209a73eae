package odonata.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import odonata.node.http.RoutesView;
import odonata.node.http.RoutesView.CpuRoutes;
import odonata.node.http.RoutesView.Route;
import org.junit.jupiter.api.Test;

class RouteCommandTest {
    private static final Route NET = new Route("10.77.77.0/24", 7, 1, 1_500);
    private static final Route ALL = new Route("0.0.0.0/0", 12, 0, 65_535);

    @Test
    void shouldShowEachRouteOnceWithItsReplicas() {
        final RoutesView first =
                new RoutesView(1, List.of(new CpuRoutes(0, List.of(NET, ALL)), new CpuRoutes(1, List.of(NET))));
        final RoutesView second = new RoutesView(2, List.of(new CpuRoutes(2, List.of(ALL))));
        assertThat(RouteCommand.table(List.of(first, second)).lines())
                .containsExactly(
                        "DESTINATION    MEMBER  INTERFACE  CPU    MTU  REPLICAS",
                        "10.77.77.0/24       1          7    1   1500       2/2",
                        "0.0.0.0/0           1         12    0  65535       1/2",
                        "0.0.0.0/0           2         12    0  65535       1/1");
    }
}
