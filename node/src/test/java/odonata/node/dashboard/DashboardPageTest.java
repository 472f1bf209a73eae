package odonata.node.dashboard;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The page in a real browser, fed with snapshots of an invented cluster. */
@Tag("slow")
class DashboardPageTest {
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

    private Visit visit(final int width, final ColorScheme scheme) {
        return new Visit(CHROMIUM.browser(), width, scheme);
    }

    private Visit visit() {
        return visit(1600, ColorScheme.DARK).open(server.url());
    }

    @Nested
    class WhenThreeMembersAreUp {
        @Test
        void shouldShowMembersAndFillTheMatrix() {
            push(20);
            try (Visit v = visit().showing(20)) {
                assertThat(v.at(".mcard")).hasCount(3);
                assertThat(v.at(".mcard[data-state=up]")).hasCount(3);
                assertThat(v.at(".mcard .cpu")).hasCount(6);
                assertThat(v.at("#health")).containsText("3 of 3 members up");
                assertThat(v.at("#p-crossbar rect.cell")).hasCount(36);
                assertThat(v.at("#p-crossbar rect.cell[data-v='0']")).hasCount(0);
                assertThat(v.at("#p-buckets [data-bucket]")).hasCount(256);
                assertThat(v.at("#p-share .bar")).hasCount(6);
                assertThat(v.at("#p-latency tbody td").first()).containsText("µs");
                assertThat(v.at("#p-threads tbody tr")).hasCount(9);
                assertThat(v.at("#p-links tbody tr")).hasCount(6);
            }
        }

        @Test
        void shouldRaiseNoErrorAndAskNobodyElse() {
            push(5);
            try (Visit v = visit().showing(5)) {
                push(2);
                v.showing(7);
                assertThat(v.errors()).isEmpty();
                assertThat(v.requests()).isNotEmpty().allMatch(url -> url.startsWith(server.url()));
            }
        }

        @Test
        void shouldDrawEveryChartAsATableToo() {
            push(8);
            try (Visit v = visit().showing(8)) {
                v.press("v");
                for (final String id : new String[] {
                    "map", "crossbar", "imbalance", "buckets", "share", "heat", "throughput", "latency"
                }) {
                    assertThat(v.at("#p-" + id + " .tbl table")).isVisible();
                    assertThat(v.at("#p-" + id + " .chart")).isHidden();
                }
                assertThat(v.at("#p-crossbar .tbl tbody tr")).hasCount(7);
                assertThat(v.at("#p-buckets .tbl tbody tr")).hasCount(256);
                assertThat(v.at("#p-throughput .tbl tbody tr")).hasCount(8);
                v.press("v");
                assertThat(v.at("#p-crossbar .chart svg")).isVisible();
            }
        }

        @Test
        void shouldMarkMovingBucketsAndEventsOnTheTimeAxes() {
            push(20);
            cluster.drain(2);
            push(3);
            try (Visit v = visit().showing(23)) {
                assertThat(v.at(".mcard[data-member='2'] .tag.draining")).isVisible();
                assertThat(v.at("#p-buckets .moving").first()).isVisible();
                assertThat(v.at("#bucketlegend")).containsText(Pattern.compile("moving \\([1-9]"));
                assertThat(v.at("#p-throughput [data-event=drain]")).hasCount(1);
                assertThat(v.at("#p-heat [data-event=drain]")).hasCount(1);
                cluster.finishMoves();
                push(1);
                v.showing(24);
                assertThat(v.at("#p-buckets .moving")).hasCount(0);
            }
        }
    }

    @Nested
    class WhenAMemberIsKilled {
        @Test
        void shouldTurnRedAndStayVisibleWithoutFigures() {
            push(20);
            try (Visit v = visit().showing(20)) {
                cluster.kill(2);
                push(1);
                v.showing(21);
                assertThat(v.at(".mcard[data-member='2'][data-state=down] .tag"))
                        .hasText("✕ down");
                assertThat(v.at(".mcard[data-member='2']")).hasCSS("border-left-color", "rgb(255, 132, 128)");
                assertThat(v.at(".mcard[data-member='2'] .cpu .u").first()).hasText("–");
                assertThat(v.at("#health")).hasClass(Pattern.compile("bad"));
                assertThat(v.at("#health")).containsText("m2 down");
                assertThat(v.at("#p-crossbar rect.cell[data-from='2'][data-to='0']"))
                        .hasAttribute("data-v", "none");
                assertThat(v.at("#p-events li[data-kind=crash]")).isVisible();
                cluster.forget(2);
                push(30);
                v.showing(51);
                assertThat(v.at(".mcard[data-member='2'][data-state=down]")).isVisible();
                push(130);
                v.showing(181);
                assertThat(v.at(".mcard[data-member='2']")).hasCount(0);
            }
        }

        @Test
        void shouldSayGoneWhenItVanishesWithoutAWord() {
            push(5);
            try (Visit v = visit().showing(5)) {
                cluster.forget(3);
                push(1);
                v.showing(6);
                assertThat(v.at(".mcard[data-member='3'][data-state=gone] .tag"))
                        .hasText("✕ gone");
            }
        }
    }

    @Nested
    class WhenAMemberIsStale {
        @Test
        void shouldSayWhenItWasSeenAndWithholdFigures() {
            push(20);
            cluster.stale(2, 7400);
            push(2);
            try (Visit v = visit().showing(22)) {
                assertThat(v.at(".mcard[data-member='2'][data-stale=true]")).isVisible();
                assertThat(v.at(".mcard[data-member='2'] .seen")).containsText("last seen");
                assertThat(v.at(".mcard[data-member='2'] .tag.stale")).isVisible();
                assertThat(v.at(".mcard[data-member='2'] .cpu .u").first()).hasText("–");
                assertThat(v.at(".mcard[data-member='1'] .cpu .u").first()).containsText("%");
                assertThat(v.at("#health")).containsText("2 of 3 members up · m2 stale");
                v.shoot("stale-dark");
                assertThat(v.layoutFaults()).isEmpty();
            }
        }
    }

    @Nested
    class WhenTheServerIsLost {
        @ParameterizedTest
        @EnumSource(
                value = ColorScheme.class,
                names = {"DARK", "LIGHT"})
        void shouldSaySoCountDownAndComeBack(final ColorScheme scheme) {
            push(5);
            try (Visit v = visit(1600, scheme).open(server.url()).showing(5)) {
                server.cut();
                assertThat(v.at("#banner")).containsText("Connection to the server lost");
                assertThat(v.at("#banner")).containsText(Pattern.compile("Next try in \\d+ s|Trying now"));
                assertThat(v.at("body")).hasAttribute("data-conn", "lost");
                assertThat(v.at("#pausetext")).hasText("Not live");
                assertThat(v.at("#bannerlinks a")).hasCount(2);
                assertThat(v.layoutFaults()).isEmpty();
                assertThat(v.accessibilityFaults()).isEmpty();
                v.shoot("lost-" + scheme.name().toLowerCase(Locale.ROOT));
                server.accept();
                push(1);
                v.at("#retry").click();
                v.showing(6);
                assertThat(v.at("#banner")).isHidden();
                assertThat(v.at("body")).hasAttribute("data-conn", "live");
            }
        }
    }

    @Nested
    class WhenThePageIsOpenedLater {
        @Test
        void shouldShowWhatWasBefore() {
            server.sendNewestOnly();
            push(40);
            try (Visit v = visit().showing(40)) {
                v.press("v");
                assertThat(v.at("#p-throughput .tbl tbody tr")).hasCount(40);
                push(1);
                v.showing(41);
                assertThat(v.at("#p-throughput .tbl tbody tr")).hasCount(41);
                assertThat(v.errors()).isEmpty();
            }
        }

        @Test
        void shouldFillTheHoleOfALostConnection() {
            server.sendNewestOnly();
            push(5);
            try (Visit v = visit().showing(5)) {
                server.cut();
                assertThat(v.at("body")).hasAttribute("data-conn", "lost");
                push(10);
                server.accept();
                v.at("#retry").click();
                v.showing(15);
                v.press("v");
                assertThat(v.at("#p-throughput .tbl tbody tr")).hasCount(15);
            }
        }
    }

    @Nested
    class WhenLatenciesAreLong {
        @ParameterizedTest
        @ValueSource(ints = {400, 1600})
        void shouldFit(final int width) {
            cluster = cluster(3, 2).slow();
            push(12);
            try (Visit v = visit(width, ColorScheme.DARK).open(server.url()).showing(12)) {
                assertThat(v.layoutFaults()).isEmpty();
            }
        }
    }

    @Nested
    class WhenThereIsNoLoad {
        @Test
        void shouldSayHowToStartOne() {
            cluster = cluster(1, 1).noLoad();
            push(3);
            try (Visit v = visit().showing(3)) {
                assertThat(v.at("#p-load")).containsText("./odonata load");
                assertThat(v.at("#p-latency")).containsText("./odonata load");
                assertThat(v.at("#p-imbalance")).containsText("No flow has been seen yet");
                assertThat(v.at("#p-links")).containsText("one member");
                assertThat(v.layoutFaults()).isEmpty();
                assertThat(v.errors()).isEmpty();
                v.shoot("empty-dark");
            }
        }
    }

    @Nested
    class WhenPaused {
        @Test
        void shouldFreezeTheViewWhileTheHistoryGoesOn() {
            push(10);
            try (Visit v = visit().showing(10)) {
                v.press("Space");
                assertThat(v.at("body")).hasAttribute("data-paused", "true");
                push(25);
                assertThat(v.at("#pausebartext")).containsText("25 newer snapshots kept");
                assertThat(v.at("body")).hasAttribute("data-seq", "10");
                assertThat(v.at("#footer")).containsText("snapshot 10 of");
                v.press("Space");
                v.showing(35);
                v.press("v");
                assertThat(v.at("#p-throughput .tbl tbody tr")).hasCount(35);
            }
        }
    }

    @Nested
    class WhenTextIsHostile {
        @Test
        void shouldShowItAsText() {
            cluster = cluster(2, 1).hostile("<img src=x onerror=\"window.owned=1\"></script><b>x</b>");
            push(3);
            try (Visit v = visit().showing(3)) {
                assertThat(v.at("#cluster")).containsText("<img src=x");
                assertThat(v.at(".mcard .addr").first()).containsText("<img src=x");
                assertThat(v.at("img")).hasCount(0);
                assertThat(v.page().evaluate("() => window.owned === undefined"))
                        .isEqualTo(true);
                assertThat(v.errors()).isEmpty();
            }
        }
    }

    @Nested
    class Layout {
        @ParameterizedTest
        @CsvSource({
            "400, 1, 1",
            "400, 3, 2",
            "400, 16, 4",
            "820, 3, 4",
            "1280, 3, 2",
            "1280, 8, 3",
            "1600, 1, 1",
            "1600, 3, 2",
            "1600, 3, 4",
            "1600, 16, 4"
        })
        void shouldNeitherOverlapNorOverflow(final int width, final int members, final int cpus) {
            cluster = cluster(members, cpus);
            push(members > 8 ? 40 : 120);
            if (members > 1) {
                cluster.kill(2);
            }
            push(12);
            for (final ColorScheme scheme : new ColorScheme[] {ColorScheme.DARK, ColorScheme.LIGHT}) {
                try (Visit v = visit(width, scheme).open(server.url())) {
                    v.showing(members > 8 ? 52 : 132);
                    v.shoot(members + "x" + cpus + "-" + width + "-"
                            + scheme.name().toLowerCase(Locale.ROOT));
                    assertThat(v.layoutFaults()).isEmpty();
                    assertThat(v.errors()).isEmpty();
                }
            }
        }
    }

    @Nested
    class AsTimeGoesOn {
        @Test
        void shouldKeepTheTimeAxesApart() {
            push(70);
            try (Visit v = visit(1600, ColorScheme.DARK).open(server.url() + "?range=60")) {
                v.showing(70);
                for (int seq = 71; seq <= 90; seq++) {
                    push(1);
                    v.showing(seq);
                    assertThat(v.layoutFaults()).as("snapshot %d", seq).isEmpty();
                }
            }
        }
    }

    @Nested
    class Accessibility {
        @ParameterizedTest
        @EnumSource(
                value = ColorScheme.class,
                names = {"DARK", "LIGHT"})
        void shouldPassAxe(final ColorScheme scheme) {
            push(20);
            cluster.stale(3, 5000);
            cluster.kill(2);
            push(3);
            try (Visit v = visit(1600, scheme).open(server.url() + "#token=secret")) {
                v.showing(23);
                assertThat(v.accessibilityFaults()).isEmpty();
                v.press("v");
                assertThat(v.accessibilityFaults()).isEmpty();
                v.press("?");
                assertThat(v.at("#helpdialog")).isVisible();
                assertThat(v.accessibilityFaults()).isEmpty();
                v.press("Escape");
                v.press("v");
                v.at("[aria-label='Drain m1']").click();
                assertThat(v.at("#confirmdialog")).isVisible();
                assertThat(v.accessibilityFaults()).isEmpty();
            }
        }

        @Test
        void shouldPassAxeWithManyCpus() {
            cluster = cluster(16, 4);
            push(10);
            try (Visit v = visit(1600, ColorScheme.LIGHT).open(server.url()).showing(10)) {
                assertThat(v.accessibilityFaults()).isEmpty();
            }
        }

        @Test
        void shouldBeUsableByKeyboardAlone() {
            push(20);
            try (Visit v = visit().showing(20)) {
                v.press("Tab");
                assertThat(v.at(".skip")).isFocused();
                v.press("Enter");
                assertThat(v.at("#main")).isFocused();
                v.press("?");
                assertThat(v.at("#helpdialog")).isVisible();
                v.press("Escape");
                assertThat(v.at("#helpdialog")).isHidden();
                v.press("t");
                assertThat(v.at("html")).hasAttribute("data-theme", "light");
                v.at("#p-crossbar .cursor").focus();
                v.press("ArrowRight");
                v.press("ArrowDown");
                assertThat(v.at("#matrixcell")).containsText("c1 (m1) → c1 (m1) local");
                assertThat(v.at("#live")).containsText("c1 (m1) → c1 (m1) local");
                assertThat(v.at("#live")).containsText("messages/s");
                v.press("End");
                assertThat(v.at("#p-crossbar .cursor"))
                        .hasAttribute("aria-label", Pattern.compile("c1 \\(m1\\) → c5 \\(m3\\)"));
                v.at("#p-buckets .cursor").focus();
                v.press("ArrowDown");
                assertThat(v.at("#live")).containsText("bucket 16, owner c");
                v.at("#p-heat .cursor").focus();
                v.press("End");
                assertThat(v.at("#live")).containsText(Pattern.compile("c0 \\(m1\\) at .*% busy"));
                v.at("#i-imbalance").focus();
                v.press("Shift+Tab");
                v.press("Tab");
                assertThat(v.at("#tip")).containsText("max(x) / mean(x)");
                v.press("Escape");
                assertThat(v.at("#tip")).isHidden();
                v.press("m");
                assertThat(v.at("[data-matrix=messagesPerIpi]")).hasAttribute("aria-pressed", "true");
                v.press("1");
                assertThat(v.at("[data-range='60']")).hasAttribute("aria-pressed", "true");
                v.page().reload();
                assertThat(v.at("html")).hasAttribute("data-theme", "light");
                assertThat(v.at("[data-range='60']")).hasAttribute("aria-pressed", "true");
                assertThat(v.at("[data-matrix=messagesPerIpi]")).hasAttribute("aria-pressed", "true");
            }
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "#p-crossbar .cursor",
                    "#p-buckets .cursor",
                    "#p-heat .cursor",
                    "[aria-label='Kill m3']",
                    "#p-events .ev",
                    "#p-threads .scroll",
                    "[data-member='2'] b a"
                })
        void shouldKeepTheFocusWhenSnapshotsComeAndMembersDie(final String selector) {
            push(5);
            try (Visit v = visit(1600, ColorScheme.DARK).open(server.url() + "#token=x")) {
                v.showing(5);
                v.at(selector).focus();
                push(2);
                v.showing(7);
                assertThat(v.at(selector)).isFocused();
                cluster.kill(1);
                push(1);
                v.showing(8);
                assertThat(v.at(selector)).isFocused();
            }
        }

        @Test
        void shouldReachEveryControlByTabAndShowTheFocus() {
            push(5);
            try (Visit v = visit().showing(5)) {
                final Object unseen = v.page()
                        .evaluate(
                                "() => [...document.querySelectorAll('button, a[href], [tabindex=\"0\"]')].filter(e =>"
                                        + " e.getClientRects().length && !e.disabled && e.tabIndex < 0).map(e => e.outerHTML)");
                assertThat((List<?>) unseen).isEmpty();
                for (int i = 0; i < 25; i++) {
                    v.press("Tab");
                    assertThat(v.page()
                                    .evaluate("() => { const s = getComputedStyle(document.activeElement); return"
                                            + " document.activeElement === document.body || s.outlineStyle !== 'none' ||"
                                            + " document.activeElement.matches('.cursor'); }"))
                            .as("focus %d is visible", i)
                            .isEqualTo(true);
                }
            }
        }
    }

    @Nested
    class Administration {
        @Test
        void shouldEnableButtonsOnlyWithAToken() {
            push(3);
            try (Visit v = visit().showing(3)) {
                assertThat(v.at("[aria-label='Kill m2']")).isDisabled();
                assertThat(v.at("#rebalance")).isDisabled();
                v.press("a");
                v.page().keyboard().type("secret-1");
                v.press("Enter");
                assertThat(v.at("[aria-label='Kill m2']")).isEnabled();
                assertThat(v.at("#admintext")).hasText("Admin: unlocked");
                v.page().reload();
                assertThat(v.at("[aria-label='Kill m2']")).isEnabled();
            }
        }

        @Test
        void shouldTakeTheTokenFromTheFragmentAndSendIt() {
            push(3);
            try (Visit v = visit(1600, ColorScheme.DARK).open(server.url() + "#token=se%2Bcret")) {
                v.showing(3);
                assertThat(v.page().url()).isEqualTo(server.url());
                v.at("[aria-label='Kill m2']").click();
                assertThat(v.at("#confirmdialog")).containsText("Kill m2?");
                assertThat(v.at("#confirmdialog")).containsText("pid 41838");
                assertThat(v.at("#confirmdialog")).containsText("nothing is handed over");
                assertThat(v.at("#confirmcancel")).isFocused();
                assertThat(server.posts()).isEmpty();
                v.at("#confirmgo").click();
                assertThat(v.at("#toast")).containsText("m2 was killed");
                assertThat(server.posts())
                        .containsExactly(new FakeServer.Post("/api/v1/members/2/kill", "Bearer se+cret", origin()));
                v.at("[aria-label='Drain m3']").click();
                v.at("#confirmgo").click();
                assertThat(v.at("#toast")).containsText("m3 was asked to drain");
                v.at("#rebalance").click();
                v.at("#confirmgo").click();
                assertThat(v.at("#toast")).containsText("asked to rebalance");
                assertThat(server.posts())
                        .extracting(FakeServer.Post::path)
                        .containsExactly("/api/v1/members/2/kill", "/api/v1/members/3/drain", "/api/v1/rebalance");
                assertThat(v.errors()).isEmpty();
            }
        }

        private String origin() {
            return server.url().substring(0, server.url().length() - 1);
        }

        @Test
        void shouldShowWhyTheServerRefused() {
            push(3);
            server.answerPosts(409, "{\"error\":\"m2 is the last member\",\"hint\":\"add one first\"}");
            try (Visit v = visit(1600, ColorScheme.DARK).open(server.url() + "#token=x")) {
                v.showing(3);
                v.at("[aria-label='Drain m2']").click();
                v.at("#confirmgo").click();
                assertThat(v.at("#confirmdialog .err"))
                        .hasText("The server answered HTTP 409: m2 is the last member; add one first");
                server.answerPosts(401, "{\"error\":\"the admin token is missing or wrong\"}");
                v.at("#confirmgo").click();
                assertThat(v.at("#confirmdialog .err")).containsText("HTTP 401");
                v.at("#confirmcancel").click();
                assertThat(v.at("#confirmdialog")).isHidden();
            }
        }
    }
}
