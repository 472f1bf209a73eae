package odonata.ssi.membership;

import akka.actor.Address;
import akka.cluster.Cluster;
import akka.cluster.MemberStatus;
import akka.remote.DefaultFailureDetectorRegistry;
import akka.remote.FailureDetector;
import akka.remote.PhiAccrualFailureDetector;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.StreamSupport;
import scala.Option;

/**
 * What Akka's membership thinks of the others. Its registry of failure detectors shows only yes or no through its interface;
 * the cast to the one implementation there is gives the figure. That use of an Akka internal is in this class alone.
 */
final class Suspicion {
    private Suspicion() {}

    static Map<Integer, Double> of(final Cluster cluster, final Optional<ClusterState> state) {
        final Map<Integer, Double> phi = new TreeMap<>();
        if (state.isPresent()
                && cluster.failureDetector() instanceof DefaultFailureDetectorRegistry<Address> registry) {
            for (final Member member : state.get().members()) {
                if (member.incarnation() != cluster.selfUniqueAddress().longUid()) {
                    phi.put(member.id(), phi(registry.failureDetector(addressOf(cluster, member))));
                }
            }
        }
        return phi;
    }

    private static Address addressOf(final Cluster cluster, final Member member) {
        final int colon = member.address().lastIndexOf(':');
        final Address self = cluster.selfAddress();
        return new Address(
                self.protocol(),
                self.system(),
                member.address().substring(0, colon),
                Integer.parseInt(member.address().substring(colon + 1)));
    }

    private static double phi(final Option<FailureDetector> detector) {
        return detector.isDefined() && detector.get() instanceof PhiAccrualFailureDetector accrual ? accrual.phi() : 0;
    }

    /** Incarnation of the oldest member, on which Akka runs the singleton. */
    static Optional<Long> oldest(final Cluster cluster) {
        return StreamSupport.stream(cluster.state().getMembers().spliterator(), false)
                .filter(member -> member.status() == MemberStatus.up() || member.status() == MemberStatus.leaving())
                .min((a, b) -> a.isOlderThan(b) ? -1 : 1)
                .map(member -> member.uniqueAddress().longUid());
    }
}
