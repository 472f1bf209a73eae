package odonata.node.demo;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import odonata.loadgen.ClientSummary;
import odonata.loadgen.Thresholds;
import odonata.loadgen.openloop.Latency;

/**
 * What came of a run; the schema is {@code odonata/node/schema/summary-1.json}.
 *
 * @param schema {@link #SCHEMA}
 * @param cluster name
 * @param readySeconds from the start of the first process until the cluster served; null when it ran before
 * @param seconds from the first to the last packet
 * @param members at the end, also those that left
 * @param cpus at the end, also those that left; counters of this run only
 * @param replay null when nothing was replayed
 * @param load null when no load was driven
 * @param imbalance spread of this run's packets
 * @param thresholds limits that were set, and whether they were met
 * @param dashboard where the cluster can be seen while it runs
 * @param versions of program and Java
 * @param machine cores, memory
 * @param configuration what differs from the defaults
 * @param report path of the HTML report
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record RunSummary(
        String schema,
        String cluster,
        Double readySeconds,
        double seconds,
        List<MemberPart> members,
        List<CpuPart> cpus,
        ReplayPart replay,
        LoadPart load,
        ImbalancePart imbalance,
        List<Thresholds.Verdict> thresholds,
        String dashboard,
        Map<String, String> versions,
        Map<String, Object> machine,
        Map<String, Object> configuration,
        String report) {

    /** Name and version of the format; fields are only added within one version. */
    public static final String SCHEMA = "odonata.summary/1";

    /**
     * One member.
     *
     * @param connections TCP connections that its CPUs accepted in this run
     */
    public record MemberPart(int id, String address, String state, long connections) {}

    /**
     * One CPU.
     *
     * @param packets served in this run
     * @param share of all packets of this run
     * @param flows in its tables at the end
     * @param utilisation mean over the run
     * @param ipis wake-ups received in this run
     * @param messagesPerIpi mean over the run
     * @param connections TCP connections that it accepted in this run, warm-up too: it served them, unless their buckets moved
     */
    public record CpuPart(
            int cpu,
            int member,
            String state,
            long packets,
            double share,
            long flows,
            double utilisation,
            long ipis,
            double messagesPerIpi,
            long connections) {}

    /**
     * The replay.
     *
     * @param packetsCounted packets of it that the CPUs served, all together
     */
    public record ReplayPart(String file, long packetsInFile, long sent, long packetsCounted, double seconds) {}

    /** The load; see {@code odonata.loadgen.LoadSummary}; {@code clients} is null when it was UDP. */
    public record LoadPart(
            String workload,
            String arrivals,
            long seed,
            int flows,
            double rate,
            double warmupSeconds,
            double seconds,
            long asked,
            long sent,
            long answered,
            long lost,
            long pushedBack,
            long generatorLagged,
            long duplicates,
            Latency latencyUs,
            Latency uncorrectedLatencyUs,
            List<double[]> curve,
            ClientSummary clients) {}

    /**
     * The spread.
     *
     * @param maxOverMean packets of the busiest CPU over the mean
     * @param jain Jain's index
     * @param expectedByLuck max/mean if these flows had been placed at random
     * @param perfect max/mean if somebody who knew all flows beforehand had placed them
     * @param flows flows of this run
     */
    public record ImbalancePart(double maxOverMean, double jain, double expectedByLuck, double perfect, long flows) {}
}
