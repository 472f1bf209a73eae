package odonata.actors.netisr;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import odonata.actors.netisr.NetMsg.FlowState;
import odonata.actors.netisr.NetMsg.Handover;
import odonata.actors.netisr.NetMsg.Marker;
import odonata.protocol.flow.BucketMap;
import odonata.protocol.flow.FlowKey;

/**
 * A few CPUs with a netisr and one protocol thread each, FIFO channels between them, and a list of things that may happen
 * next. Checks while it runs: a flow's packets are served in the order in which the device took them, by a CPU that has the
 * state of all packets before; so each once, in order, and with the state where it belongs.
 */
final class PartitionWorld {
    static final int BUCKET = 7;

    /** A packet of the flow of {@code bucket}, {@code seq} from 1. */
    record Pkt(int bucket, long seq, long version) {}

    private record Sync(long token) {}

    private enum Again {
        RELEASE
    }

    /**
     * What a scenario lets happen: maps delivered to CPUs, packets taken by the device of a CPU, the death of a CPU.
     *
     * <p>As the coordinator does, a map that starts another move is made only after the new owner has reported the last one.
     *
     * @param victim CPU that dies at some time, or {@link BucketMap#NONE}; the last map is made after that
     */
    record Script(int cpus, int device, int packets, List<BucketMap> maps, boolean maySkipMaps, int victim) {}

    private final Script script;
    private final List<Cpu> cpus = new ArrayList<>();
    private final Map<String, ArrayDeque<Object>> channels = new TreeMap<>();
    private final boolean[] dead;
    private long emitted;
    final List<Long> served = new ArrayList<>();
    long refused;
    private boolean crashed;

    PartitionWorld(final Script script) {
        this.script = script;
        this.dead = new boolean[script.cpus()];
        for (int i = 0; i < script.cpus(); i++) {
            cpus.add(new Cpu(i));
        }
        for (int i = 0; i < script.cpus(); i++) {
            if (contains(script.maps().get(0), i)) {
                cpus.get(i).step(script.maps().get(0), 1);
            }
        }
        settleQueues();
    }

    /** Runs what the first map caused, so that scenarios start quiet. */
    private void settleQueues() {
        for (boolean more = true; more; ) {
            more = false;
            for (final String choice : choices()) {
                if (!choice.startsWith("map") && !choice.equals("emit") && !choice.equals("kill")) {
                    perform(choice);
                    more = true;
                    break;
                }
            }
        }
    }

    private static boolean contains(final BucketMap map, final int cpu) {
        return Arrays.binarySearch(map.cpus(), cpu) >= 0;
    }

    Cpu cpu(final int i) {
        return cpus.get(i);
    }

    /** What is on its way from one CPU to another. */
    List<Object> sentTo(final int from, final int to) {
        return List.copyOf(channels.getOrDefault(from + ">" + to, new ArrayDeque<>()));
    }

    /** Everything that may happen next, in a fixed order. */
    List<String> choices() {
        final List<String> all = new ArrayList<>();
        for (int i = 0; i < cpus.size(); i++) {
            final Cpu cpu = cpus.get(i);
            if (dead[i]) {
                continue;
            }
            if (!cpu.netisr.isEmpty()) {
                all.add("netisr " + i);
            }
            if (!cpu.lane.isEmpty()) {
                all.add("lane " + i);
            }
            for (int next = cpu.nextMap; next < script.maps().size() && mayBeMade(next); next++) {
                all.add("map " + i + " " + next);
                if (!script.maySkipMaps()) {
                    break;
                }
            }
        }
        channels.forEach((name, queue) -> {
            if (!queue.isEmpty()) {
                all.add("channel " + name);
            }
        });
        if (emitted < script.packets() && !dead[script.device()]) {
            all.add("emit");
        }
        if (script.victim() != BucketMap.NONE && !crashed) {
            all.add("kill");
        }
        return all;
    }

    private boolean mayBeMade(final int index) {
        final boolean last = index == script.maps().size() - 1;
        if (script.victim() != BucketMap.NONE && last) {
            return crashed;
        }
        final BucketMap before = script.maps().get(Math.max(0, index - 1));
        final BucketMap map = script.maps().get(index);
        final int from = before.from(BUCKET);
        return from == BucketMap.NONE
                || from == map.from(BUCKET)
                || cpus.get(before.owner(BUCKET)).tookOver >= before.version();
    }

    void perform(final String choice) {
        final String[] words = choice.split(" ", -1);
        switch (words[0]) {
            case "netisr" -> cpus.get(Integer.parseInt(words[1])).runNetisr();
            case "lane" -> cpus.get(Integer.parseInt(words[1])).runLane();
            case "map" ->
                cpus.get(Integer.parseInt(words[1]))
                        .step(script.maps().get(Integer.parseInt(words[2])), Integer.parseInt(words[2]) + 1);
            case "channel" -> deliver(words[1]);
            case "emit" -> emit();
            case "kill" -> kill(script.victim());
            default -> throw new IllegalArgumentException(choice);
        }
    }

    private void emit() {
        final Cpu device = cpus.get(script.device());
        send(script.device(), device.partition.owner(BUCKET), new Pkt(BUCKET, ++emitted, device.partition.version()));
    }

    private void kill(final int cpu) {
        dead[cpu] = true;
        crashed = true;
        channels.forEach((name, queue) -> {
            if (name.endsWith(">" + cpu)) {
                queue.clear();
            }
        });
    }

    private void send(final int from, final int to, final Object what) {
        if (to == BucketMap.NONE || dead[to]) {
            return;
        }
        if (from == to) {
            cpus.get(to).arrived(what);
        } else {
            channels.computeIfAbsent(from + ">" + to, name -> new ArrayDeque<>())
                    .addLast(what);
        }
    }

    private void deliver(final String name) {
        final Object what = channels.get(name).pollFirst();
        cpus.get(Integer.parseInt(name.substring(name.indexOf('>') + 1))).arrived(what);
    }

    /** Everything that decides what may follow. */
    String fingerprint() {
        final StringBuilder text = new StringBuilder()
                .append(emitted)
                .append(crashed)
                .append(served)
                .append(channels);
        for (final Cpu cpu : cpus) {
            text.append(cpu.partition)
                    .append(cpu.netisr)
                    .append(cpu.lane)
                    .append(cpu.flows)
                    .append(cpu.nextMap);
            text.append(cpu.holds.held()).append(cpu.tookOver).append(cpu.left);
        }
        return text.toString().replaceAll("FlowState;@[0-9a-f]+", "");
    }

    /** One emulated CPU: netisr queue, protocol thread queue, flow state. */
    final class Cpu implements PartitionActions {
        final int id;
        final Partition partition;
        final ArrayDeque<Object> netisr = new ArrayDeque<>();
        final ArrayDeque<Object> lane = new ArrayDeque<>();
        final HoldQueues<Pkt> holds;
        /** Packets counted by bucket: the flow state. */
        final Map<Integer, Long> flows = new TreeMap<>();

        int nextMap;
        long tookOver;
        long left;
        int forwards;

        Cpu(final int id) {
            this.id = id;
            this.partition = new Partition(id, this);
            this.holds = new HoldQueues<>(partition, Pkt::bucket, Pkt::version, 100, n -> {});
        }

        void step(final BucketMap map, final int next) {
            nextMap = next;
            partition.apply(map);
        }

        void arrived(final Object what) {
            (what instanceof Pkt ? lane : netisr).addLast(what);
        }

        void runNetisr() {
            final Object what = netisr.pollFirst();
            if (what instanceof Marker marker) {
                partition.marker(marker.fromCpu(), marker.version());
            } else if (what instanceof Handover handover) {
                partition.handover(handover);
            } else if (what instanceof Sync sync) {
                partition.synced(sync.token());
            }
        }

        void runLane() {
            final Object what = lane.pollFirst();
            if (what instanceof Pkt pkt) {
                switch (holds.admit(pkt)) {
                    case SERVE -> serve(pkt);
                    case FORWARD -> forward(pkt);
                    case HOLD -> {}
                    case REFUSE -> refused++;
                }
            } else if (what instanceof Sync) {
                netisr.addLast(what);
            } else {
                holds.release(this::serve, this::forward);
            }
        }

        private void serve(final Pkt pkt) {
            if (!served.isEmpty() && pkt.seq() <= served.get(served.size() - 1)) {
                throw new AssertionError("cpu " + id + " serves " + pkt + " after " + served);
            }
            served.add(pkt.seq());
            final long before = flows.getOrDefault(pkt.bucket(), 0L);
            if (!crashed && before != pkt.seq() - 1) {
                throw new AssertionError("cpu " + id + " serves " + pkt + " with state " + before);
            }
            flows.put(pkt.bucket(), before + 1);
        }

        private void forward(final Pkt pkt) {
            forwards++;
            send(id, partition.owner(pkt.bucket()), new Pkt(pkt.bucket(), pkt.seq(), partition.version()));
        }

        @Override
        public void sendMarker(final int cpu, final long version) {
            send(id, cpu, new Marker(id, version));
        }

        @Override
        public void sync(final long token) {
            lane.addLast(new Sync(token));
        }

        @Override
        public void handOver(final BitSet buckets, final long version) {
            buckets.stream().forEach(bucket -> handOver(bucket, version));
        }

        private void handOver(final int bucket, final long version) {
            final Long count = flows.remove(bucket);
            final FlowKey key = new FlowKey(1, 2, 3, bucket, 17);
            final FlowState[] state =
                    count == null ? new FlowState[0] : new FlowState[] {new FlowState(key, count, 0, 0, 0)};
            send(id, partition.owner(bucket), new Handover(id, version, bucket, true, 0, state));
        }

        @Override
        public void install(final Handover handover) {
            for (final FlowState flow : handover.flows()) {
                flows.merge(handover.bucket(), flow.packets(), Long::sum);
            }
        }

        @Override
        public void passOn(final Handover handover, final int target) {
            send(id, target, handover);
        }

        @Override
        public void forget(final int bucket) {
            flows.remove(bucket);
        }

        @Override
        public void release() {
            if (holds.held() > 0 && !lane.contains(Again.RELEASE)) {
                lane.addLast(Again.RELEASE);
            }
        }

        @Override
        public void applied(final long version) {}

        @Override
        public void tookOver(final long version) {
            tookOver = version;
        }

        @Override
        public void left(final long version) {
            left = version;
        }
    }
}
