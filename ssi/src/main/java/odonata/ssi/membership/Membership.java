package odonata.ssi.membership;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * What a member's control thread tells the other threads of the process: the newest state, whether it has joined, why it
 * stops. Threads: written by the control thread, read by any.
 */
final class Membership {
    private final long incarnation;
    private final String address;
    private final CompletableFuture<Member> joined = new CompletableFuture<>();
    private volatile Optional<ClusterState> state = Optional.empty();
    private volatile boolean leaving;
    private volatile boolean wasMember;

    Membership(final long incarnation, final String address) {
        this.incarnation = incarnation;
        this.address = address;
    }

    long incarnation() {
        return incarnation;
    }

    String address() {
        return address;
    }

    CompletableFuture<Member> joined() {
        return joined;
    }

    Optional<ClusterState> state() {
        return state;
    }

    void deliver(final ClusterState next) {
        state = Optional.of(next);
        next.incarnation(incarnation).ifPresent(self -> {
            wasMember = true;
            joined.complete(self);
        });
    }

    /** True when this member had its ids, does not leave, and the newest state no longer has it. */
    boolean declaredDead() {
        return wasMember
                && !leaving
                && state.flatMap(newest -> newest.incarnation(incarnation)).isEmpty();
    }

    void notJoined(final String why) {
        joined.completeExceptionally(new IllegalStateException("not taken as a member: " + why));
    }

    void leaving() {
        leaving = true;
    }

    MemberListener.StopReason stopReason() {
        if (leaving) {
            return MemberListener.StopReason.LEFT;
        }
        return wasMember ? MemberListener.StopReason.DOWNED : MemberListener.StopReason.NOT_JOINED;
    }
}
