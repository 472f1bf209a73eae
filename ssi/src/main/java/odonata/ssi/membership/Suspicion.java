package odonata.ssi.membership;

import akka.actor.Address;
import akka.cluster.Cluster;
import akka.cluster.MemberStatus;
import akka.remote.DefaultFailureDetectorRegistry;
import akka.remote.PhiAccrualFailureDetector;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.StreamSupport;

/**
 * What Akka's membership thinks of the others. Its registry of failure detectors shows only yes or no through its interface;
 * the cast to the one implementation there is gives the figure. That use of an Akka internal is in this class alone.
 */
final class Suspicion {
    private Suspicion() {}

    /** The detector that watches an address, when this member is one of those that do. */
    static Optional<AwakeFailureDetector> detector(final Cluster cluster, final Address address) {
        return cluster.failureDetector() instanceof DefaultFailureDetectorRegistry<Address> registry
                        && registry.failureDetector(address).isDefined()
                        && registry.failureDetector(address).get() instanceof AwakeFailureDetector detector
                ? Optional.of(detector)
                : Optional.empty();
    }

    static Map<Integer, Double> of(final Cluster cluster, final Optional<ClusterState> state) {
        final Map<Integer, Double> phi = new TreeMap<>();
        state.map(ClusterState::members).orElse(List.of()).stream()
                .filter(member ->
                        member.incarnation() != cluster.selfUniqueAddress().longUid())
                .forEach(member -> phi.put(
                        member.id(),
                        detector(cluster, addressOf(cluster, member))
                                .map(PhiAccrualFailureDetector::phi)
                                .orElse(0.0)));
        return phi;
    }

    static Address addressOf(final Cluster cluster, final Member member) {
        final int colon = member.address().lastIndexOf(':');
        final Address self = cluster.selfAddress();
        return new Address(
                self.protocol(),
                self.system(),
                member.address().substring(0, colon),
                Integer.parseInt(member.address().substring(colon + 1)));
    }

    /** Incarnation of the oldest member, on which Akka runs the singleton. */
    static Optional<Long> oldest(final Cluster cluster) {
        return StreamSupport.stream(cluster.state().getMembers().spliterator(), false)
                .filter(member -> member.status() == MemberStatus.up() || member.status() == MemberStatus.leaving())
                .min((a, b) -> a.isOlderThan(b) ? -1 : 1)
                .map(member -> member.uniqueAddress().longUid());
    }
}
