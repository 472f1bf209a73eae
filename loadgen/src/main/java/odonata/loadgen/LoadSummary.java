package odonata.loadgen;

import java.util.List;
import odonata.loadgen.openloop.Account;
import odonata.loadgen.openloop.Latency;

/**
 * State of a load run, while it goes on or at its end. Latencies are those of the measured phase.
 *
 * @param phase {@code warm-up}, {@code steady} or {@code done}
 * @param workload name of the workload
 * @param arrivals {@code poisson} or {@code fixed}
 * @param seed seed of flows, choices and gaps
 * @param flows number of distinct flows
 * @param rate requests a second that were asked for
 * @param warmupSeconds length of the phase that is not measured
 * @param seconds measured time so far
 * @param warmup requests of the warm-up
 * @param counts requests of the measured phase
 * @param duplicates answers that came for a request already decided: second answers and answers after the time-out
 * @param latencyUs from the intended start
 * @param uncorrectedLatencyUs from the moment of sending
 * @param sendLagUs how late requests left the generator
 * @param curve pairs of percentile and microseconds from the intended start
 * @param clients what TCP clients did; null when the load was UDP
 */
public record LoadSummary(
        String phase,
        String workload,
        String arrivals,
        long seed,
        int flows,
        double rate,
        double warmupSeconds,
        double seconds,
        Counts warmup,
        Counts counts,
        long duplicates,
        Latency latencyUs,
        Latency uncorrectedLatencyUs,
        Latency sendLagUs,
        List<double[]> curve,
        ClientSummary clients) {

    /**
     * Where the requests of one phase went: {@code asked = sent + pushedBack + generatorLagged}, and at the end
     * {@code sent = answered + lost}.
     *
     * @param asked what the schedule asked for
     * @param sent what left
     * @param answered what came back in time
     * @param lost what did not
     * @param pushedBack given up because the cluster took no packets
     * @param generatorLagged given up because the generator was late
     */
    public record Counts(long asked, long sent, long answered, long lost, long pushedBack, long generatorLagged) {
        static Counts of(final Account account) {
            return new Counts(
                    account.asked(),
                    account.sent(),
                    account.answered(),
                    account.lost(),
                    account.pushedBack(),
                    account.generatorLagged());
        }
    }

    /** Answers a second over the measured time. */
    public double answersPerSecond() {
        return seconds > 0 ? counts.answered() / seconds : 0;
    }
}
