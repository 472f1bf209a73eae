package odonata.ssi.membership;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import odonata.config.ClusterSettings;
import odonata.protocol.flow.BucketMap;
import odonata.ssi.membership.CoordinatorMsg.Applied;
import odonata.ssi.membership.CoordinatorMsg.Dead;
import odonata.ssi.membership.CoordinatorMsg.Drain;
import odonata.ssi.membership.CoordinatorMsg.DrainedIntake;
import odonata.ssi.membership.CoordinatorMsg.Joining;
import odonata.ssi.membership.CoordinatorMsg.Left;
import odonata.ssi.membership.CoordinatorMsg.LinkBroken;
import odonata.ssi.membership.CoordinatorMsg.Note;
import odonata.ssi.membership.CoordinatorMsg.Passed;
import odonata.ssi.membership.CoordinatorMsg.Ready;
import odonata.ssi.membership.CoordinatorMsg.Rebalance;
import odonata.ssi.membership.CoordinatorMsg.TookOver;
import odonata.ssi.membership.CoordinatorMsg.WirePeerAdded;
import odonata.ssi.membership.CoordinatorMsg.WirePeerRemoved;
import odonata.ssi.partition.Placement;

/**
 * Decides who is a member and which CPU owns which bucket. A state machine without threads, clock or messages: the same
 * messages at the same times give the same states.
 *
 * <p>Thread: one owner. There is one coordinator in the cluster; when its host dies, the next one is made by {@link #resume}
 * from the replicated state, and the members report again what it may not have heard.
 *
 * <p>Rules: ids are given in join order and never again. Buckets go to members that are up. A bucket on the move is moved
 * again only when its new owner died. A drain goes through the stages of {@link DrainStage}. The last member cannot drain. Of two
 * that cannot reach each other one is put out.
 */
public final class Coordinator {
    /** Lines of the event log that are kept. */
    public static final int MAX_EVENTS = 200;

    /** Departed members that are kept one by one. */
    public static final int MAX_DEPARTED = 64;

    /** Load generators at a time. */
    public static final int MAX_WIRE_PEERS = 64;

    /** State versions that a new coordinator leaves out: more than the old one can have made unseen. */
    static final int STATE_GAP = 10_000;

    /** The same for versions of the map. */
    static final int MAP_GAP = 100;

    private final String cluster;
    private final Buckets buckets;
    private final EventLog log;
    private final TreeMap<Integer, Member> members = new TreeMap<>();
    private final TreeMap<Integer, Seat> seats = new TreeMap<>();
    private final TreeMap<Long, WirePeer> wirePeers = new TreeMap<>();
    private final List<Departed> departed = new ArrayList<>();
    private final TreeMap<String, Long> forgotten = new TreeMap<>();
    private int nextMember;
    private int nextCpu;
    private boolean levelling;
    private ClusterState state;

    private Coordinator(final ClusterState from, final Placement placement) {
        this.cluster = from.cluster();
        this.buckets = new Buckets(from.map(), from.moves(), placement);
        this.log = new EventLog(from.events(), from.nextEvent(), MAX_EVENTS);
        from.members().forEach(member -> members.put(member.id(), member));
        from.seats().forEach(seat -> seats.put(seat.cpu(), seat));
        from.wirePeers().forEach(peer -> wirePeers.put(peer.client(), peer));
        departed.addAll(from.departed());
        forgotten.putAll(from.forgotten());
        this.nextMember = from.nextMember();
        this.nextCpu = from.nextCpu();
        this.levelling = from.levelling();
        this.state = from;
    }

    /** The first coordinator of a cluster: no members, no buckets. */
    public static Coordinator create(final String cluster, final Placement placement) {
        final BucketMap none = Buckets.nobody();
        final ClusterState empty = new ClusterState(
                0, cluster, List.of(), List.of(), none, List.of(), List.of(), List.of(), Map.of(), List.of(), 1, 0, 1,
                false);
        return new Coordinator(empty, placement);
    }

    /** The successor of a coordinator whose host died or left; {@code last} is the newest state that any member has. */
    public static Coordinator resume(final ClusterState last, final Placement placement, final long nowMs) {
        final Coordinator next = new Coordinator(last, placement);
        next.buckets.leaveGap(MAP_GAP);
        next.plan(nowMs);
        next.state = next.snapshot(last.version() + STATE_GAP);
        return next;
    }

    /** The newest state. */
    public ClusterState state() {
        return state;
    }

    /** Handles one message and what follows from it; what was refused and why, or nothing. */
    public Optional<String> handle(final CoordinatorMsg msg, final long nowMs) {
        return handleAll(List.of(msg), nowMs).get(0);
    }

    /**
     * Handles messages that came together, so that they cost one version of the map instead of one each.
     *
     * @return for each message what was refused and why, or nothing
     */
    public List<Optional<String>> handleAll(final List<? extends CoordinatorMsg> msgs, final long nowMs) {
        final List<Optional<String>> refusals = new ArrayList<>();
        for (final CoordinatorMsg msg : msgs) {
            refusals.add(accept(msg, nowMs));
        }
        plan(nowMs);
        final ClusterState next = snapshot(state.version());
        if (!next.equals(state)) {
            state = snapshot(state.version() + 1);
        }
        return refusals;
    }

    private Optional<String> accept(final CoordinatorMsg msg, final long nowMs) {
        if (msg instanceof Joining joining) {
            return onJoining(joining, nowMs);
        } else if (msg instanceof Ready ready) {
            return onReady(ready, nowMs);
        } else if (msg instanceof Drain drain) {
            return onDrain(drain, nowMs);
        } else if (msg instanceof DrainedIntake drained) {
            return onDrainedIntake(drained, nowMs);
        } else if (msg instanceof Applied applied) {
            return progress(applied.cpu(), applied.version(), 0, 0);
        } else if (msg instanceof TookOver tookOver) {
            return progress(tookOver.cpu(), tookOver.version(), tookOver.version(), 0);
        } else if (msg instanceof Passed passed) {
            return progress(passed.cpu(), passed.version(), 0, passed.version());
        } else if (msg instanceof Dead dead) {
            return onDead(dead, nowMs);
        } else if (msg instanceof LinkBroken broken) {
            return onLinkBroken(broken, nowMs);
        } else if (msg instanceof Left left) {
            return onLeft(left, nowMs);
        } else if (msg instanceof WirePeerAdded added) {
            return onWirePeerAdded(added);
        } else if (msg instanceof WirePeerRemoved removed) {
            wirePeers.remove(removed.client());
            return Optional.empty();
        } else if (msg instanceof Rebalance rebalance) {
            return onRebalance(rebalance, nowMs);
        } else if (msg instanceof Note note) {
            log.add(nowMs, note.kind(), note.member(), note.text());
            return Optional.empty();
        }
        throw new IllegalStateException("no rule for " + msg);
    }

    private Optional<String> onJoining(final Joining joining, final long nowMs) {
        if (members.values().stream().anyMatch(member -> member.incarnation() == joining.incarnation())) {
            return Optional.empty();
        }
        if (joining.cpus() < 1 || joining.cpus() > ClusterSettings.MAX_CPUS) {
            return Optional.of("a member has 1.." + ClusterSettings.MAX_CPUS + " CPUs, " + joining.address() + " wants "
                    + joining.cpus());
        }
        members.values().stream()
                .filter(member -> member.address().equals(joining.address()))
                .findFirst()
                .ifPresent(stale -> depart(stale, MemberState.DOWN, Map.of(), nowMs));
        if (members.size() >= ClusterSettings.MAX_MEMBERS) {
            return Optional.of("the cluster has " + members.size() + " members and takes no more: drain one first");
        }
        final int id = nextMember++;
        members.put(
                id,
                new Member(
                        id,
                        joining.incarnation(),
                        joining.address(),
                        joining.http(),
                        joining.aeron(),
                        MemberState.JOINING,
                        DrainStage.NONE,
                        0,
                        nowMs));
        for (int i = 0; i < joining.cpus(); i++) {
            seats.put(nextCpu, new Seat(nextCpu, id, 0, 0, 0));
            nextCpu++;
        }
        log.add(nowMs, EventKind.JOIN, id, "joined from " + joining.address() + " with CPUs " + Ranges.of(cpusOf(id)));
        return Optional.empty();
    }

    private Optional<String> onReady(final Ready ready, final long nowMs) {
        final Member member = members.get(ready.member());
        if (member == null) {
            return unknown(ready.member());
        }
        if (member.state() == MemberState.JOINING) {
            enter(member, MemberState.UP, DrainStage.NONE);
            levelling = true;
            log.add(nowMs, EventKind.UP, member.id(), "ready");
        }
        return Optional.empty();
    }

    private Optional<String> onDrain(final Drain drain, final long nowMs) {
        final Member member = members.get(drain.member());
        if (member == null) {
            return unknown(drain.member());
        }
        return switch (member.state()) {
            case DRAINING -> Optional.empty();
            case JOINING -> Optional.of("member " + member.id() + " is still joining: wait until it is up");
            case UP -> beginDrain(member, nowMs);
            case LEFT, DOWN -> unknown(drain.member());
        };
    }

    private Optional<String> beginDrain(final Member member, final long nowMs) {
        final long others = members.values().stream()
                .filter(other -> other.state() == MemberState.UP && other.id() != member.id())
                .count();
        if (others == 0) {
            return Optional.of("member " + member.id() + " is the last one that is up, nobody could take its buckets: "
                    + "start another member first, or stop the cluster");
        }
        enter(member, MemberState.DRAINING, DrainStage.INTAKE);
        log.add(nowMs, EventKind.DRAIN, member.id(), "draining: its devices stop");
        return Optional.empty();
    }

    private Optional<String> onDrainedIntake(final DrainedIntake drained, final long nowMs) {
        final Member member = members.get(drained.member());
        if (member == null) {
            return unknown(drained.member());
        }
        if (member.drain() == DrainStage.INTAKE) {
            enter(member, MemberState.DRAINING, DrainStage.MOVING);
            final int owned = buckets.ownedBy(cpusOf(member.id())).size();
            log.add(nowMs, EventKind.DRAIN, member.id(), "devices have stopped: " + owned + " buckets move away");
        }
        return Optional.empty();
    }

    private Optional<String> progress(final int cpu, final long applied, final long tookOver, final long passed) {
        final Seat seat = seats.get(cpu);
        if (seat == null || applied > buckets.version()) {
            return Optional.of("cpu " + cpu + " with version " + applied + " is not of this cluster, which is at "
                    + buckets.version());
        }
        seats.put(
                cpu,
                new Seat(
                        cpu,
                        seat.member(),
                        Math.max(seat.applied(), applied),
                        Math.max(seat.tookOver(), tookOver),
                        Math.max(seat.passed(), passed)));
        if (tookOver > 0) {
            buckets.tookOver(cpu, tookOver);
        }
        return Optional.empty();
    }

    private Optional<String> onDead(final Dead dead, final long nowMs) {
        final Member member = members.get(dead.member());
        if (member != null) {
            depart(member, MemberState.DOWN, Map.of(), nowMs);
        }
        return Optional.empty();
    }

    /** The one that is not up yet goes, else the younger. */
    private Optional<String> onLinkBroken(final LinkBroken broken, final long nowMs) {
        final Member from = members.get(broken.from());
        final Member to = members.get(broken.to());
        if (from != null && to != null) {
            final Member out = Collections.max(
                    List.of(from, to),
                    Comparator.comparing((Member member) -> member.state() == MemberState.JOINING)
                            .thenComparing(Member::id));
            log.add(
                    nowMs,
                    EventKind.ERROR,
                    out.id(),
                    "put out: the link from member " + from.id() + " to member " + to.id() + " broke, and both live");
            depart(out, MemberState.DOWN, Map.of(), nowMs);
        }
        return Optional.empty();
    }

    private Optional<String> onLeft(final Left left, final long nowMs) {
        final Member member = members.get(left.member());
        if (member != null) {
            depart(member, MemberState.LEFT, left.counters(), nowMs);
        }
        return Optional.empty();
    }

    private Optional<String> onWirePeerAdded(final WirePeerAdded added) {
        final WirePeer peer = added.peer();
        if (!wirePeers.containsKey(peer.client()) && wirePeers.size() >= MAX_WIRE_PEERS) {
            return Optional.of(
                    wirePeers.size() + " load generators are connected and no more are taken: stop one first");
        }
        wirePeers.put(peer.client(), peer);
        return Optional.empty();
    }

    private Optional<String> onRebalance(final Rebalance rebalance, final long nowMs) {
        if (rebalance.load().size() != BucketMap.BUCKETS
                || rebalance.load().stream().anyMatch(load -> load < 0)) {
            return Optional.of("load wants " + BucketMap.BUCKETS + " figures, none negative");
        }
        final int[] eligible = cpusIn(MemberState.UP);
        if (eligible.length == 0) {
            return Optional.of("no member is up");
        }
        if (!nobodyPassing()) {
            return Optional.of("a member is about to leave: try again when it has");
        }
        if (!buckets.adjustable()) {
            return Optional.of("the placement in use fixes every bucket: choose another one to rebalance by load");
        }
        levelling = false;
        final int asked = buckets.rebalance(
                rebalance.load().stream().mapToDouble(Long::doubleValue).toArray(), eligible, this::mayGive);
        log.add(nowMs, EventKind.REBALANCE, 0, "by measured load: " + asked + " buckets move");
        return Optional.empty();
    }

    private Optional<String> unknown(final int member) {
        return Optional.of("no member " + member + ": the members are " + Ranges.of(members.keySet()));
    }

    private void depart(
            final Member member, final MemberState how, final Map<String, Long> counters, final long nowMs) {
        final List<Integer> cpus = cpusOf(member.id());
        final List<Integer> lost = buckets.heldBy(cpus);
        enter(member, how, DrainStage.NONE);
        members.remove(member.id());
        cpus.forEach(seats::remove);
        cpus.forEach(cpu -> wirePeers.remove((long) WirePeer.interfaceOf(cpu)));
        buckets.bury(cpus);
        departed.add(new Departed(member.id(), member.address(), how, cpus, Map.copyOf(counters), nowMs));
        if (departed.size() > MAX_DEPARTED) {
            departed.remove(0).counters().forEach((name, value) -> forgotten.merge(name, value, Long::sum));
        }
        final String loss = lost.isEmpty() ? "no bucket lost" : "lost the flows of buckets " + Ranges.of(lost);
        if (how == MemberState.LEFT) {
            log.add(nowMs, EventKind.LEAVE, member.id(), "left: " + loss);
        } else {
            log.add(nowMs, EventKind.CRASH, member.id(), "died (" + member.address() + "): " + loss);
        }
    }

    /** Works out the next map, and whether a drain has come to its next stage, until neither changes. */
    private void plan(final long nowMs) {
        boolean more = true;
        while (more) {
            callOffDrainOfTheLast(nowMs);
            final int[] listed = listedCpus();
            final int[] eligible = cpusIn(MemberState.UP);
            final boolean wasSettled = buckets.settled();
            if (buckets.advance(listed, eligible, levelling, this::mayGive)) {
                noteMoves(nowMs, wasSettled);
            }
            levelling = levelling && !(buckets.settled() && nobodyPassing());
            more = advanceDrains(nowMs);
        }
    }

    private void noteMoves(final long nowMs, final boolean wasSettled) {
        final long begun = buckets.moves().stream()
                .filter(move -> move.since() == buckets.version())
                .count();
        if (begun > 0) {
            log.add(nowMs, EventKind.MOVE, 0, "map " + buckets.version() + ": " + begun + " buckets begin to move");
        } else if (!wasSettled && buckets.settled()) {
            log.add(nowMs, EventKind.MOVE, 0, "map " + buckets.version() + ": all buckets have arrived");
        }
    }

    private boolean advanceDrains(final long nowMs) {
        boolean changed = false;
        for (final Member member : List.copyOf(members.values())) {
            if (member.drain() == DrainStage.MOVING
                    && buckets.heldBy(cpusOf(member.id())).isEmpty()) {
                members.put(member.id(), member.in(MemberState.DRAINING, DrainStage.PASSING, buckets.version() + 1));
                changed = true;
            } else if (member.drain() == DrainStage.PASSING && passedByAll(member)) {
                members.put(member.id(), member.in(MemberState.DRAINING, DrainStage.RELEASED, member.unlistedIn()));
                log.add(nowMs, EventKind.DRAIN, member.id(), "owns nothing, all CPUs steer past it: free to leave");
                changed = true;
            }
        }
        return changed;
    }

    private boolean passedByAll(final Member member) {
        final long version = member.unlistedIn();
        return cpusOf(member.id()).stream().allMatch(cpu -> seats.get(cpu).passed() >= version)
                && Arrays.stream(listedCpus()).allMatch(cpu -> seats.get(cpu).applied() >= version);
    }

    private void callOffDrainOfTheLast(final long nowMs) {
        if (cpusIn(MemberState.UP).length > 0) {
            return;
        }
        members.values().stream()
                .filter(member -> member.state() == MemberState.DRAINING && member.drain() != DrainStage.RELEASED)
                .findFirst()
                .ifPresent(member -> {
                    enter(member, MemberState.UP, DrainStage.NONE);
                    log.add(nowMs, EventKind.DRAIN, member.id(), "drain called off: it is the last member");
                });
    }

    private void enter(final Member member, final MemberState next, final DrainStage stage) {
        if (member.state() != next && !member.state().successors().contains(next)) {
            throw new IllegalStateException("member " + member.id() + ": " + member.state() + " to " + next);
        }
        members.put(member.id(), member.in(next, stage, 0));
    }

    /**
     * True unless the CPU's member has to stop its devices first, or some member is on its way out: the map lists it no more, so
     * nobody would wait for what it had still sent.
     */
    private boolean mayGive(final int cpu) {
        return members.get(seats.get(cpu).member()).drain() != DrainStage.INTAKE && nobodyPassing();
    }

    private boolean nobodyPassing() {
        return members.values().stream().noneMatch(member -> member.drain() == DrainStage.PASSING);
    }

    private int[] cpusIn(final MemberState wanted) {
        return seats.values().stream()
                .filter(seat -> members.get(seat.member()).state() == wanted)
                .mapToInt(Seat::cpu)
                .toArray();
    }

    private int[] listedCpus() {
        return seats.values().stream()
                .filter(seat -> {
                    final Member member = members.get(seat.member());
                    return member.state() == MemberState.UP
                            || member.drain() == DrainStage.INTAKE
                            || member.drain() == DrainStage.MOVING;
                })
                .mapToInt(Seat::cpu)
                .toArray();
    }

    private List<Integer> cpusOf(final int member) {
        return seats.values().stream()
                .filter(seat -> seat.member() == member)
                .map(Seat::cpu)
                .toList();
    }

    private ClusterState snapshot(final long version) {
        return new ClusterState(
                version,
                cluster,
                List.copyOf(members.values()),
                List.copyOf(seats.values()),
                buckets.map(),
                buckets.moves(),
                List.copyOf(wirePeers.values()),
                List.copyOf(departed),
                Map.copyOf(forgotten),
                log.events(),
                nextMember,
                nextCpu,
                log.nextId(),
                levelling);
    }
}
