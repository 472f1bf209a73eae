package odonata.node.member;

import com.typesafe.config.Config;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import odonata.actors.cpu.CostModel;
import odonata.actors.cpu.CpuSettings;
import odonata.actors.netisr.NetSettings;
import odonata.actors.nic.TunSettings;
import odonata.config.ClusterSettings;
import odonata.config.ConfigException;
import odonata.config.DemoSettings;
import odonata.config.HttpSettings;
import odonata.config.MemberSettings;
import odonata.config.ServiceSettings;
import odonata.config.SnapshotSettings;
import odonata.ssi.partition.Placement;
import odonata.ssi.uplink.DriverSettings;
import odonata.ssi.uplink.UplinkSettings;
import odonata.ssi.wire.WireSettings;

/**
 * The settings of every part, read and checked together, so that a bad value is found before anything starts.
 *
 * @param cpu CPU runtime, with rings large enough for the uplink's credit
 * @param net network of each CPU
 * @param tun TUN devices
 * @param driver media driver
 * @param uplink links to other members
 * @param placement which bucket goes where
 * @param services what the member serves at the cluster's address
 * @param wire devices of load generators
 */
public record AllSettings(
        CpuSettings cpu,
        NetSettings net,
        TunSettings tun,
        DriverSettings driver,
        UplinkSettings uplink,
        Placement placement,
        ServiceSettings services,
        WireSettings wire) {

    /** Reads every section; fails with the first value that cannot be right. */
    public static AllSettings of(final Config config) {
        ClusterSettings.of(config);
        MemberSettings.of(config);
        HttpSettings.of(config);
        SnapshotSettings.of(config);
        DemoSettings.of(config);
        checked(() -> CostModel.from(config));
        final UplinkSettings uplink = UplinkSettings.of(config);
        return new AllSettings(
                withRings(checked(() -> CpuSettings.from(config)), uplink.ringCapacity()),
                checked(() -> NetSettings.from(config)),
                checked(() -> TunSettings.from(config)),
                DriverSettings.of(config),
                uplink,
                checked(() -> Placement.named(config.getString("odonata.cluster.placement"))),
                services(config),
                WireSettings.of(config));
    }

    private static ServiceSettings services(final Config config) {
        final ServiceSettings services = ServiceSettings.of(config);
        if (!services.httpRoot().isEmpty() && !Files.isDirectory(Path.of(services.httpRoot()))) {
            throw new ConfigException("odonata.services.http-root", services.httpRoot(), "a folder, or empty");
        }
        return services;
    }

    /** Modules that know no configuration layers say what is wrong by a plain exception. */
    private static <T> T checked(final Supplier<T> read) {
        try {
            return read.get();
        } catch (IllegalArgumentException e) {
            throw new ConfigException(e.getMessage());
        }
    }

    private static CpuSettings withRings(final CpuSettings s, final int uplinkSlots) {
        return new CpuSettings(
                s.ringCapacity(),
                Math.max(s.uplinkCapacity(), uplinkSlots),
                s.ringBatch(),
                s.throughput(),
                s.turn(),
                s.spins(),
                s.yields(),
                s.highwater(),
                s.inbox(),
                s.rollupBatch(),
                s.accounting(),
                s.ktr());
    }
}
