package odonata.node.kvd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import odonata.actors.cpu.Conductor;
import odonata.actors.cpu.CostModel;
import odonata.actors.cpu.Cpu;
import odonata.actors.cpu.CpuSettings;
import odonata.actors.cpu.CpuThread;
import odonata.actors.cpu.Machine;
import odonata.actors.cpu.PanicHandler;
import odonata.actors.kv.KvCounter;
import odonata.actors.kv.KvCounters;
import odonata.actors.kv.KvSettings;
import odonata.actors.net.Netstack;
import odonata.actors.netisr.NetSettings;
import odonata.actors.netisr.PartitionEvents;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.actors.proc.Cred;
import odonata.actors.proc.Image;
import odonata.actors.proc.Proc;
import odonata.actors.proc.Procs;
import odonata.actors.usched.Bsd4;
import odonata.actors.usched.SchedParam;
import odonata.protocol.clock.Seed;
import odonata.protocol.flow.BucketMap;
import odonata.ssi.sim.SimNetwork;
import odonata.ssi.sim.SimSettings;
import odonata.ssi.sim.SimUplink;

/** Members with keys in virtual time, and clients on their CPUs; the test is the control plane. */
final class KvWorld implements AutoCloseable {
    static final KvSettings LIMITS = new KvSettings(0, 1 << 20);

    private static final Cred NOBODY = Cred.of(65_534, 65_534);
    private static final long MS = 1_000_000;
    private static final long LIMIT_NS = 20_000 * MS;

    final Conductor conductor = Conductor.create(CostModel.defaults());
    final List<Machine> machines = new ArrayList<>();
    final List<Throwable> failures = new ArrayList<>();
    final Map<Integer, Netstack> stacks = new LinkedHashMap<>();
    final Map<Integer, Procs> procs = new HashMap<>();
    final Map<Integer, KvCounters> keys = new LinkedHashMap<>();

    private final Seed seed;
    private final SimNetwork network;
    private final List<SimUplink> uplinks = new ArrayList<>();
    private final Map<Integer, Long> tookOver = new HashMap<>();
    private final Map<Integer, Long> left = new HashMap<>();
    private final Set<Integer> dead = new HashSet<>();
    private BucketMap map;

    KvWorld(final Seed seed, final int members, final int cpus) {
        this(seed, members, cpus, LIMITS);
    }

    KvWorld(final Seed seed, final int members, final int cpus, final KvSettings limits) {
        this.seed = seed;
        network = new SimNetwork(conductor, seed.split(1), SimSettings.rough());
        for (int member = 0; member < members; member++) {
            addMember(member, members, cpus, limits);
        }
        machines.forEach(Machine::start);
        map = new BucketMap(1, ids(), owners(ids()), froms(BucketMap.NONE));
        publish();
    }

    private void addMember(final int member, final int members, final int cpus, final KvSettings limits) {
        final Machine machine =
                Machine.inVirtualTime(conductor, member, cpusOf(member, cpus), CpuSettings.defaults(), new Defects());
        final SimUplink uplink = network.attach(machine);
        for (int other = 0; other < members; other++) {
            if (other != member) {
                uplink.addCpus(cpusOf(other, cpus));
            }
        }
        machine.connect(uplink);
        final Procs own = Procs.create(machine, Bsd4::new);
        for (final Cpu cpu : machine.cpus()) {
            final Netstack stack = Netstack.attach(cpu, NetSettings.defaults(), List.of(), new Events());
            stack.sockets().serve(own.of(cpu));
            stacks.put(cpu.id(), stack);
            procs.put(cpu.id(), own);
            keys.put(cpu.id(), stack.keys(own.of(cpu), limits).counters());
        }
        machines.add(machine);
        uplinks.add(uplink);
    }

    private static List<Integer> cpusOf(final int member, final int cpus) {
        return IntStream.range(cpus * member, cpus * (member + 1)).boxed().toList();
    }

    private final class Events implements PartitionEvents {
        @Override
        public void applied(final int cpu, final long version) {}

        @Override
        public void tookOver(final int cpu, final long version) {
            tookOver.merge(cpu, version, Math::max);
        }

        @Override
        public void left(final int cpu, final long version) {
            left.merge(cpu, version, Math::max);
        }
    }

    private final class Defects implements PanicHandler {
        @Override
        public void panicked(final Cpu cpu, final Throwable cause) {
            if (!dead.contains(cpu.member())) {
                failures.add(cause);
            }
        }

        @Override
        public void threadDied(final CpuThread thread, final Throwable cause) {
            failures.add(cause);
        }
    }

    /** CPUs of all members. */
    int[] ids() {
        return stacks.keySet().stream().mapToInt(Integer::intValue).toArray();
    }

    private static int[] froms(final int cpu) {
        final int[] all = new int[BucketMap.BUCKETS];
        Arrays.fill(all, cpu);
        return all;
    }

    private static int[] owners(final int... cpus) {
        final int[] all = new int[BucketMap.BUCKETS];
        Arrays.setAll(all, b -> cpus[b % cpus.length]);
        return all;
    }

    BucketMap map() {
        return map;
    }

    /** The map comes to each CPU at a time of its own. */
    private void publish() {
        final BucketMap now = map;
        stacks.forEach(
                (cpu, stack) -> conductor.at(conductor.nowNs() + 1 + seed.nextInt((int) MS), () -> stack.apply(now)));
    }

    /** True when nothing is on the move: the next map may come. */
    boolean settled() {
        return Arrays.stream(map.cpus()).allMatch(cpu -> tookOver.getOrDefault(cpu, 0L) >= map.version());
    }

    /** All buckets to these CPUs, in turn, from who has them. */
    void moveTo(final int... cpus) {
        move(owners(cpus), map.cpus());
    }

    /** The CPUs of a map with these owners. */
    void move(final int[] owners, final int[] cpus) {
        final int[] froms = map.owners();
        for (int b = 0; b < froms.length; b++) {
            froms[b] = froms[b] == owners[b] ? BucketMap.NONE : froms[b];
        }
        map = new BucketMap(map.version() + 1, cpus, owners, froms);
        publish();
    }

    /** Some buckets to CPUs that chance chooses among all. */
    void moveSome(final Seed chance) {
        final int[] owners = map.owners();
        final int[] cpus = ids();
        for (int b = 0; b < owners.length; b++) {
            if (chance.chance(0.3)) {
                owners[b] = cpus[chance.nextInt(cpus.length)];
            }
        }
        move(owners, cpus);
    }

    /** A member ends without a word; the others learn of it, and share its buckets. */
    void kill(final int member) {
        dead.add(member);
        final Set<Integer> gone =
                new TreeSet<>(machines.get(member).cpus().stream().map(Cpu::id).toList());
        network.detach(machines.get(member));
        gone.forEach(stacks::remove);
        for (int other = 0; other < machines.size(); other++) {
            if (!dead.contains(other)) {
                uplinks.get(other).removeCpus(gone);
                machines.get(other).cpus().forEach(cpu -> cpu.inject(() -> cpu.hostDown(gone)));
            }
        }
        final int[] owners = map.owners();
        final int[] froms = map.froms();
        final int[] alive = ids();
        for (int b = 0; b < owners.length; b++) {
            final boolean there = tookOver.getOrDefault(owners[b], 0L) >= map.version();
            froms[b] = there || gone.contains(froms[b]) ? BucketMap.NONE : froms[b];
            owners[b] = gone.contains(owners[b]) ? alive[b % alive.length] : owners[b];
            froms[b] = froms[b] == owners[b] ? BucketMap.NONE : froms[b];
        }
        map = new BucketMap(map.version() + 1, alive, owners, froms);
        publish();
    }

    /** A client on a CPU. */
    Client client(final int cpu, final IntUnaryOperator piece) {
        final Client client = new Client();
        final Commands commands =
                new Commands(LIMITS.maxValue(), new ServerInfo("0", 0, LIMITS, List.copyOf(keys.values())));
        final Machine machine =
                machines.stream().filter(each -> each.hosts(cpu)).findFirst().orElseThrow();
        machine.cpu(cpu)
                .inject(() -> client.proc = procs.get(cpu)
                        .of(machine.cpu(cpu))
                        .exec(
                                new Image<>("client", td -> {
                                    client.program = new KvClient(td, commands, piece);
                                    return client.program;
                                }),
                                NOBODY,
                                SchedParam.normal(0)));
        until(() -> client.program != null && client.program.ready());
        return client;
    }

    /** One that takes and gives all there is. */
    Client client(final int cpu) {
        return client(cpu, all -> all);
    }

    /** A client as the test sees it. */
    final class Client {
        private KvClient program;
        private Proc proc;

        /** Bytes go to the server. */
        @SuppressWarnings("unchecked") // the port of the program
        void send(final byte[] bytes) {
            final int cpu = proc.port().cpu();
            machines.stream()
                    .filter(machine -> machine.hosts(cpu))
                    .findFirst()
                    .orElseThrow()
                    .cpu(cpu)
                    .injectMsg(
                            (Port<KvClient.Cmd>) proc.port(),
                            Msg.init((KvClient.Cmd) new KvClient.Cmd.Bytes(bytes), Port.adone()));
        }

        int answered() {
            return program.answered();
        }

        boolean isOver() {
            return program.isOver();
        }

        /** The next answers, when there are so many. */
        List<String> await(final int count) {
            until(() -> program.answered() >= count);
            assertThat(program.answered()).isEqualTo(count);
            return program.takeAnswers();
        }

        /** Says a line, and returns the answer. */
        String say(final String line) {
            send((line + "\r\n").getBytes(java.nio.charset.StandardCharsets.UTF_8));
            return await(1).get(0);
        }
    }

    /** Virtual time runs until something is so. */
    void until(final java.util.function.BooleanSupplier so) {
        final long limit = conductor.nowNs() + LIMIT_NS;
        while (!so.getAsBoolean() && failures.isEmpty() && conductor.nowNs() < limit) {
            conductor.step();
        }
        assertThat(failures).isEmpty();
        assertThat(so.getAsBoolean()).as("so within 20 s").isTrue();
    }

    void pass(final long ms) {
        conductor.runUntil(conductor.nowNs() + ms * MS);
        assertThat(failures).isEmpty();
    }

    /** Of the members that live. */
    long sum(final KvCounter counter) {
        return stacks.keySet().stream()
                .mapToLong(cpu -> keys.get(cpu).get(counter))
                .sum();
    }

    @Override
    public void close() {
        machines.forEach(Machine::close);
    }
}
