package odonata.node.snapshot;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What charts need of the pictures of the last quarter of an hour, for a page that is opened later: some numbers for each CPU and
 * moment, 12 bytes a CPU.
 *
 * <p>Threads: {@link #add} on the sampler's, {@link #view} on any.
 */
public final class History {
    static final long KEEP_MS = TimeUnit.MINUTES.toMillis(15);
    static final int MAX_MOMENTS = 3_600;

    private static final int VALUES = 3;

    private final Deque<Moment> moments = new ArrayDeque<>();

    private static final class Moment {
        private final long atMs;
        private final int[] cpus;
        private final int[] members;
        private final float[] values;
        private final Map<String, Double> cluster;

        private Moment(final ClusterSnapshot picture) {
            final List<CpuView> rows = picture.cpus();
            final List<Integer> fresh = picture.members().stream()
                    .filter(m -> !m.stale())
                    .map(MemberView::id)
                    .toList();
            atMs = picture.atMs();
            cpus = rows.stream().mapToInt(CpuView::cpu).toArray();
            members = rows.stream().mapToInt(CpuView::member).toArray();
            values = new float[VALUES * rows.size()];
            for (int i = 0; i < rows.size(); i++) {
                final CpuView row = rows.get(i);
                final boolean live = row.state() == CpuState.UP && fresh.contains(row.member());
                values[VALUES * i] = live ? (float) row.utilisation() : Float.NaN;
                values[VALUES * i + 1] = live ? (float) row.packetsPerS() : Float.NaN;
                values[VALUES * i + 2] = live ? (float) row.messagesPerS() : Float.NaN;
            }
            cluster = cluster(picture);
        }

        private static Map<String, Double> cluster(final ClusterSnapshot picture) {
            final TotalsView totals = picture.totals();
            final Map<String, Double> all = new LinkedHashMap<>();
            all.put("packetsPerS", totals.packetsPerS());
            all.put("messagesPerS", totals.messagesPerS());
            all.put("ipisPerS", totals.ipisPerS());
            all.put("crossCpuShare", totals.crossCpuShare());
            all.put(
                    "stallsPerS",
                    picture.links().stream().mapToDouble(LinkView::stallsPerS).sum());
            if (picture.load() != null && picture.load().latencyUs().count() > 0) {
                all.put("p99", picture.load().latencyUs().p99());
            }
            picture.tcp().sums().forEach((name, sum) -> all.put("tcp." + name, sum));
            final ImbalanceView imbalance = picture.imbalance();
            if (imbalance.flows() > 0 && imbalance.maxOverMean() > 0) {
                all.put("maxOverMean", imbalance.maxOverMean());
                all.put("expectedByLuck", imbalance.expectedByLuck());
                all.put("perfect", imbalance.perfect());
            }
            return all;
        }
    }

    /**
     * Columns; all have as many values as there are moments, null where there was none.
     *
     * @param atMs when, milliseconds since 1970, ascending
     * @param cpus each CPU that there was
     * @param cluster figures of the whole cluster by name
     */
    public record View(String schema, List<Long> atMs, List<Line> cpus, Map<String, List<Double>> cluster) {}

    /**
     * One CPU.
     *
     * @param present 1 where it was listed, else 0
     */
    public record Line(
            int cpu,
            int member,
            List<Integer> present,
            List<Double> utilisation,
            List<Double> packetsPerS,
            List<Double> messagesPerS) {
        private Line(final int cpu, final int member) {
            this(cpu, member, new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        }

        private void add(final boolean there, final Double utilised, final Double packets, final Double messages) {
            present.add(there ? 1 : 0);
            utilisation.add(utilised);
            packetsPerS.add(packets);
            messagesPerS.add(messages);
        }
    }

    /** Takes one picture; those of more than fifteen minutes before it are forgotten. One without members is none. */
    public synchronized void add(final ClusterSnapshot picture) {
        if (picture.members().isEmpty()) {
            return;
        }
        moments.addLast(new Moment(picture));
        while (moments.size() > MAX_MOMENTS || moments.getFirst().atMs < picture.atMs() - KEEP_MS) {
            moments.removeFirst();
        }
    }

    /** All that is remembered. */
    public synchronized View view() {
        final Map<Integer, Line> lines = new TreeMap<>();
        for (final Moment moment : moments) {
            for (int i = 0; i < moment.cpus.length; i++) {
                final int member = moment.members[i];
                lines.computeIfAbsent(moment.cpus[i], cpu -> new Line(cpu, member));
            }
        }
        for (final Moment moment : moments) {
            final Map<Integer, Integer> index = new TreeMap<>();
            for (int i = 0; i < moment.cpus.length; i++) {
                index.put(moment.cpus[i], i);
            }
            lines.forEach((cpu, line) -> {
                final Integer at = index.get(cpu);
                line.add(at != null, value(moment, at, 0), value(moment, at, 1), value(moment, at, 2));
            });
        }
        final Map<String, List<Double>> cluster = moments.stream()
                .flatMap(moment -> moment.cluster.keySet().stream())
                .distinct()
                .collect(Collectors.toMap(
                        name -> name,
                        name -> column(moments.stream().map(moment -> moment.cluster.get(name))),
                        (a, b) -> a,
                        LinkedHashMap::new));
        return new View(
                "odonata.history/1",
                moments.stream().map(moment -> moment.atMs).toList(),
                List.copyOf(lines.values()),
                cluster);
    }

    private static List<Double> column(final Stream<Double> values) {
        return values.map(value -> value == null ? null : Round.share(value))
                .collect(Collectors.toCollection(ArrayList::new));
    }

    private static Double value(final Moment moment, final Integer at, final int which) {
        final float value = at == null ? Float.NaN : moment.values[VALUES * at + which];
        return Float.isNaN(value) ? null : Round.share(value);
    }
}
