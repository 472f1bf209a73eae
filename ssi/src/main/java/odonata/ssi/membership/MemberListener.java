package odonata.ssi.membership;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * What a member is told by the control plane.
 *
 * <p>Thread: all but {@link #onStopped} are called on the member's control thread, one after the other; they may take a
 * moment, but while they do, nothing else reaches this member. An exception stops the member.
 */
public interface MemberListener {

    /**
     * A newer state. Versions ascend; some may be left out, which the CPUs' protocol allows: each state has the whole map.
     */
    void onState(ClusterState state);

    /** What a member, maybe this one, gave to {@link ClusterMember#publishSnapshot}. */
    default void onSnapshot(final int member, final byte[] snapshot) {}

    /** A question by {@link ClusterMember#ask}; a failed stage becomes the asker's failure. */
    default CompletionStage<String> onQuestion(final String question) {
        return CompletableFuture.failedFuture(new IllegalArgumentException("this member answers no questions"));
    }

    /** The member is out of the cluster and its actor system has ended; called once, on any thread. */
    default void onStopped(final StopReason reason) {}

    /** Why a member stopped. */
    enum StopReason {
        /** It was asked to. */
        LEFT,
        /** It never became a member: no seed answered, or the cluster refused it. */
        NOT_JOINED,
        /** The others took it for dead, or it was on the smaller side of a split. */
        DOWNED
    }
}
