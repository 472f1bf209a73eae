package odonata.ssi.membership;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import odonata.protocol.flow.BucketMap;
import odonata.ssi.codec.Wire;

/**
 * What every member knows: made by the {@link Coordinator}, replicated, never changed. Newer means higher {@code version}.
 *
 * <p>Versions are ascending but not dense: a state may be skipped on its way, and a new coordinator leaves a gap so that no
 * number can name two states. The same holds for the version of the map.
 *
 * @param version of this state
 * @param cluster name of the cluster
 * @param members alive, by id ascending
 * @param seats CPUs of live members, by CPU id ascending
 * @param map bucket map; version 0 with no CPUs before the first member is up
 * @param moves buckets on the move, ascending
 * @param wirePeers devices and connected load generators, by id ascending
 * @param departed members that are gone, oldest first, at most {@link Coordinator#MAX_DEPARTED}
 * @param forgotten sum of the final counters of those no longer in {@code departed}
 * @param events newest last, at most {@link Coordinator#MAX_EVENTS}
 * @param nextMember id of the next member
 * @param nextCpu id of the next CPU
 * @param nextEvent id of the next event
 * @param levelling true while a join still has to even out the buckets
 */
public record ClusterState(
        long version,
        String cluster,
        List<Member> members,
        List<Seat> seats,
        BucketMap map,
        List<Move> moves,
        List<WirePeer> wirePeers,
        List<Departed> departed,
        Map<String, Long> forgotten,
        List<ClusterEvent> events,
        int nextMember,
        int nextCpu,
        long nextEvent,
        boolean levelling)
        implements Wire {

    /** The live member of that id. */
    public Optional<Member> member(final int id) {
        return members.stream().filter(member -> member.id() == id).findFirst();
    }

    /** The live member of that start of a process. */
    public Optional<Member> incarnation(final long incarnation) {
        return members.stream()
                .filter(member -> member.incarnation() == incarnation)
                .findFirst();
    }

    /** CPU ids of a live member, ascending. */
    public List<Integer> cpusOf(final int member) {
        return seats.stream()
                .filter(seat -> seat.member() == member)
                .map(Seat::cpu)
                .toList();
    }

    /** The CPU of that id, if its member is alive. */
    public Optional<Seat> seat(final int cpu) {
        return seats.stream().filter(seat -> seat.cpu() == cpu).findFirst();
    }

    /** True when every CPU steers by the newest map and no bucket is on the move. */
    public boolean settled() {
        return moves.isEmpty()
                && seats.stream().allMatch(seat -> !listed(seat.cpu()) || seat.applied() >= map.version());
    }

    /** True when the newest map lists that CPU. */
    boolean listed(final int cpu) {
        return Arrays.binarySearch(map.cpus(), cpu) >= 0;
    }
}
