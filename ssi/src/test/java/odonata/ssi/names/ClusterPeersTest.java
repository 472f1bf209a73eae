package odonata.ssi.names;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import odonata.protocol.flow.BucketMap;
import odonata.ssi.membership.ClusterState;
import odonata.ssi.membership.Seat;
import org.junit.jupiter.api.Test;

/** Whom a member asks for a name, and what may go there. */
class ClusterPeersTest {
    private final ClusterPeers peers = new ClusterPeers(2);

    private static Seat seat(final int cpu, final int member) {
        return new Seat(cpu, member, 0, 0, 0);
    }

    private static ClusterState state(final Seat... seats) {
        return new ClusterState(
                1,
                "demo",
                List.of(),
                List.of(seats),
                BucketMap.masked(1, new int[] {0}),
                List.of(),
                List.of(),
                List.of(),
                Map.of(),
                List.of(),
                9,
                9,
                9,
                false);
    }

    @Test
    void shouldAskEachOtherMemberAtItsLowestCpuInTheOrderOfTheirIds() {
        assertThat(peers.doors()).isEmpty();
        peers.onState(state(seat(0, 3), seat(1, 3), seat(2, 2), seat(3, 2), seat(7, 1), seat(8, 1)));
        assertThat(peers.doors()).containsExactly(7, 0);
        peers.onState(state(seat(2, 2), seat(7, 1)));
        assertThat(peers.doors()).containsExactly(7);
    }

    @Test
    void shouldLetTravelWhatTheCodecCanWriteAndIsNotTooLong() {
        assertThat(peers.canTravel("text")).isTrue();
        assertThat(peers.canTravel(null)).isTrue();
        assertThat(peers.canTravel(List.of(1, Map.of("a", new byte[] {1})))).isTrue();
        assertThat(peers.canTravel(new Object())).isFalse();
        assertThat(peers.canTravel(List.of(new Object()))).isFalse();
        assertThat(peers.canTravel(new byte[ClusterPeers.MAX_PAYLOAD])).isFalse();
        assertThat(peers.canTravel("still")).isTrue();
    }
}
