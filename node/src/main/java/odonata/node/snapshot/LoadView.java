package odonata.node.snapshot;

import java.util.List;

/**
 * The running or the last load, as the load generator says.
 *
 * @param running true while it sends
 * @param phase warm-up, steady or done
 * @param workload its name
 * @param askedPerS requests per second that were asked for
 * @param asked requests planned so far
 * @param sent requests sent
 * @param answered answers
 * @param lost requests without an answer in time
 * @param generatorLagged requests sent late because the generator was the limit
 * @param latencyUs latency so far
 * @param curve pairs of percentile and microseconds
 */
public record LoadView(
        boolean running,
        String phase,
        String workload,
        double askedPerS,
        long asked,
        long sent,
        long answered,
        long lost,
        long generatorLagged,
        LatencyView latencyUs,
        List<List<Double>> curve) {}
