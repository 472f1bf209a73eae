package odonata.actors.netisr;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import odonata.actors.netisr.NetMsg.Handover;
import odonata.protocol.flow.BucketMap;

/**
 * One CPU's view of the bucket map, and its part in moving buckets: "A bucket moves" in {@code docs/ARCHITECTURE.md}.
 *
 * <p>A state machine without threads, clock or messages: events in, {@link PartitionActions} out, the same answers for the
 * same events. Owner: the carrier of the CPU; the netisr feeds it, all protocol and interrupt threads of the CPU ask it.
 *
 * <p>Invariant: at any time at most one CPU answers {@link Verdict#SERVE} for a bucket (other than {@link #UNHASHED}, which
 * has no state), unless the control plane takes a CPU for dead that is not; per bucket, what one sender has steered is served in the order in which it was steered.
 */
public final class Partition {
    /** Stands for a bucket in packets that go to CPU 0: fragments, multicast, other protocols. Has no flow state. */
    public static final int UNHASHED = BucketMap.BUCKETS;

    private static final long NO_TOKEN = -1;

    private final int me;
    private final PartitionActions actions;
    private final BucketState[] states = new BucketState[BucketMap.BUCKETS + 1];
    /** Version since which a GIVING bucket is to be given; markers of this or a later one count. */
    private final long[] since = new long[BucketMap.BUCKETS];
    /** Service-sync that a SYNCING bucket waits for. */
    private final long[] tokens = new long[BucketMap.BUCKETS];
    /** CPU that got a bucket's state from here while the map still names this CPU as {@code from}. */
    private final int[] gaveTo = new int[BucketMap.BUCKETS];

    private final Map<Integer, Long> markers = new TreeMap<>();
    private final List<Handover> early = new ArrayList<>();
    private final int[] owners = new int[BucketMap.BUCKETS + 1];
    private int[] cpus = {};
    private int[] froms = new int[BucketMap.BUCKETS];
    private long version;
    private int awaited;
    private long reported;
    private boolean joined;
    private long leftSince;
    private long leaveToken = NO_TOKEN;
    private long nextToken;

    /** The view of CPU {@code me}, which knows no map yet: packets wait until there is one. */
    public Partition(final int me, final PartitionActions actions) {
        this.me = me;
        this.actions = actions;
        Arrays.fill(states, BucketState.FOREIGN);
        Arrays.fill(gaveTo, BucketMap.NONE);
        Arrays.fill(owners, BucketMap.NONE);
        Arrays.fill(froms, BucketMap.NONE);
    }

    /** Version of the map in use, 0 while there is none. */
    public long version() {
        return version;
    }

    /** Live CPUs of the map in use, ascending; not to be changed. */
    public int[] cpus() {
        return cpus;
    }

    /** CPU that a packet of {@code bucket} (or {@link #UNHASHED}) is to be sent to, {@link BucketMap#NONE} if nobody. */
    public int owner(final int bucket) {
        return owners[bucket];
    }

    /** Buckets that this CPU serves now. */
    public int served() {
        int n = 0;
        for (int b = 0; b < BucketMap.BUCKETS; b++) {
            n += serves(states[b]) ? 1 : 0;
        }
        return n;
    }

    /** What is to be done with a packet of {@code bucket} that was steered by {@code packetVersion}. */
    public Verdict decide(final int bucket, final long packetVersion) {
        if (packetVersion > version) {
            return Verdict.HOLD;
        }
        return switch (states[bucket]) {
            case OWNED, GIVING, SYNCING -> Verdict.SERVE;
            case AWAITED -> Verdict.HOLD;
            case FOREIGN -> Verdict.FORWARD;
        };
    }

    /** A map from the control plane; older ones and repetitions change nothing, versions may be left out. */
    public void apply(final BucketMap map) {
        if (map.version() <= version) {
            return;
        }
        version = map.version();
        cpus = map.cpus();
        froms = map.froms();
        System.arraycopy(map.owners(), 0, owners, 0, BucketMap.BUCKETS);
        owners[UNHASHED] = cpus.length == 0 ? BucketMap.NONE : cpus[0];
        noticeMembership();
        for (int b = 0; b < BucketMap.BUCKETS; b++) {
            settle(b);
        }
        enter(UNHASHED, owners[UNHASHED] == me ? BucketState.OWNED : BucketState.FOREIGN);
        sendMarkers();
        answerStrangers();
        actions.applied(version);
        actions.release();
        takeEarlyHandovers();
        advance();
    }

    /** A marker: {@code fromCpu} steers by {@code markerVersion} or newer. */
    public void marker(final int fromCpu, final long markerVersion) {
        markers.merge(fromCpu, markerVersion, Math::max);
        answerStrangers();
        advance();
    }

    /** Every protocol thread has worked off what was queued when {@link PartitionActions#sync} was called. */
    public void synced(final long token) {
        give(token);
        if (token == leaveToken) {
            leaveToken = NO_TOKEN;
            leaveOrWait();
        }
        actions.release();
        advance();
    }

    /** A part of a bucket's flow state has come. */
    public void handover(final Handover handover) {
        if (handover.version() > version) {
            early.add(handover);
            return;
        }
        take(handover);
        advance();
    }

    private void noticeMembership() {
        if (contains(me)) {
            joined = true;
            leftSince = 0;
        } else if (joined && leftSince == 0) {
            leftSince = version;
        }
    }

    private void settle(final int b) {
        if (froms[b] != me) {
            gaveTo[b] = BucketMap.NONE;
        }
        if (owners[b] == me) {
            settleMine(b);
        } else if (froms[b] == me) {
            settleGiving(b);
        } else {
            if (serves(states[b])) {
                actions.forget(b);
            }
            enter(b, BucketState.FOREIGN);
        }
    }

    private void settleMine(final int b) {
        final boolean wait = froms[b] != BucketMap.NONE && froms[b] != me;
        switch (states[b]) {
            case FOREIGN, AWAITED -> enter(b, wait ? BucketState.AWAITED : BucketState.OWNED);
            case OWNED, GIVING, SYNCING -> enter(b, BucketState.OWNED);
        }
    }

    private void settleGiving(final int b) {
        final boolean already =
                switch (states[b]) {
                    case GIVING, SYNCING -> true;
                    case FOREIGN -> gaveTo[b] == owners[b];
                    case AWAITED, OWNED -> false;
                };
        if (!already) {
            since[b] = version;
            enter(b, BucketState.GIVING);
        }
    }

    private void sendMarkers() {
        final TreeSet<Integer> targets = new TreeSet<>();
        if (contains(me)) {
            for (final int from : froms) {
                if (from != BucketMap.NONE) {
                    targets.add(from);
                }
            }
        } else if (joined) {
            for (final int cpu : cpus) {
                targets.add(cpu);
            }
        }
        targets.remove(me);
        for (final int target : targets) {
            actions.sendMarker(target, version);
        }
    }

    /**
     * A marker from a CPU that the map no longer lists asks for one: it leaves when it has been passed by all that are listed. Two
     * that are not would answer each other for ever.
     */
    private void answerStrangers() {
        if (!contains(me)) {
            return;
        }
        final Iterator<Map.Entry<Integer, Long>> all = markers.entrySet().iterator();
        while (all.hasNext()) {
            final Map.Entry<Integer, Long> marker = all.next();
            if (marker.getValue() <= version && !contains(marker.getKey())) {
                actions.sendMarker(marker.getKey(), version);
                all.remove();
            }
        }
    }

    private void takeEarlyHandovers() {
        final List<Handover> waiting = new ArrayList<>(early);
        early.clear();
        waiting.forEach(this::handover);
    }

    private void take(final Handover handover) {
        final int b = handover.bucket();
        switch (states[b]) {
            case AWAITED -> {
                actions.install(handover);
                if (handover.last() && froms[b] == handover.fromCpu()) {
                    enter(b, BucketState.OWNED);
                    actions.release();
                }
            }
            case OWNED, GIVING, SYNCING -> actions.install(handover);
            case FOREIGN -> actions.passOn(handover, owners[b]);
        }
    }

    private void advance() {
        syncWhatAllHavePassed();
        if (awaited == 0 && reported < version && contains(me)) {
            reported = version;
            actions.tookOver(version);
        }
        if (leftSince != 0 && leaveToken == NO_TOKEN && reported < version && mayLeave()) {
            leaveToken = nextToken++;
            actions.sync(leaveToken);
        }
    }

    private void syncWhatAllHavePassed() {
        long token = NO_TOKEN;
        for (int b = 0; b < BucketMap.BUCKETS; b++) {
            if (states[b] == BucketState.GIVING && owners[b] != BucketMap.NONE && allPassed(since[b])) {
                token = token == NO_TOKEN ? nextToken++ : token;
                tokens[b] = token;
                enter(b, BucketState.SYNCING);
            }
        }
        if (token != NO_TOKEN) {
            actions.sync(token);
        }
    }

    private void leaveOrWait() {
        if (leftSince != 0 && mayLeave()) {
            reported = version;
            actions.left(version);
        }
    }

    private boolean mayLeave() {
        return served() == 0 && allPassed(leftSince);
    }

    private boolean allPassed(final long wanted) {
        for (final int cpu : cpus) {
            if (cpu != me && markers.getOrDefault(cpu, 0L) < wanted) {
                return false;
            }
        }
        return true;
    }

    private void give(final long token) {
        final BitSet given = new BitSet(BucketMap.BUCKETS);
        for (int b = 0; b < BucketMap.BUCKETS; b++) {
            if (states[b] == BucketState.SYNCING && tokens[b] == token) {
                gaveTo[b] = owners[b];
                enter(b, BucketState.FOREIGN);
                given.set(b);
            }
        }
        if (!given.isEmpty()) {
            actions.handOver(given, version);
        }
    }

    private void enter(final int b, final BucketState next) {
        final BucketState before = states[b];
        if (before == next) {
            return;
        }
        if (!before.successors().contains(next)) {
            throw new IllegalStateException("bucket " + b + " on cpu " + me + ": " + before + " to " + next);
        }
        awaited += (next == BucketState.AWAITED ? 1 : 0) - (before == BucketState.AWAITED ? 1 : 0);
        states[b] = next;
    }

    /** Everything that decides what this machine does next; equal texts behave equally. */
    @Override
    public String toString() {
        final StringBuilder text = new StringBuilder("cpu " + me + " v" + version + " markers=" + markers);
        for (int b = 0; b < BucketMap.BUCKETS; b++) {
            if (states[b] != BucketState.FOREIGN || gaveTo[b] != BucketMap.NONE) {
                text.append(' ')
                        .append(b)
                        .append('=')
                        .append(states[b])
                        .append('>')
                        .append(gaveTo[b]);
                text.append('@').append(since[b]).append('#').append(tokens[b]);
            }
        }
        return text + " early=" + early.size() + " reported=" + reported + " left=" + leftSince + "#" + leaveToken;
    }

    private boolean contains(final int cpu) {
        return Arrays.binarySearch(cpus, cpu) >= 0;
    }

    private static boolean serves(final BucketState state) {
        return state == BucketState.OWNED || state == BucketState.GIVING || state == BucketState.SYNCING;
    }
}
