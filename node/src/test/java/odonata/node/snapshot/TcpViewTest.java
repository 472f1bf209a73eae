package odonata.node.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TcpViewTest {
    @Test
    void shouldAddUpAllCpusAndTheirStates() {
        final TcpView view = TcpView.of(List.of(Views.tcp(0, 1), Views.tcp(1, 1)), List.of(), List.of());
        assertThat(view.sum("connections")).isEqualTo(5);
        assertThat(view.sum("state.ESTABLISHED")).isEqualTo(3);
        assertThat(view.sum("state.TIME_WAIT")).isEqualTo(2);
        assertThat(view.sum("retransmitsPerS")).isEqualTo(3);
        assertThat(view.sum("nothing")).isZero();
        assertThat(view.segmentsPerS()).isEqualTo(380);
    }

    @Test
    void shouldShowSocketsOfOneAddressTogetherLongestQueueFirst() {
        final TcpView view = TcpView.of(
                List.of(),
                List.of(
                        new ListenerView("0.0.0.0:7", 1, 1, 1, 192),
                        new ListenerView("0.0.0.0:80", 1, 3, 3, 192),
                        new ListenerView("0.0.0.0:80", 1, 9, 9, 192)),
                List.of());
        assertThat(view.listeners())
                .containsExactly(
                        new ListenerView("0.0.0.0:80", 2, 12, 9, 384), new ListenerView("0.0.0.0:7", 1, 1, 1, 192));
        assertThat(view.sum("acceptQueue")).isEqualTo(13);
    }

    /** A picture has the same bound, however many members there are. */
    @Test
    void shouldListNoMoreConnectionsThanItMayThoseWithMostInTheirQueues() {
        final List<TcpView> members = IntStream.range(0, 5)
                .mapToObj(m -> TcpView.of(
                        List.of(Views.tcp(m, m)),
                        List.of(),
                        IntStream.range(0, 150)
                                .mapToObj(i -> Views.connection(m, 10L * i + m))
                                .toList()))
                .toList();
        final TcpView all = TcpView.merge(members);
        assertThat(all.connections()).hasSize(TcpView.MAX_CONNECTIONS);
        assertThat(all.connections().get(0).sendQ()).isEqualTo(1_494);
        assertThat(all.connections()).extracting(ConnectionView::sendQ).allMatch(q -> q >= 1_300);
        assertThat(all.cpus()).hasSize(5);
    }

    @Test
    void shouldNotShowWhatIsNotHeardOfAnyMore() {
        final SnapshotMerge merge = new SnapshotMerge(new SnapshotRules(1000, 3000, 10_000, 5, 100));
        merge.heard(Views.member(1, 1, 100), 1_000);
        merge.heard(Views.member(2, 1, 100), 5_000);
        final ClusterSnapshot picture = merge.merge(Views.cluster(), 5_000);
        assertThat(picture.tcp().cpus()).extracting(TcpCpuView::cpu).containsExactly(2, 3);
        final History history = new History();
        history.add(picture);
        assertThat(history.view().cluster().get("tcp.connections"))
                .containsExactly(picture.tcp().sum("connections"));
    }

    @Test
    void shouldReadAPictureOfAVersionWithoutTcp() {
        final byte[] old = "{\"schema\":\"odonata.snapshot/1\",\"seq\":1}".getBytes(StandardCharsets.UTF_8);
        assertThat(Json.read(old, ClusterSnapshot.class).tcp()).isEqualTo(TcpView.NONE);
    }
}
