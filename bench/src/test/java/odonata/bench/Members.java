package odonata.bench;

import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.List;
import odonata.actors.cpu.Cpu;
import odonata.actors.cpu.CpuSettings;
import odonata.actors.cpu.Machine;
import odonata.ssi.uplink.AeronUplink;
import odonata.ssi.uplink.Driver;
import odonata.ssi.uplink.DriverSettings;
import odonata.ssi.uplink.UplinkEvents;
import odonata.ssi.uplink.UplinkSettings;
import odonata.ssi.uplink.frame.FrameSecret;

/** Two members of one CPU each on loopback, with media drivers, uplinks and settings as real members have them. */
final class Members implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofMinutes(1);

    private final Side one;
    private final Side two;
    private volatile boolean closing;

    /**
     * Connected; not started yet, so that threads may be spawned.
     *
     * @param sharedMemory {@code odonata.uplink.shared-memory}
     */
    Members(final boolean sharedMemory) {
        final UplinkSettings d = UplinkSettings.of(ConfigFactory.defaultReference());
        final UplinkSettings settings =
                new UplinkSettings(d.window(), d.maxCpus(), d.maxEntry(), d.ping(), sharedMemory);
        one = new Side(1, settings);
        two = new Side(2, settings);
        one.uplink.addPeer(two.uplink.address());
        two.uplink.addPeer(one.uplink.address());
        Failures.await(one.uplink.awaitConnected(List.of(2), CONNECT));
        Failures.await(two.uplink.awaitConnected(List.of(1), CONNECT));
    }

    /** The CPU of the first member. */
    Cpu first() {
        return one.machine.cpus().get(0);
    }

    /** The CPU of the second. */
    Cpu second() {
        return two.machine.cpus().get(0);
    }

    void start() {
        one.machine.start();
        two.machine.start();
    }

    @Override
    public void close() {
        closing = true;
        one.close();
        two.close();
    }

    /** Media drivers as members have them. */
    static DriverSettings driverSettings() {
        return DriverSettings.of(ConfigFactory.defaultReference());
    }

    private final class Side implements AutoCloseable {
        private final Machine machine;
        private final Driver driver;
        private final AeronUplink uplink;

        Side(final int member, final UplinkSettings settings) {
            machine = Machine.onWallClock(member, List.of(member - 1), CpuSettings.defaults(), Failures::panicked);
            driver = Driver.start(driverSettings(), "bench-" + member, 2);
            uplink = AeronUplink.of(
                    machine,
                    driver,
                    settings,
                    new AeronUplink.Endpoint("127.0.0.1", 0),
                    FrameSecret.none(),
                    member,
                    new UplinkEvents() {
                        @Override
                        public void linkBroken(final int other) {
                            if (!closing) {
                                Failures.failed(new IllegalStateException("the link to member " + other + " broke"));
                            }
                        }

                        @Override
                        public void uplinkFailed(final Throwable cause) {
                            Failures.failed(cause);
                        }
                    });
            machine.connect(uplink);
            uplink.start();
        }

        @Override
        public void close() {
            machine.close();
            uplink.close();
            driver.close();
        }
    }
}
