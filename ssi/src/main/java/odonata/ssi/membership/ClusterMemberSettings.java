package odonata.ssi.membership;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import odonata.ssi.partition.Placement;

/**
 * What a member needs to join.
 *
 * @param cluster name of the cluster
 * @param bindHost address to bind
 * @param port control-plane port, 0 takes a free one
 * @param seeds control-plane addresses of members, {@code host:port}; none: this one founds the cluster
 * @param secret cluster secret, the same for all; without one only loopback may be bound
 * @param cpus CPUs of this member
 * @param http base URL of its HTTP server, or empty
 * @param aeron endpoint of its uplink
 * @param placement which bucket goes where; all members must have the same
 * @param heartbeatPause silence of another member that is not taken for its death
 */
public record ClusterMemberSettings(
        String cluster,
        String bindHost,
        int port,
        List<String> seeds,
        Optional<String> secret,
        int cpus,
        String http,
        String aeron,
        Placement placement,
        Duration heartbeatPause) {

    /** Refuses what must not be exposed. */
    public ClusterMemberSettings {
        Exposure.check(bindHost, secret);
        seeds = List.copyOf(seeds);
    }
}
