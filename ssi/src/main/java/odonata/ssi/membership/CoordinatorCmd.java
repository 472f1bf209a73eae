package odonata.ssi.membership;

import java.util.List;
import java.util.Optional;
import odonata.ssi.codec.Wire;

/** What happens to the {@link CoordinatorActor}. */
sealed interface CoordinatorCmd {

    /** Messages of one member; those with an id other than 0 are answered to {@code replyTo}. */
    record Submit(List<Long> ids, List<CoordinatorMsg> msgs, String replyTo) implements CoordinatorCmd, Wire {}

    /** What the replicas know, if they answered; {@code all} when all were asked, otherwise a majority. */
    record Loaded(Optional<ClusterState> state, boolean answered, boolean all) implements CoordinatorCmd {}

    /** Akka has removed a process. */
    record Gone(long incarnation) implements CoordinatorCmd {}

    /** Handles what has come in. */
    enum Flush implements CoordinatorCmd {
        INSTANCE
    }

    /** Every member has that version, or the time for it is over: gossip brings it to the rest. */
    record Published(long version) implements CoordinatorCmd {}
}
