package odonata.config;

import com.typesafe.config.Config;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;

/**
 * Section {@code odonata.member}.
 *
 * @param bind address that everything binds
 * @param port of the control plane; 0 takes a free one
 * @param secretFile file with the cluster secret, or empty
 * @param heapMb heap of a started member JVM, in MiB
 * @param readyTimeout patience of {@code up}, and of a member that joins
 * @param leaveTimeout patience of a member that leaves
 * @param drainConnections patience of a member that drains with connections of its own processes
 * @param heartbeatPause silence of another member that is not taken for its death
 */
public record MemberSettings(
        String bind,
        int port,
        String secretFile,
        int heapMb,
        Duration readyTimeout,
        Duration leaveTimeout,
        Duration drainConnections,
        Duration heartbeatPause) {
    private static final Duration LONGEST_START = Duration.ofHours(1);

    /** Reads and checks the section. */
    public static MemberSettings of(final Config config) {
        return new MemberSettings(
                config.getString("odonata.member.bind"),
                Checks.integer(config, "odonata.member.port", 0, 65_535),
                config.getString("odonata.member.secret-file"),
                Checks.integer(config, "odonata.member.heap-mb", 64, 65_536),
                Checks.duration(config, "odonata.member.ready-timeout", Duration.ofSeconds(1), LONGEST_START),
                Checks.duration(config, "odonata.member.leave-timeout", Duration.ofMillis(100), Duration.ofMinutes(2)),
                Checks.duration(config, "odonata.member.drain-connections", Duration.ZERO, Duration.ofMinutes(10)),
                Checks.duration(
                        config, "odonata.member.heartbeat-pause", Duration.ofMillis(500), Duration.ofMinutes(5)));
    }

    /** The address to bind, resolved. */
    public InetAddress address() {
        try {
            return InetAddress.getByName(bind);
        } catch (UnknownHostException e) {
            throw new ConfigException("odonata.member.bind", bind, "an address or host name of this machine");
        }
    }

    /** What to do when {@link #readyTimeout} was too short; empty when it can not be longer. */
    public String moreTime() {
        return readyTimeout.compareTo(LONGEST_START) >= 0
                ? ""
                : "; more time: --set odonata.member.ready-timeout="
                        + Math.min(2 * readyTimeout.toSeconds(), LONGEST_START.toSeconds())
                        + "s, on a busy machine also --profile patient";
    }

    /** True when nothing outside this machine can reach the member. */
    public boolean loopback() {
        return address().isLoopbackAddress();
    }
}
