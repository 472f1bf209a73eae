package odonata.node.demo;

import java.util.List;
import java.util.Optional;
import odonata.loadgen.LoadSummary;
import odonata.loadgen.ReplaySummary;
import odonata.node.snapshot.ClusterSnapshot;

/**
 * What a session saw.
 *
 * @param before picture before the first packet
 * @param history pictures of the run, one a second
 * @param after picture after the last packet
 * @param load final state of the load
 * @param replay final state of the replay
 * @param files latency files
 * @param seconds length of the run
 * @param interrupted whether it was cut short
 * @param clusterEnded whether no member answered at the end; then {@code after} is the last picture there was
 */
public record RunResult(
        ClusterSnapshot before,
        List<ClusterSnapshot> history,
        ClusterSnapshot after,
        Optional<LoadSummary> load,
        Optional<ReplaySummary> replay,
        List<String> files,
        double seconds,
        boolean interrupted,
        boolean clusterEnded) {}
