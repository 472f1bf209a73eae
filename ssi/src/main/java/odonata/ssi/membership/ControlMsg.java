package odonata.ssi.membership;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import odonata.ssi.codec.Wire;

/** What happens to a member's {@link ControlActor}. Those that carry the mark {@link Wire} come from other members. */
sealed interface ControlMsg {

    /** This process is up in Akka's membership: time to ask for ids. */
    enum Up implements ControlMsg {
        INSTANCE
    }

    /** The replicated state has changed. */
    record NewState(ClusterState state) implements ControlMsg {}

    /** A message for the coordinator; {@code answer} gets what was refused, or nothing. */
    record ForCoordinator(CoordinatorMsg msg, CompletableFuture<Optional<String>> answer) implements ControlMsg {}

    /** A CPU's progress. */
    record Report(Progress progress) implements ControlMsg {}

    /** Sends the progress that has been gathered. */
    enum SendProgress implements ControlMsg {
        INSTANCE
    }

    /** Repeats what has not been answered. */
    enum Tick implements ControlMsg {
        INSTANCE
    }

    /** Broadcasts a snapshot. */
    @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
    record Publish(byte[] bytes) implements ControlMsg {}

    /** Hands in the counters and leaves; {@code done} when the coordinator knows. */
    record Leave(Map<String, Long> counters, CompletableFuture<Optional<String>> done) implements ControlMsg {}

    /** The coordinator's answer; an empty text means accepted. */
    record Answered(List<Long> ids, List<String> refusals) implements ControlMsg, Wire {}

    /** A member's snapshot. */
    @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
    record Snapshot(int member, byte[] bytes) implements ControlMsg, Wire {}

    /** A question to this member; {@code replyTo} names the actor that waits for the {@link Reply}. */
    record Question(String text, String replyTo) implements ControlMsg, Wire {}

    /** The answer to a question, or why there is none. */
    record Reply(boolean ok, String text) implements Wire {}
}
