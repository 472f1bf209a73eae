package odonata.node.member;

import com.typesafe.config.Config;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import odonata.config.ClusterSettings;
import odonata.config.HttpSettings;
import odonata.config.MemberSettings;
import odonata.config.SnapshotSettings;
import odonata.node.http.Token;

/**
 * What a member is told at its start.
 *
 * @param config everything in force
 * @param seeds control-plane addresses of members that it joins; none: it founds the cluster
 * @param secret cluster secret
 * @param token admin token
 * @param record where it notes how far it is; empty: nowhere
 * @param slot number in the record
 * @param tun name of the TUN device that it opens; empty: none
 */
public record MemberOptions(
        Config config,
        List<String> seeds,
        Optional<String> secret,
        Token token,
        Optional<Path> record,
        int slot,
        Optional<String> tun) {

    /** Section {@code odonata.cluster}. */
    public ClusterSettings cluster() {
        return ClusterSettings.of(config);
    }

    /** Section {@code odonata.member}. */
    public MemberSettings member() {
        return MemberSettings.of(config);
    }

    /** Section {@code odonata.http}. */
    public HttpSettings http() {
        return HttpSettings.of(config);
    }

    /** Section {@code odonata.snapshot}. */
    public SnapshotSettings snapshot() {
        return SnapshotSettings.of(config);
    }
}
