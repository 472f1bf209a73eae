package odonata.node.dashboard;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Plausible snapshots of a cluster that does not exist, one a second of its own time. Same seed, same snapshots.
 *
 * <p>Not thread-safe: the caller of {@link #next()} owns it.
 */
final class FakeCluster {
    private static final int BUCKETS = 256;
    private static final int FLOWS = 2048;
    private static final double RATE = 180_000;
    private static final String[] CLASSES = {"interrupt", "netisr", "tcp", "udp", "user", "kernel"};

    private final ObjectMapper json = new ObjectMapper();
    private final Random random;
    private final FakeTcp tcp;
    private final int cpusPerMember;
    private final Map<Integer, String> states = new TreeMap<>();
    private final Map<Integer, Long> ages = new TreeMap<>();
    private final Map<Integer, Long> endedAt = new TreeMap<>();
    private final int[] owner = new int[BUCKETS];
    private final int[] from = new int[BUCKETS];
    private final double[] weight = new double[BUCKETS];
    private final int[] flowsOf = new int[BUCKETS];
    private final List<double[]> flowTable = new ArrayList<>();
    private final List<Map<String, Object>> events = new ArrayList<>();
    private final double[] wobble;
    private final Map<String, double[]> threadHigh = new TreeMap<>();
    private long seq;
    private long atMs;
    private long version = 1;
    private long packets;
    private double slowness = 1;
    private long asked;
    private long answered;
    private long lagged;
    private boolean load = true;
    private boolean replay = true;
    private String hostileText = "";
    private double speed = 1.0;

    FakeCluster(final int members, final int cpusPerMember, final long seed, final long startMs) {
        this.random = new Random(seed);
        this.tcp = new FakeTcp(seed);
        this.cpusPerMember = cpusPerMember;
        this.atMs = startMs;
        this.wobble = new double[members * cpusPerMember + cpusPerMember];
        Arrays.fill(wobble, 1.0);
        Arrays.fill(from, -1);
        for (int m = 1; m <= members; m++) {
            states.put(m, "up");
            event("up", m, "is up with " + cpusPerMember + " CPUs at 127.0.0.1:" + (25519 + m));
        }
        place();
        Arrays.fill(from, -1);
        for (int f = 0; f < FLOWS; f++) {
            final int bucket = random.nextInt(BUCKETS);
            final double w = 0.4 + Math.pow(random.nextDouble(), 14) * 26;
            flowTable.add(new double[] {bucket, w, random.nextInt(3), 1024 + random.nextInt(60000)});
            weight[bucket] += w;
            flowsOf[bucket]++;
        }
        event("load", 0, "uniform load began: " + FLOWS + " flows, open loop");
    }

    /** Latencies of a machine that has too much to do: some hundred times as long. */
    FakeCluster slow() {
        slowness = 371.3;
        return this;
    }

    FakeCluster noLoad() {
        load = false;
        replay = false;
        return this;
    }

    FakeCluster hostile(final String text) {
        hostileText = text;
        return this;
    }

    void kill(final int member) {
        states.put(member, "down");
        endedAt.put(member, atMs);
        event("crash", member, "is down: no heartbeat for 3.1 s; its flows are lost, its buckets get new owners");
        place();
        Arrays.fill(from, -1);
    }

    void drain(final int member) {
        states.put(member, "draining");
        event("drain", member, "draining: its buckets move to the other members");
        place();
        event("move", member, Arrays.stream(from).filter(f -> f >= 0).count() + " buckets on the move");
    }

    void finishMoves() {
        Arrays.fill(from, -1);
        version++;
        event("rebalance", 0, "all buckets arrived; map version " + version);
    }

    void stale(final int member, final long ageMs) {
        ages.put(member, ageMs);
    }

    /** The member is no longer mentioned at all. */
    void forget(final int member) {
        states.remove(member);
    }

    private boolean serves(final int member) {
        return "up".equals(states.get(member));
    }

    private int memberOf(final int cpu) {
        return cpu / cpusPerMember + 1;
    }

    private List<Integer> cpus() {
        return states.keySet().stream()
                .flatMap(m -> IntStream.range(0, cpusPerMember).mapToObj(c -> (m - 1) * cpusPerMember + c))
                .toList();
    }

    private void place() {
        final List<Integer> able =
                cpus().stream().filter(c -> serves(memberOf(c))).toList();
        version++;
        for (int b = 0; b < BUCKETS; b++) {
            final int want = able.isEmpty() ? -1 : able.get(b % able.size());
            if (want != owner[b] && (!able.contains(owner[b]) || b % 17 == 0)) {
                from[b] = owner[b];
                owner[b] = want;
            } else if (version == 2) {
                owner[b] = want;
            }
        }
    }

    private void event(final String kind, final int member, final String text) {
        final Map<String, Object> e = new LinkedHashMap<>();
        e.put("id", events.size() + 1);
        e.put("atMs", atMs);
        e.put("kind", kind);
        e.put("member", member);
        e.put("text", text);
        events.add(e);
    }

    /** The next snapshot as JSON, one second after the one before. */
    String next() {
        try {
            return json.writeValueAsString(snapshot());
        } catch (final JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private Map<String, Object> snapshot() {
        seq++;
        atMs += 1000;
        speed += (1.0 - speed) * 0.1 + random.nextGaussian() * 0.012;
        final double rate = (load ? RATE : 0) * speed;
        final double total = Arrays.stream(weight).sum();
        final double[] bucketRate = new double[BUCKETS];
        final Map<Integer, Double> cpuRate = new TreeMap<>();
        cpus().forEach(c -> cpuRate.put(c, 0.0));
        for (int b = 0; b < BUCKETS; b++) {
            bucketRate[b] = round(rate * weight[b] / total * (1 + random.nextGaussian() * 0.03));
            if (owner[b] >= 0) {
                cpuRate.merge(owner[b], bucketRate[b], Double::sum);
            }
        }
        final double sum = cpuRate.values().stream().mapToDouble(v -> v).sum();
        packets += (long) sum;
        final Map<String, Object> s = new LinkedHashMap<>();
        s.put("schema", "odonata.snapshot/1");
        s.put("seq", seq);
        s.put("atMs", atMs);
        s.put("windowMs", 1000);
        s.put("cluster", "demo" + hostileText);
        s.put("self", 1);
        s.put("members", members());
        final double[][] messages = matrix(cpuRate);
        s.put("cpus", cpuRows(cpuRate, messages));
        s.put("crossbar", crossbar(messages));
        s.put("links", links(messages));
        s.put(
                "buckets",
                Map.of("version", version, "owner", owner.clone(), "from", from.clone(), "packetsPerS", bucketRate));
        s.put("imbalance", imbalance(cpuRate, sum));
        s.put("load", load ? loadState(rate) : null);
        s.put(
                "replay",
                replay
                        ? Map.of("file", "dns-2024.pcap", "packetsInFile", 41_207, "sent", 41_207, "counted", 41_207)
                        : null);
        s.put("threads", threads(cpuRate));
        s.put("flows", flows(rate / total));
        s.put("events", new ArrayList<>(events.subList(Math.max(0, events.size() - 100), events.size())));
        s.put("totals", totals(messages, sum));
        final Map<Integer, Double> live = new TreeMap<>(cpuRate);
        live.keySet().removeIf(cpu -> !alive(cpu));
        s.put("tcp", tcp.next(live, this::memberOf, hostileText));
        return s;
    }

    private List<Map<String, Object>> members() {
        final List<Map<String, Object>> list = new ArrayList<>();
        states.forEach((id, state) -> {
            final Map<String, Object> m = new LinkedHashMap<>();
            m.put("id", id);
            m.put("state", state);
            m.put("address", "127.0.0.1:" + (25519 + id) + hostileText);
            m.put("http", "http://127.0.0.1:" + (8079 + id));
            m.put("pid", 41_800 + id * 19);
            m.put("leader", id == 1);
            m.put("uptimeS", seq + 120 - id * 3L);
            m.put("heapMb", 180 + id * 9 % 70);
            m.put("processCpu", round(0.2 + random.nextDouble() * 0.2));
            m.put(
                    "ageMs",
                    "down".equals(state)
                            ? atMs - endedAt.get(id) + 3100
                            : ages.getOrDefault(id, (long) random.nextInt(900)));
            m.put("phi", round(random.nextDouble() * 1.5));
            list.add(m);
        });
        return list;
    }

    private double[][] matrix(final Map<Integer, Double> cpuRate) {
        final List<Integer> ids = cpus();
        final double[][] x = new double[ids.size()][ids.size()];
        final long able = states.keySet().stream().filter(this::serves).count();
        for (int i = 0; i < ids.size(); i++) {
            for (int j = 0; j < ids.size(); j++) {
                final int a = ids.get(i);
                final int b = ids.get(j);
                if (!alive(a) || !alive(b)) {
                    continue;
                }
                final boolean device = a % cpusPerMember == 0;
                final double arrives = device ? cpuRate.get(b) / Math.max(1, able) : 0;
                final double answers = b % cpusPerMember == 0 ? cpuRate.get(a) * 0.2 / Math.max(1, able) : 0;
                final double local = a == b ? cpuRate.get(a) * 1.4 : 0;
                final double background = memberOf(a) == memberOf(b) ? 30 : 4;
                x[i][j] = round((arrives + answers + local + background * random.nextDouble())
                        * (1 + random.nextGaussian() * 0.05));
            }
        }
        return x;
    }

    private boolean alive(final int cpu) {
        final String s = states.get(memberOf(cpu));
        return s != null && !"down".equals(s);
    }

    private List<Map<String, Object>> cpuRows(final Map<Integer, Double> cpuRate, final double[][] x) {
        final List<Map<String, Object>> list = new ArrayList<>();
        final double fair = RATE / Math.max(1, cpuRate.size());
        final List<Integer> ids = cpus();
        for (int i = 0; i < ids.size(); i++) {
            final int cpu = ids.get(i);
            final boolean alive = alive(cpu);
            wobble[cpu] += (1 - wobble[cpu]) * 0.15 + random.nextGaussian() * 0.05;
            final double use =
                    alive ? Math.max(0.01, Math.min(0.98, cpuRate.get(cpu) / fair * 0.52 * wobble[cpu] + 0.02)) : 0;
            final Map<String, Double> byClass = new LinkedHashMap<>();
            final double[] shares = {cpu % cpusPerMember == 0 ? 0.2 : 0.03, 0.07, 0.22, 0.45, 0.17, 0.06};
            final double shareSum = Arrays.stream(shares).sum();
            for (int k = 0; k < CLASSES.length; k++) {
                byClass.put(CLASSES[k], round(use * shares[k] / shareSum));
            }
            final double out = Arrays.stream(x[i]).sum();
            final double ipis = out / (3 + use * 14);
            final int self = cpu;
            final Map<String, Object> c = new LinkedHashMap<>();
            c.put("cpu", cpu);
            c.put("member", memberOf(cpu));
            c.put("state", alive ? "up" : "down");
            c.put("utilisation", round(use));
            c.put("byClass", byClass);
            c.put(
                    "running",
                    use < 0.1
                            ? "idle"
                            : List.of("udp_thread ", "tcp_thread ", "netisr ", "echo ")
                                            .get(random.nextInt(4))
                                    + cpu);
            c.put("runQueue", (int) (use * 6 * random.nextDouble() + 0.5));
            c.put("queueDepth", (int) (use * 40));
            c.put("packets", (long) (cpuRate.get(cpu) * seq));
            c.put("packetsPerS", round(alive ? cpuRate.get(cpu) : 0));
            c.put(
                    "flows",
                    IntStream.range(0, BUCKETS)
                            .filter(b -> owner[b] == self)
                            .map(b -> load ? flowsOf[b] : 0)
                            .sum());
            c.put("buckets", (int) Arrays.stream(owner).filter(o -> o == self).count());
            c.put("messagesPerS", round(out));
            c.put("entries", (long) (5 * ipis * seq));
            c.put("ipis", (long) (ipis * seq));
            c.put("ipisPerS", round(ipis));
            c.put("messagesPerIpi", round(out / Math.max(1, ipis)));
            list.add(c);
        }
        return list;
    }

    private Map<String, Object> crossbar(final double[][] x) {
        final int n = x.length;
        final double[][] perIpi = new double[n][n];
        final double[][] full = new double[n][n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                perIpi[i][j] = i == j ? 0 : round(x[i][j] > 0 ? 1 + Math.log1p(x[i][j] / 40) * 2.1 : 0);
                full[i][j] = i != j && x[i][j] > 4000 ? round(x[i][j] / 9000 * random.nextDouble()) : 0;
            }
        }
        return Map.of("cpus", cpus(), "messagesPerS", x, "messagesPerIpi", perIpi, "ringFullPerS", full);
    }

    private List<Map<String, Object>> links(final double[][] x) {
        final List<Map<String, Object>> list = new ArrayList<>();
        final List<Integer> ids = cpus();
        for (final int a : states.keySet()) {
            for (final int b : states.keySet()) {
                if (a == b) {
                    continue;
                }
                double rate = 0;
                for (int i = 0; i < ids.size(); i++) {
                    for (int j = 0; j < ids.size(); j++) {
                        rate += memberOf(ids.get(i)) == a && memberOf(ids.get(j)) == b ? x[i][j] : 0;
                    }
                }
                final int used = (int) Math.min(1024, rate / 30 * (0.7 + random.nextDouble() * 0.6));
                final Map<String, Object> l = new LinkedHashMap<>();
                l.put("from", a);
                l.put("to", b);
                l.put("messagesPerS", round(rate));
                l.put("bytesPerS", round(rate * 92));
                l.put("batch", round(1 + rate / 4000));
                l.put("creditsUsed", used);
                l.put("creditsMax", 1024);
                l.put("stallsPerS", used > 900 ? 3 : 0);
                l.put("roundTripUs", 150 + random.nextInt(60));
                list.add(l);
            }
        }
        return list;
    }

    private Map<String, Object> imbalance(final Map<Integer, Double> cpuRate, final double sum) {
        final double[] live = cpuRate.entrySet().stream()
                .filter(e -> serves(memberOf(e.getKey())))
                .mapToDouble(Map.Entry::getValue)
                .toArray();
        final int n = live.length;
        final double mean = n == 0 ? 0 : sum / n;
        final double squares = Arrays.stream(live).map(v -> v * v).sum();
        final Map<String, Object> i = new LinkedHashMap<>();
        i.put("maxOverMean", mean == 0 ? 0 : round(Arrays.stream(live).max().orElse(0) / mean));
        i.put("jain", squares == 0 ? 0 : round(sum * sum / (n * squares)));
        i.put("expectedByLuck", round(1 + Math.sqrt(2 * Math.log(Math.max(2, n)) * n / FLOWS)));
        i.put("perfect", 1.0);
        i.put("flows", load ? FLOWS : 0);
        i.put("basis", "packets, last 10 s");
        return i;
    }

    private Map<String, Object> loadState(final double rate) {
        asked += (long) RATE;
        lagged += random.nextInt(5);
        answered += (long) Math.min(rate, RATE);
        answered = Math.min(answered, asked - lagged - 40);
        final double[][] curve = new double[60][];
        for (int i = 0; i < curve.length; i++) {
            final double nines = i / (curve.length - 1.0) * 5;
            curve[i] = new double[] {
                (1 - Math.pow(10, -nines)) * 100,
                round(slowness * (70 + 80 * nines + Math.exp(nines * 1.42) + random.nextDouble() * 3))
            };
        }
        final Map<String, Object> q = new LinkedHashMap<>();
        q.put("p50", curve[4][1]);
        q.put("p90", curve[12][1]);
        q.put("p99", curve[24][1]);
        q.put("p999", curve[35][1]);
        q.put("p9999", curve[47][1]);
        q.put("max", round(curve[59][1] * 1.3));
        q.put("count", answered);
        final Map<String, Object> l = new LinkedHashMap<>();
        l.put("running", true);
        l.put("phase", seq < 10 ? "warm-up" : "steady");
        l.put("workload", "uniform");
        l.put("askedPerS", RATE);
        l.put("asked", asked);
        l.put("sent", asked - lagged);
        l.put("answered", answered);
        l.put("lost", 0);
        l.put("generatorLagged", lagged);
        l.put("latencyUs", q);
        l.put("curve", curve);
        return l;
    }

    private List<Map<String, Object>> threads(final Map<Integer, Double> cpuRate) {
        final List<Map<String, Object>> list = new ArrayList<>();
        cpuRate.forEach((cpu, rate) -> {
            for (final String kind : List.of("netisr", "tcp_thread", "udp_thread")) {
                final double part = "udp_thread".equals(kind) ? 0.6 : "tcp_thread".equals(kind) ? 0.3 : 0.1;
                final String name = kind + " " + cpu;
                final int depth = alive(cpu) ? (int) (rate * part / 150 * (0.5 + random.nextDouble())) : 0;
                final double[] high = threadHigh.computeIfAbsent(name, k -> new double[1]);
                high[0] = Math.max(high[0], depth);
                final Map<String, Object> t = new LinkedHashMap<>();
                t.put("name", name);
                t.put("cpu", cpu);
                t.put("member", memberOf(cpu));
                t.put("class", kind.replace("_thread", ""));
                t.put("depth", depth);
                t.put("highWater", (int) high[0]);
                t.put("servedPerS", round(rate * part));
                t.put("batch", round(1 + depth / 6.0));
                t.put("waitUs", depth * 11);
                list.add(t);
            }
        });
        return list;
    }

    private List<Map<String, Object>> flows(final double perWeight) {
        final List<Map<String, Object>> list = new ArrayList<>();
        if (!load) {
            return list;
        }
        flowTable.stream()
                .sorted((a, b) -> Double.compare(b[1], a[1]))
                .limit(20)
                .forEach(f -> {
                    final double rate = f[1] * perWeight * (1 + random.nextGaussian() * 0.05);
                    final Map<String, Object> m = new LinkedHashMap<>();
                    m.put("proto", f[2] == 0 ? "tcp" : "udp");
                    m.put("src", "10.77." + (int) (f[0] % 250) + "." + (int) (f[3] % 250) + ":" + (int) f[3]);
                    m.put("dst", "10.77.77.1:7");
                    m.put("cpu", owner[(int) f[0]]);
                    m.put("bucket", (int) f[0]);
                    m.put("packets", (long) (rate * seq));
                    m.put("bytes", (long) (rate * seq * 92));
                    m.put("packetsPerS", round(rate));
                    m.put("firstMs", atMs - seq * 1000);
                    m.put("lastMs", atMs - 10);
                    list.add(m);
                });
        return list;
    }

    private Map<String, Object> totals(final double[][] x, final double rate) {
        final List<Integer> ids = cpus();
        double all = 0;
        double cross = 0;
        double crossMember = 0;
        for (int i = 0; i < x.length; i++) {
            for (int j = 0; j < x.length; j++) {
                all += x[i][j];
                cross += i == j ? 0 : x[i][j];
                crossMember += memberOf(ids.get(i)) == memberOf(ids.get(j)) ? 0 : x[i][j];
            }
        }
        final Map<String, Object> t = new LinkedHashMap<>();
        t.put("packets", packets);
        t.put("packetsPerS", round(rate));
        t.put("messagesPerS", round(all));
        t.put("ipisPerS", round(cross / 6.7));
        t.put("crossCpuShare", all == 0 ? 0 : round(cross / all));
        t.put("crossMemberShare", all == 0 ? 0 : round(crossMember / all));
        t.put("drops", 0);
        t.put("processCpu", round(0.9 + random.nextDouble() * 0.2));
        return t;
    }

    private static double round(final double v) {
        return Math.round(v * 1000) / 1000.0;
    }
}
