package odonata.actors.netisr;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import odonata.actors.lwkt.Td;
import odonata.actors.netisr.NetMsg.FlowState;
import odonata.actors.netisr.NetMsg.Handover;
import odonata.actors.netisr.NetMsg.Marker;
import odonata.actors.netisr.NetMsg.Release;
import odonata.actors.netisr.NetMsg.ServiceSync;
import odonata.actors.port.Port;
import odonata.protocol.errno.Kassert;
import odonata.protocol.flow.BucketMap;

/** Does with messages and flow tables what the {@link Partition} of its CPU wants done. Runs inside the netisr. */
final class Mover implements PartitionActions {
    private final CpuNet net;
    private final PartitionEvents events;
    private Optional<Td> netisr = Optional.empty();

    Mover(final CpuNet net, final PartitionEvents events) {
        this.net = net;
        this.events = events;
    }

    /** The netisr is there; before this nothing moves. */
    void bind(final Td td) {
        netisr = Optional.of(td);
    }

    private Td td() {
        Kassert.check(netisr.isPresent(), "cpu %d moves buckets without a netisr", me());
        return netisr.get();
    }

    private int me() {
        return net.cpu().id();
    }

    private void send(final Port<NetMsg> port, final NetMsg command) {
        td().sendMsg(port, td().initMsg(command, Port.none()));
    }

    @Override
    public void sendMarker(final int cpu, final long version) {
        send(net.netisr(cpu), new Marker(me(), version));
    }

    @Override
    public void sync(final long token) {
        serviceSync(() -> net.partition().synced(token));
    }

    /** Runs {@code then} when every message now queued at a protocol thread of this CPU has been handled. */
    void serviceSync(final Runnable then) {
        final List<CpuNet.Lane> lanes = net.lanes();
        final int[] missing = {lanes.size()};
        for (final CpuNet.Lane lane : lanes) {
            td().sendMsg(lane.port(), td().<NetMsg>initMsg(ServiceSync.INSTANCE), reply -> {
                if (--missing[0] == 0) {
                    then.run();
                }
            });
        }
    }

    /** Connections go first: when those of all protocols are where they belong the rest follows, and completes the bucket. */
    @Override
    public void handOver(final BitSet buckets, final long version) {
        final Map<Integer, List<FlowState>> byBucket = new HashMap<>();
        final Map<Integer, Integer> owners = new HashMap<>();
        buckets.stream().forEach(b -> {
            byBucket.put(b, new ArrayList<>());
            owners.put(b, net.partition().owner(b));
        });
        take(buckets).forEach(flow -> byBucket.get(flow.bucket()).add(flow.state()));
        giveCargo(owners, buckets, () -> buckets.stream()
                .forEach(b -> sendParts(b, owners.get(b), byBucket.get(b), version)));
    }

    private void giveCargo(final Map<Integer, Integer> owners, final BitSet buckets, final Runnable then) {
        final List<CpuNet.Lane> laden =
                net.lanes().stream().filter(lane -> lane.hasCargo(buckets)).toList();
        if (laden.isEmpty()) {
            then.run();
            return;
        }
        final int[] missing = {laden.size()};
        for (final CpuNet.Lane lane : laden) {
            td().sendMsg(lane.port(), td().initMsg((NetMsg) new NetMsg.Give(owners)), reply -> {
                if (--missing[0] == 0) {
                    then.run();
                }
            });
        }
    }

    private List<FlowCounters.Taken> take(final BitSet buckets) {
        final List<FlowCounters.Taken> flows = new ArrayList<>();
        net.lanes().forEach(lane -> lane.flows().ifPresent(table -> flows.addAll(table.take(buckets))));
        net.counters().add(NetCounter.FLOWS_GIVEN, flows.size());
        return flows;
    }

    private void sendParts(final int bucket, final int owner, final List<FlowState> flows, final long version) {
        final long now = td().now();
        int from = 0;
        boolean last;
        do {
            final int to = Math.min(flows.size(), from + Handover.MAX_FLOWS);
            last = to == flows.size();
            final FlowState[] part = flows.subList(from, to).toArray(FlowState[]::new);
            send(net.netisr(owner), new Handover(me(), version, bucket, last, now, part));
            from = to;
        } while (!last);
    }

    /** The clocks of one machine are one; those of two are brought together by the time of sending. */
    @Override
    public void install(final Handover handover) {
        final boolean sameClock = net.cpu().machine().hosts(handover.fromCpu());
        final long shift = sameClock ? 0 : td().now() - handover.sentNs();
        for (final FlowState flow : handover.flows()) {
            net.flowsOf(flow.key().proto()).ifPresent(table -> table.add(flow, handover.bucket(), shift));
        }
        net.counters().add(NetCounter.FLOWS_TAKEN, handover.flows().length);
    }

    @Override
    public void passOn(final Handover handover, final int target) {
        if (target != BucketMap.NONE) {
            send(net.netisr(target), handover);
        }
    }

    @Override
    public void forget(final int bucket) {
        final BitSet one = new BitSet(BucketMap.BUCKETS);
        one.set(bucket);
        net.lanes().forEach(lane -> lane.flows().ifPresent(table -> table.take(one)));
        giveCargo(Map.of(bucket, BucketMap.NONE), one, () -> {});
    }

    @Override
    public void release() {
        for (final CpuNet.Lane lane : net.lanes()) {
            if (lane.wantsRelease()) {
                send(lane.port(), Release.INSTANCE);
            }
        }
    }

    @Override
    public void applied(final long version) {
        net.counters().set(NetCounter.MAP_VERSION, version);
        events.applied(me(), version);
    }

    @Override
    public void tookOver(final long version) {
        events.tookOver(me(), version);
    }

    @Override
    public void left(final long version) {
        net.flush();
        net.refreshLevels();
        events.left(me(), version);
    }
}
