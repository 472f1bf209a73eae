package odonata.protocol.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import odonata.protocol.clock.Seed;
import odonata.protocol.clock.Seeds;
import odonata.protocol.ip.Ipv4Address;
import odonata.protocol.ip.Ipv4Prefix;
import org.junit.jupiter.api.Test;

class RouteTableTest {
    private final RouteTable<String> table = RouteTable.<String>empty()
            .with(Ipv4Prefix.parse("10.0.0.0/8"), "net")
            .with(Ipv4Prefix.ALL, "default")
            .with(Ipv4Prefix.parse("10.1.0.0/16"), "subnet")
            .with(Ipv4Prefix.parse("10.1.2.3"), "host");

    private Optional<String> to(final String address) {
        return table.lookup(Ipv4Address.parse(address));
    }

    @Test
    void shouldTakeLongestPrefix() {
        assertThat(to("10.1.2.3")).contains("host");
        assertThat(to("10.1.2.4")).contains("subnet");
        assertThat(to("10.2.2.4")).contains("net");
        assertThat(to("192.168.0.1")).contains("default");
    }

    @Test
    void shouldHaveNoRouteWhenNoneMatches() {
        assertThat(table.without(Ipv4Prefix.ALL).lookup(Ipv4Address.parse("11.0.0.1")))
                .isEmpty();
        assertThat(RouteTable.empty().lookup(0)).isEmpty();
    }

    @Test
    void shouldLeaveOldTableAsItWasWhenChanged() {
        final RouteTable<String> changed = table.with(Ipv4Prefix.parse("10.1.2.3/32"), "other");
        assertThat(changed.lookup(Ipv4Address.parse("10.1.2.3"))).contains("other");
        assertThat(to("10.1.2.3")).contains("host");
        assertThat(changed.size()).isEqualTo(table.size());
        assertThat(changed).isNotEqualTo(table);
        assertThat(changed.with(Ipv4Prefix.parse("10.1.2.3/32"), "host")).isEqualTo(table);
    }

    @Test
    void shouldListLongestFirst() {
        assertThat(table.routes().values()).containsExactly("host", "subnet", "net", "default");
    }

    @Test
    void shouldAgreeWithSearchOfAllRoutes() {
        final Seed seed = Seeds.replayable("routes");
        for (int round = 0; round < 50; round++) {
            final Map<Ipv4Prefix, Integer> all = new HashMap<>();
            RouteTable<Integer> routes = RouteTable.empty();
            for (int i = 0; i < 30; i++) {
                final Ipv4Prefix prefix = Ipv4Prefix.around((int) seed.nextLong() & 0xf000_000f, seed.nextInt(33));
                all.put(prefix, i);
                routes = routes.with(prefix, i);
            }
            for (int i = 0; i < 100; i++) {
                final int address = (int) seed.nextLong() & 0xf000_000f;
                assertThat(routes.lookup(address)).isEqualTo(search(all, address));
            }
        }
    }

    private static Optional<Integer> search(final Map<Ipv4Prefix, Integer> all, final int address) {
        return all.entrySet().stream()
                .filter(route -> route.getKey().contains(address))
                .max((a, b) -> Integer.compare(a.getKey().length(), b.getKey().length()))
                .map(Map.Entry::getValue);
    }
}
