package odonata.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import odonata.node.http.Health;
import odonata.node.snapshot.ClusterSnapshot;
import odonata.node.snapshot.ClusterView;
import odonata.node.snapshot.EventView;
import odonata.node.snapshot.SnapshotMerge;
import odonata.node.snapshot.SnapshotRules;
import odonata.node.snapshot.Views;
import org.junit.jupiter.api.Test;

class StatusCommandTest {
    private static final String DASHBOARD = "http://127.0.0.1:8081";

    private static ClusterSnapshot picture(final EventView... events) {
        final SnapshotMerge merge = new SnapshotMerge(new SnapshotRules(1000, 3000, 10_000, 5, 100));
        for (int member = 1; member <= 3; member++) {
            merge.heard(Views.member(member, 1, 100), 1000);
        }
        final ClusterView known = Views.cluster();
        return merge.merge(
                new ClusterView(
                        known.cluster(),
                        known.self(),
                        known.members(),
                        known.mapVersion(),
                        known.owner(),
                        known.from(),
                        known.departed(),
                        List.of(events)),
                1000);
    }

    private static EventView event(final int id, final String kind, final String text) {
        return new EventView(id, 1_000L * id, kind, 2, text);
    }

    @Test
    void shouldSayWhatMembersFoundInThemselvesButNotWhatElseHappened() {
        final ClusterSnapshot picture = picture(
                event(1, "join", "joined"), event(2, "error", "thread echo@3 died: java.lang.RuntimeException: no"));
        assertThat(StatusCommand.lines(picture, new Health(true, true, 1, 3, 3, List.of()), DASHBOARD))
                .contains("error 1970-01-01T00:00:02Z, member 2: thread echo@3 died: java.lang.RuntimeException: no")
                .noneMatch(line -> line.contains("joined"))
                .last()
                .isEqualTo("dashboard " + DASHBOARD);
    }

    @Test
    void shouldSayTheLastFiveOnly() {
        final List<EventView> many = new ArrayList<>();
        for (int id = 1; id <= 8; id++) {
            many.add(event(id, "error", "defect " + id));
        }
        assertThat(StatusCommand.lines(
                        picture(many.toArray(EventView[]::new)), new Health(true, true, 1, 3, 3, List.of()), DASHBOARD))
                .filteredOn(line -> line.startsWith("error"))
                .extracting(line -> line.substring(line.indexOf("defect")))
                .containsExactly("defect 4", "defect 5", "defect 6", "defect 7", "defect 8");
    }

    @Test
    void shouldSayWhyItIsNotHealthy() {
        assertThat(StatusCommand.lines(
                        picture(), new Health(true, false, 1, 3, 2, List.of("member 3 is down")), DASHBOARD))
                .startsWith(
                        "cluster test: NOT healthy, 2 of 3 members up, bucket map version 1", "  ! member 3 is down");
    }
}
