package odonata.actors.kv;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import odonata.actors.cpu.Callout;
import odonata.actors.cpu.Cpu;
import odonata.actors.kv.KvMsg.Adopt;
import odonata.actors.kv.KvMsg.Ask;
import odonata.actors.kv.KvMsg.Asks;
import odonata.actors.netisr.CpuNet;
import odonata.actors.netisr.HoldQueues;
import odonata.actors.netisr.NetMsg;
import odonata.actors.netisr.Partition;
import odonata.actors.netisr.Verdict;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.actors.port.SyncPort;
import odonata.actors.proc.Proc;
import odonata.actors.proc.ProcCpu;
import odonata.protocol.errno.NetError;
import odonata.protocol.flow.BucketMap;

/**
 * The keys of one CPU and the port at which they are asked for: without a thread, so that a process's call for a key of its own CPU is served
 * at once, and a message from another CPU when it comes off the ring. Which CPU has a key is what the bucket map says, as for packets: a
 * command is served only where the bucket is owned, else it is passed on, or waits while the bucket is on its way.
 *
 * <p>Owner: the CPU's carrier.
 */
public final class KvCpu implements SyncPort<NetMsg> {
    /** Keys of one {@link Adopt}. */
    static final int PART_KEYS = 64;

    /** Bytes of one, unless a single key has more. */
    static final int PART_BYTES = 262_144;

    private static final int SWEEP = 64;
    private static final long SWEEP_PAUSE_NS = 1_000_000;

    private final Cpu cpu;
    private final ProcCpu procs;
    private final Partition partition;
    private final Port<NetMsg> port;
    private final KvCounters counters = new KvCounters();
    private final KvStore store;
    private final HoldQueues<Msg<Ask>> holds;
    private final List<Msg<Adopt>> early = new ArrayList<>();
    private final IdentityHashMap<Msg<?>, Part> parts = new IdentityHashMap<>();
    private final Callout sweep;
    private final IdentityHashMap<Msg<?>, Consumer<NetError>> moves = new IdentityHashMap<>();

    /** Came while others, that had waited, were on their way out; it must not overtake them. */
    private final ArrayDeque<Msg<Ask>> meanwhile = new ArrayDeque<>();

    private boolean releasing;
    private long sweepNs = KvEntry.NEVER;

    /** Commands that were asked together, until all are answered and they are told to {@code done}. */
    private static final class Gather {
        private final List<Ask> asks;
        private final boolean chased;
        private final Consumer<byte[][]> done;
        private final byte[][] replies;

        /** How many are not answered, and one for who goes through them. */
        private int missing;

        private Gather(final List<Ask> asks, final boolean chased, final Consumer<byte[][]> done) {
            this.asks = asks;
            this.chased = chased;
            this.done = done;
            replies = new byte[asks.size()][];
            missing = asks.size() + 1;
        }

        private void replied(final int number, final byte[] reply) {
            replies[number] = reply;
            missing--;
        }
    }

    /** Those of them that went on in one message, by their numbers. */
    private record Part(Gather gather, List<Integer> numbers) {
        private List<Ask> asks() {
            final List<Ask> asks = new ArrayList<>(numbers.size());
            for (final int number : numbers) {
                asks.add(gather.asks.get(number));
            }
            return asks;
        }

        private void replied(final Msg<?> msg) {
            final byte[][] all =
                    msg.result() instanceof byte[][] several ? several : new byte[][] {(byte[]) msg.result()};
            for (int i = 0; i < numbers.size(); i++) {
                gather.replied(numbers.get(i), msg.error() == NetError.OK ? all[i] : KvReply.failed(msg.error()));
            }
            if (gather.missing == 0) {
                gather.done.accept(gather.replies);
            }
        }
    }

    private KvCpu(final CpuNet net, final ProcCpu procs, final KvSettings settings) {
        cpu = net.cpu();
        this.procs = procs;
        partition = net.partition();
        store = new KvStore(settings, counters);
        holds = new HoldQueues<>(
                partition,
                msg -> msg.command().bucket(),
                msg -> msg.command().version(),
                net.settings().holdMax(),
                cpu::putAside);
        sweep = cpu.callout(this::sweep);
        port = cpu.register(Port.KV, this);
        final CpuNet.Lane lane = net.enrol(Port.KV, Optional.empty());
        lane.cargo(buckets -> buckets.stream().anyMatch(bucket -> !store.isEmpty(bucket)));
        lane.waits(true);
        procs.register(KvCall.class, this::onCall);
    }

    /** Gives a CPU its keys, and its processes the call {@link KvCall}; before its bucket map comes. */
    public static KvCpu attach(final CpuNet net, final ProcCpu procs, final KvSettings settings) {
        return new KvCpu(net, procs, settings);
    }

    /** The counters; any thread. */
    public KvCounters counters() {
        return counters;
    }

    // What processes and other CPUs ask.

    private NetError onCall(final Proc caller, final Msg<KvCall> call) {
        final Gather gather =
                new Gather(call.command().asks(), false, replies -> procs.sysReturn(call, NetError.OK, replies));
        gather.asks.forEach(this::steer);
        return gather(gather) ? procs.sysReturn(call, NetError.OK, gather.replies) : NetError.EASYNC;
    }

    private NetError onAsks(final Msg<Asks> msg) {
        final Gather gather = new Gather(
                msg.command().asks(), true, replies -> cpu.transport().replyMsg(msg, NetError.OK, replies));
        if (gather(gather)) {
            gather.done.accept(gather.replies);
        }
        return NetError.EASYNC;
    }

    /**
     * What can be served is served at once; what is another CPU's goes there, in one message where that is of this member; what has to wait
     * does so at this port, each for itself. When some wait here already all go to this port, so that nothing overtakes what was asked before
     * for the same bucket. True when all are answered.
     */
    private boolean gather(final Gather gather) {
        final boolean inOrder = holds.held() == 0 && !releasing;
        Map<Integer, Part> elsewhere = Map.of();
        for (int i = 0; i < gather.asks.size(); i++) {
            final Ask ask = gather.asks.get(i);
            final Verdict verdict = inOrder ? partition.decide(ask.bucket(), ask.version()) : Verdict.HOLD;
            if (verdict == Verdict.SERVE) {
                gather.replied(i, serve(ask));
            } else if (verdict == Verdict.FORWARD) {
                elsewhere = elsewhere.isEmpty() ? new TreeMap<>() : elsewhere;
                elsewhere
                        .computeIfAbsent(partition.owner(ask.bucket()), o -> new Part(gather, new ArrayList<>()))
                        .numbers
                        .add(i);
            } else {
                send(ask, new Part(gather, List.of(i)), cpu.id());
            }
        }
        elsewhere.forEach((owner, part) -> sendOn(part, owner));
        return --gather.missing == 0;
    }

    private void sendOn(final Part part, final int owner) {
        if (owner == BucketMap.NONE) {
            part.numbers.forEach(number -> part.gather.replied(number, KvReply.failed(NetError.EHOSTDOWN)));
            return;
        }
        final List<Ask> asks = part.asks();
        asks.forEach(this::steer);
        final boolean near = cpu.machine().hosts(owner);
        counters.add(
                part.gather.chased ? KvCounter.CHASED : near ? KvCounter.TO_CPU : KvCounter.TO_MEMBER, asks.size());
        if (near && asks.size() > 1) {
            send(new Asks(asks), part, owner);
        } else {
            part.numbers.forEach(
                    number -> send(part.gather.asks.get(number), new Part(part.gather, List.of(number)), owner));
        }
    }

    private void send(final KvMsg command, final Part part, final int owner) {
        final Msg<KvMsg> msg = Msg.init(command, port);
        parts.put(msg, part);
        cpu.transport().sendMsg(msg, port.on(owner));
    }

    private void steer(final Ask ask) {
        ask.steered(Math.max(1, partition.version()));
    }

    @Override
    @SuppressWarnings("unchecked") // the class of the command is looked at
    public NetError put(final Msg<NetMsg> msg) {
        final NetMsg command = msg.command();
        if (command instanceof Ask) {
            return onAsk((Msg<Ask>) (Msg<?>) msg);
        } else if (command instanceof Asks) {
            return onAsks((Msg<Asks>) (Msg<?>) msg);
        } else if (command instanceof Adopt) {
            return onAdopt((Msg<Adopt>) (Msg<?>) msg);
        } else if (command instanceof NetMsg.Give give) {
            return onGive(give, msg);
        } else if (command instanceof NetMsg.Release) {
            onRelease();
            return NetError.OK;
        }
        return command instanceof NetMsg.ServiceSync ? NetError.OK : NetError.EOPNOTSUPP;
    }

    @Override
    public void reply(final Msg<?> msg) {
        final Part part = parts.remove(msg);
        if (part != null) {
            part.replied(msg);
        } else {
            moves.remove(msg).accept(msg.error());
        }
    }

    private NetError onAsk(final Msg<Ask> msg) {
        if (msg.isProxy() && !msg.command().isSound()) {
            return NetError.EINVAL;
        }
        if (releasing) {
            meanwhile.add(msg);
            return NetError.EASYNC;
        }
        return admit(msg);
    }

    private NetError admit(final Msg<Ask> msg) {
        return switch (holds.admit(msg)) {
            case SERVE -> {
                answer(msg);
                yield NetError.EASYNC;
            }
            case FORWARD -> {
                passOn(msg);
                yield NetError.EASYNC;
            }
            case HOLD -> {
                counters.count(KvCounter.HOLDS);
                yield NetError.EASYNC;
            }
            case REFUSE -> NetError.ENOBUFS;
        };
    }

    private void answer(final Msg<Ask> msg) {
        cpu.transport().replyMsg(msg, NetError.OK, serve(msg.command()));
    }

    private void passOn(final Msg<Ask> msg) {
        final int owner = partition.owner(msg.command().bucket());
        if (owner == BucketMap.NONE) {
            cpu.transport().replyMsg(msg, NetError.EHOSTDOWN, null);
            return;
        }
        counters.count(KvCounter.CHASED);
        steer(msg.command());
        cpu.transport().forwardMsg(msg, port.on(owner));
    }

    private byte[] serve(final Ask ask) {
        final byte[] answer = store.apply(ask, now());
        armSweep();
        return answer;
    }

    private long now() {
        return cpu.clock().nowNs();
    }

    private void armSweep() {
        final long next = store.nextExpiryNs();
        if (next < sweepNs) {
            sweepNs = next;
            sweep.reset(Math.max(SWEEP_PAUSE_NS, next - now()));
        }
    }

    private void sweep() {
        sweepNs = KvEntry.NEVER;
        store.sweep(now(), SWEEP);
        armSweep();
    }

    // Buckets move.

    /** Packets and commands for these buckets go to their new owners already, which keep them until all keys are there. */
    private NetError onGive(final NetMsg.Give give, final Msg<?> msg) {
        final int[] missing = {1};
        final Runnable one = () -> {
            if (--missing[0] == 0) {
                cpu.transport().replyMsg(msg, NetError.OK, null);
            }
        };
        new TreeMap<>(give.owners()).forEach((bucket, owner) -> {
            if (owner == BucketMap.NONE) {
                counters.add(KvCounter.LOST, store.take(bucket).size());
            } else if (!store.isEmpty(bucket)) {
                missing[0]++;
                give(bucket, owner, one);
            }
        });
        one.run();
        return NetError.EASYNC;
    }

    private void give(final int bucket, final int owner, final Runnable then) {
        giveParts(bucket, owner, new ArrayDeque<>(store.take(bucket)), then);
    }

    /** One part after the other; what cannot be given stays until the map names another owner. */
    private void giveParts(final int bucket, final int owner, final ArrayDeque<KvEntry> rest, final Runnable then) {
        if (rest.isEmpty()) {
            then.run();
            return;
        }
        final List<KvEntry> part = partOf(rest);
        give(bucket, owner, part, error -> {
            if (error == NetError.OK) {
                counters.add(KvCounter.GIVEN, part.size());
                giveParts(bucket, owner, rest, then);
            } else {
                store.keep(bucket, part);
                store.keep(bucket, rest);
                then.run();
                giveStray(bucket, owner);
            }
        });
    }

    private static List<KvEntry> partOf(final ArrayDeque<KvEntry> rest) {
        final List<KvEntry> part = new ArrayList<>();
        int bytes = 0;
        while (!rest.isEmpty() && part.size() < PART_KEYS && bytes < PART_BYTES) {
            final KvEntry entry = rest.remove();
            part.add(entry);
            bytes += entry.cost();
        }
        return part;
    }

    private void give(final int bucket, final int owner, final List<KvEntry> entries, final Consumer<NetError> then) {
        final Msg<Adopt> msg = Msg.init(new Adopt(now(), cpu.id(), partition.version(), bucket, entries), port);
        moves.put(msg, then);
        cpu.transport().sendMsg(msg, port.on(owner));
    }

    /** Keys come. EAGAIN: the bucket is somebody else's by now. */
    private NetError onAdopt(final Msg<Adopt> msg) {
        final Adopt adopt = msg.command();
        if (msg.isProxy() && !adopt.isSound()) {
            return NetError.EINVAL;
        }
        if (adopt.version() > partition.version()) {
            early.add(msg);
            return NetError.EASYNC;
        }
        if (isForeign(adopt.bucket())) {
            return NetError.EAGAIN;
        }
        final long laterNs = cpu.machine().hosts(adopt.fromCpu()) ? 0 : now() - adopt.sentNs();
        final List<KvEntry> entries =
                adopt.entries().stream().map(entry -> entry.later(laterNs)).toList();
        store.keep(adopt.bucket(), entries);
        counters.add(KvCounter.ADOPTED, entries.size());
        armSweep();
        return NetError.OK;
    }

    /** The map has changed, or a bucket is here. */
    private void onRelease() {
        final List<Msg<Adopt>> waiting = List.copyOf(early);
        early.clear();
        for (final Msg<Adopt> msg : waiting) {
            final NetError result = onAdopt(msg);
            if (result != NetError.EASYNC) {
                cpu.transport().replyMsg(msg, result, null);
            }
        }
        for (int bucket = 0; bucket < BucketMap.BUCKETS; bucket++) {
            giveStray(bucket, BucketMap.NONE);
        }
        releasing = true;
        holds.release(this::answer, this::passOn);
        for (Msg<Ask> msg = meanwhile.poll(); msg != null; msg = meanwhile.poll()) {
            final NetError result = admit(msg);
            if (result != NetError.EASYNC) {
                cpu.transport().replyMsg(msg, result, null);
            }
        }
        releasing = false;
    }

    /** Keys here of a bucket that is another CPU's: they could not be given to the owner before, which is gone. */
    private void giveStray(final int bucket, final int before) {
        final int owner = partition.owner(bucket);
        if (!store.isEmpty(bucket) && owner != BucketMap.NONE && owner != before && isForeign(bucket)) {
            give(bucket, owner, () -> {});
        }
    }

    private boolean isForeign(final int bucket) {
        return partition.decide(bucket, partition.version()) == Verdict.FORWARD;
    }
}
