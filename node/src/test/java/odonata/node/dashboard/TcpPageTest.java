package odonata.node.dashboard;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import odonata.node.snapshot.ConnectionView;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The TCP part of the page in a real browser, fed with figures of an invented cluster. */
@Tag("slow")
class TcpPageTest {
    private static final long START = 1_790_000_000_000L;

    @RegisterExtension
    static final Chromium CHROMIUM = new Chromium();

    private FakeServer server;
    private FakeCluster cluster = cluster(3, 2);

    private static FakeCluster cluster(final int members, final int cpus) {
        return new FakeCluster(members, cpus, 7, START);
    }

    @BeforeEach
    void startServer() throws IOException {
        server = new FakeServer(0);
    }

    @AfterEach
    void stopServer() {
        server.close();
    }

    private void push(final int snapshots) {
        for (int i = 0; i < snapshots; i++) {
            server.push(cluster.next());
        }
    }

    private Visit visit(final int width, final ColorScheme scheme, final String more) {
        return new Visit(CHROMIUM.browser(), width, scheme).open(server.url() + "?view=tcp" + more);
    }

    private Visit visit() {
        return visit(1600, ColorScheme.DARK, "");
    }

    private static Locator rows(final Visit v) {
        return v.at("#p-connections tbody tr");
    }

    /** Texts of one column of the connections. */
    private static List<String> column(final Visit v, final int index) {
        return v.at("#p-connections tbody tr > :nth-child(" + index + ")").allTextContents();
    }

    @Test
    void shouldShowHowConnectionsSpreadOverCpusAndWhatBecameOfThem() {
        push(20);
        try (Visit v = visit().showing(20)) {
            assertThat(v.at("#p-spread svg[data-lanes='6']")).isVisible();
            assertThat(v.at("#p-spread rect[data-state=ESTABLISHED]")).hasCount(6);
            assertThat(v.at("#p-spread rect.sent")).hasCount(6);
            assertThat(v.at("#p-states path.area")).not().hasCount(0);
            assertThat(v.at("#p-listeners tbody tr")).hasCount(4);
            assertThat(v.at("#p-listeners tbody tr").first()).containsText("10.77.77.1:19");
            assertThat(v.at("#p-listeners .warned").first()).containsText("190");
            assertThat(rows(v)).hasCount(72);
            assertThat(v.at("#tcpkpis [data-kpi=connections] .v")).containsText(Pattern.compile("\\d"));
            assertThat(v.at("#lossstats")).containsText("%");
            assertThat(v.at("#p-map")).isHidden();
            assertThat(v.errors()).isEmpty();
        }
    }

    @Test
    void shouldChangeBetweenClusterAndTcpByKeyButtonAndLink() {
        push(5);
        try (Visit v = new Visit(CHROMIUM.browser(), 1600, ColorScheme.DARK)
                .open(server.url())
                .showing(5)) {
            assertThat(v.at("#p-spread")).isHidden();
            v.press("c");
            assertThat(v.at("#p-spread svg")).isVisible();
            assertThat(v.at("#p-crossbar")).isHidden();
            assertThat(v.page()).hasURL(Pattern.compile("view=tcp"));
            v.at("button[data-view=cluster]").click();
            assertThat(v.at("#p-crossbar .chart svg")).isVisible();
            v.press("/");
            assertThat(v.at("#search")).isFocused();
        }
        try (Visit v = new Visit(CHROMIUM.browser(), 1600, ColorScheme.DARK).open(server.url() + "#p-connections")) {
            assertThat(rows(v).first()).isVisible();
        }
    }

    @Test
    void shouldFindConnectionsByAllWords() {
        push(5);
        try (Visit v = visit().showing(5)) {
            v.at("#search").fill("m2.c3 10.42.3.1");
            assertThat(rows(v)).not().hasCount(72);
            assertThat(column(v, 3)).isNotEmpty().allMatch("m2.c3"::equals);
            assertThat(column(v, 1)).allMatch(end -> end.startsWith("10.42.3.1"));
            assertThat(v.at("#p-connections .sub")).containsText(Pattern.compile("all \\d+ found among 72"));
            v.at("#search").fill("10.42.99.");
            assertThat(v.at("#p-connections")).containsText("No connection of the cluster has “10.42.99.”");
            v.at("#search").fill("nobody");
            assertThat(v.at("#p-connections"))
                    .containsText("“nobody” is no address, port, state or owner; such are 10.42.3.1");
            v.at("#search").press("Escape");
            assertThat(rows(v)).hasCount(72);
        }
        try (Visit v = visit(1600, ColorScheme.DARK, "&q=time_wait&sort=-rto")) {
            assertThat(rows(v)).not().hasCount(72);
            assertThat(column(v, 2)).isNotEmpty().allMatch("TIME_WAIT"::equals);
            assertThat(v.at("#search")).hasValue("time_wait");
        }
    }

    @Test
    void shouldSortByAnyColumnAndTurnRound() {
        push(5);
        try (Visit v = visit().showing(5)) {
            final Locator head = v.at("#p-connections thead th").nth(8);
            head.locator("button").click();
            assertThat(head).hasAttribute("aria-sort", "descending");
            assertThat(v.at("#p-connections tbody tr").first()).containsText("800\u202fms");
            head.locator("button").focus();
            v.press("Enter");
            assertThat(head).hasAttribute("aria-sort", "ascending");
            assertThat(v.at("#p-connections tbody tr").first()).containsText("200\u202fms");
            v.at("#p-connections thead button").first().click();
            assertThat(v.at("#p-connections tbody tr").first()).containsText("10.42.0.10:");
            v.at("#p-connections thead button").nth(7).click();
            assertThat(v.at("#p-connections thead th").nth(7)).hasAttribute("aria-sort", "descending");
            assertThat(column(v, 8).stream().map(rtt -> -Double.parseDouble(rtt.replaceAll("[^0-9.]", ""))))
                    .as("round-trip times, as numbers")
                    .isSorted()
                    .anyMatch(rtt -> rtt > -10)
                    .anyMatch(rtt -> rtt < -10);
        }
    }

    @Test
    void shouldSayWhichConnectionsAreShownWhenThereAreMore() {
        push(5);
        try (Visit v = visit().showing(5)) {
            assertThat(v.at("#p-connections .sub"))
                    .containsText(Pattern.compile("showing 72 of \\d.+: most trouble, .+ search finds any"));
        }
    }

    /** Connections of a peer, each with a port of its own. */
    private static List<ConnectionView> many(final int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new ConnectionView(
                        "tcp",
                        i % 6,
                        "10.77.77.1:" + (i % 2 == 0 ? 80 : 6379),
                        "10.42.0.9:" + (10_000 + i),
                        "ESTABLISHED",
                        0,
                        i,
                        14_480,
                        1 << 30,
                        200,
                        0.2,
                        0))
                .toList();
    }

    private static long searches(final Visit v) {
        return v.requests().stream().filter(url -> url.contains("/find?")).count();
    }

    @Test
    void shouldFindAnyConnectionOfALargeCluster() {
        server.connections(many(20_000));
        push(5);
        try (Visit v = visit().showing(5)) {
            assertThat(searches(v)).isZero();
            v.at("#search").pressSequentially("10.42.0.9:29998");
            assertThat(v.at("#p-connections .sub")).containsText(Pattern.compile("all 1 found among 20.000"));
            assertThat(column(v, 1)).containsExactly("10.42.0.9:29998 → 10.77.77.1:80");
            assertThat(searches(v)).as("not one for each letter").isLessThan(8);
            v.at("#search").fill(":80 m3");
            assertThat(v.at("#p-connections .sub"))
                    .containsText(Pattern.compile("showing 100 of 3.333 found among 20.000; more words show fewer"));
            assertThat(rows(v)).hasCount(100);
            assertThat(column(v, 3)).containsOnly("m3.c4");
            assertThat(v.errors()).isEmpty();
            v.shoot("tcp-search");
        }
    }

    @Test
    void shouldLookAgainWhileItIsShown() {
        server.connections(many(10));
        push(5);
        try (Visit v = new Visit(CHROMIUM.browser(), 1600, ColorScheme.LIGHT)) {
            v.page().clock().install();
            v.open(server.url() + "?view=tcp&q=:80");
            assertThat(v.at("#p-connections .sub")).containsText("all 5 found among 10");
            server.connections(many(20), 2, 3);
            v.page().clock().fastForward(5_001);
            push(1);
            assertThat(v.at("#p-connections .sub")).containsText("all 10 found among 20; m2, m3 do not answer");
        }
    }

    @Test
    void shouldSayThatASearchFailed() {
        push(5);
        server.refuseSearches();
        try (Visit v = visit().showing(5)) {
            v.at("#search").fill(":80");
            assertThat(v.at("#p-connections")).containsText("The member answers 503.");
            assertThat(v.at("#p-connections .sub")).containsText("nothing found");
            v.at("#search").press("Escape");
            assertThat(rows(v)).hasCount(72);
        }
    }

    @Test
    void shouldWithholdTheFiguresOfAMemberThatIsDown() {
        push(20);
        try (Visit v = visit().showing(20)) {
            cluster.kill(2);
            push(1);
            v.showing(21);
            assertThat(v.at("#p-spread .deadbar")).hasCount(4);
            assertThat(v.at("#p-spread rect[data-state=ESTABLISHED]")).hasCount(4);
        }
    }

    @Test
    void shouldDrawEveryChartAsATableToo() {
        push(8);
        try (Visit v = visit().showing(8)) {
            v.press("v");
            for (final String id : new String[] {"spread", "states", "loss", "handshakes", "ends"}) {
                assertThat(v.at("#p-" + id + " .tbl table")).isVisible();
                assertThat(v.at("#p-" + id + " .chart")).isHidden();
            }
            assertThat(v.at("#p-spread .tbl tbody tr")).hasCount(6);
            assertThat(v.at("#p-states .tbl tbody tr")).hasCount(8);
            assertThat(v.layoutFaults()).isEmpty();
        }
    }

    @Test
    void shouldHaveTheHistoryOfBefore() {
        server.sendNewestOnly();
        push(30);
        try (Visit v = visit().showing(30)) {
            v.press("v");
            assertThat(v.at("#p-loss .tbl tbody tr")).hasCount(30);
            assertThat(v.at("#p-loss .tbl tbody tr > :nth-child(2)").allTextContents())
                    .hasSize(30)
                    .doesNotContain("0", "–");
        }
    }

    @Test
    void shouldShowHostileTextAsText() {
        cluster = cluster(2, 1).hostile("<img src=x onerror=\"window.owned=1\"></script><b>x</b>");
        push(3);
        try (Visit v = visit().showing(3)) {
            assertThat(rows(v).first()).containsText("<img src=x");
            assertThat(v.at("#p-listeners")).containsText("<img src=x");
            assertThat(v.at("img")).hasCount(0);
            assertThat(v.page().evaluate("() => window.owned === undefined")).isEqualTo(true);
            assertThat(v.errors()).isEmpty();
        }
    }

    @Test
    void shouldSayHowToMakeAConnectionWhenThereIsNone() {
        cluster = cluster(1, 1).noLoad();
        push(3);
        try (Visit v = visit().showing(3)) {
            assertThat(v.at("#p-spread")).containsText("curl http://10.77.77.1/");
            assertThat(v.at("#p-connections")).containsText("curl http://10.77.77.1/");
            assertThat(v.layoutFaults()).isEmpty();
            assertThat(v.errors()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "400, 3, 2, DARK",
        "820, 3, 4, LIGHT",
        "1280, 8, 3, DARK",
        "1600, 1, 1, LIGHT",
        "1600, 3, 4, DARK",
        "1600, 3, 4, LIGHT",
        "1600, 16, 4, DARK"
    })
    void shouldFitAndBeReadableByAll(final int width, final int members, final int cpus, final ColorScheme scheme) {
        cluster = cluster(members, cpus);
        push(100);
        try (Visit v = visit(width, scheme, "").showing(100)) {
            v.shoot("tcp-" + width + "-" + members + "x" + cpus + "-"
                    + scheme.name().toLowerCase(Locale.ROOT));
            assertThat(v.layoutFaults()).isEmpty();
            assertThat(v.accessibilityFaults()).isEmpty();
            assertThat(v.errors()).isEmpty();
        }
    }
}
