package odonata.ssi.membership;

import akka.actor.ActorSystem;
import akka.actor.Address;
import akka.cluster.Cluster;
import akka.cluster.MemberStatus;
import akka.stream.KillSwitches;
import akka.stream.UniqueKillSwitch;
import akka.stream.javadsl.Keep;
import akka.stream.javadsl.Sink;
import akka.stream.javadsl.Source;
import akka.stream.javadsl.Tcp;
import akka.util.ByteString;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds at once that another member's process has ended: a connection to its control port, on which nothing is said, breaks then,
 * and nobody listens there any more. That is proof, where the failure detector's silence is a suspicion that must stand for
 * seconds. A machine that lost its power or its network breaks no connection: such a death is left to the failure detector.
 *
 * <p>Threads: {@link #keep} and {@link #close} on the control thread; a lifeline's own steps follow each other on Akka's.
 */
final class Lifelines implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Lifelines.class);
    private static final Duration CONNECT = Duration.ofSeconds(10);

    /** Between two attempts to connect. */
    private static final Duration PAUSE = Duration.ofMillis(100);

    /** Refused so often in a row, nobody listens. */
    private static final int REFUSALS = 3;

    private final ActorSystem system;
    private final Cluster cluster;
    private final Map<Long, Lifeline> lines = new HashMap<>();

    Lifelines(final ActorSystem system) {
        this.system = system;
        this.cluster = Cluster.get(system);
    }

    /** From now on there is a lifeline to each of these, but for this member itself, and to no other. */
    void keep(final Collection<Member> members) {
        final Map<Long, Member> wanted = members.stream()
                .filter(member ->
                        member.incarnation() != cluster.selfUniqueAddress().longUid())
                .collect(Collectors.toMap(Member::incarnation, member -> member));
        lines.entrySet().removeIf(entry -> {
            final boolean over = !wanted.containsKey(entry.getKey());
            if (over) {
                entry.getValue().cut();
            }
            return over;
        });
        wanted.forEach((incarnation, member) -> lines.computeIfAbsent(incarnation, key -> new Lifeline(member)));
    }

    @Override
    public void close() {
        lines.values().forEach(Lifeline::cut);
        lines.clear();
    }

    /**
     * Akka's ordinary way to put a dead member out, without the waiting: suspected by this member's failure detector and downed. One
     * that leaves closes its port too, and is let go in peace. To be repeated while the member is there: a member that just came may
     * not have a detector yet.
     *
     * @return true when it was downed by this call
     */
    private boolean dead(final Member member) {
        final Optional<MemberStatus> status = StreamSupport.stream(
                        cluster.state().getMembers().spliterator(), false)
                .filter(node -> node.uniqueAddress().longUid() == member.incarnation())
                .map(node -> node.status())
                .findFirst();
        final Address address = Suspicion.addressOf(cluster, member);
        final boolean alive = status.equals(Optional.of(MemberStatus.up()));
        if (alive || status.equals(Optional.of(MemberStatus.down()))) {
            Suspicion.detector(cluster, address).ifPresent(AwakeFailureDetector::condemn);
        }
        if (alive) {
            cluster.down(address);
        }
        return alive;
    }

    private final class Lifeline {
        private final Member member;
        private final InetSocketAddress peer;
        private volatile boolean cut;
        private volatile Optional<UniqueKillSwitch> line = Optional.empty();

        Lifeline(final Member member) {
            this.member = member;
            final Address address = Suspicion.addressOf(cluster, member);
            this.peer = new InetSocketAddress(
                    address.getHost().orElseThrow(), address.getPort().orElseThrow());
            connect(0);
        }

        void cut() {
            cut = true;
            line.ifPresent(UniqueKillSwitch::shutdown);
        }

        /** Attempts to connect, after so many refusals in a row. */
        private void connect(final int refusals) {
            final var ends = Source.<ByteString>maybe()
                    .viaMat(KillSwitches.single(), Keep.right())
                    .viaMat(
                            Tcp.get(system)
                                    .outgoingConnection(
                                            peer,
                                            Optional.empty(),
                                            List.of(),
                                            false,
                                            Optional.of(CONNECT),
                                            Optional.empty()),
                            Keep.both())
                    .toMat(Sink.ignore(), Keep.both())
                    .run(system);
            ends.first().second().whenComplete((connection, failure) -> {
                if (failure == null) {
                    line = Optional.of(ends.first().first());
                    ends.second().whenComplete((done, broken) -> again(0));
                    if (cut) {
                        cut();
                    }
                } else {
                    refused(failure, refusals);
                }
            });
        }

        private void refused(final Throwable failure, final int refusals) {
            // the other reason for this exception, the system's time-out, comes later than CONNECT
            if (!(failure instanceof ConnectException) && !(failure.getCause() instanceof ConnectException)) {
                again(0);
            } else {
                if (refusals + 1 >= REFUSALS && !cut && dead(member)) {
                    LOG.warn("process of member {} has ended: nobody listens at {}", member.id(), member.address());
                }
                again(refusals + 1);
            }
        }

        private void again(final int refusals) {
            if (!cut && !system.whenTerminated().isCompleted()) {
                system.scheduler().scheduleOnce(PAUSE, () -> connect(refusals), system.dispatcher());
            }
        }
    }
}
