package odonata.ssi.uplink;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import odonata.actors.cpu.CpuSettings;
import odonata.actors.cpu.Machine;
import odonata.ssi.uplink.frame.FrameSecret;

/** A member with real CPUs, driver and uplink. */
final class RealMember implements AutoCloseable {
    private static final AtomicInteger NAMES = new AtomicInteger();

    final int member;
    final Machine machine;
    final Driver driver;
    final AeronUplink uplink;
    final AtomicReference<Throwable> panic = new AtomicReference<>();
    final List<Integer> broken = new ArrayList<>();

    /** {@code lends}: whether windows may grow. */
    RealMember(
            final int member, final int firstCpu, final int cpus, final UplinkSettings settings, final boolean lends) {
        this.member = member;
        machine = Machine.onWallClock(
                member,
                IntStream.range(firstCpu, firstCpu + cpus).boxed().toList(),
                CpuSettings.defaults(),
                (cpu, e) -> panic.set(e));
        driver = Driver.start(FakeMember.driverSettings(), "real" + NAMES.incrementAndGet() + "-" + member, 4);
        final AeronUplink.Endpoint anywhere = new AeronUplink.Endpoint("127.0.0.1", 0);
        uplink = lends
                ? AeronUplink.of(
                        machine, driver, settings, anywhere, FrameSecret.none(), member, FakeMember.events(broken))
                : new AeronUplink(
                        member,
                        machine.cpus().stream()
                                .map(cpu -> LocalCpu.of(cpu, new CreditPool(0)))
                                .toList(),
                        driver,
                        settings,
                        anywhere,
                        FrameSecret.none(),
                        member,
                        machine.cpus().get(0).clock(),
                        FakeMember.events(broken));
        machine.connect(uplink);
        uplink.start();
    }

    /** Connects all of them with each other. */
    static void connect(final RealMember... members) throws Exception {
        for (final RealMember a : members) {
            for (final RealMember b : members) {
                if (a != b) {
                    a.uplink.addPeer(b.uplink.address());
                }
            }
        }
        for (final RealMember a : members) {
            final List<Integer> others = new ArrayList<>();
            for (final RealMember b : members) {
                if (a != b) {
                    others.add(b.member);
                }
            }
            a.uplink.awaitConnected(others, Duration.ofMinutes(3)).get(240, TimeUnit.SECONDS);
        }
    }

    /** Stops talking, in the middle of what it does. */
    void die() {
        uplink.close();
        driver.close();
    }

    @Override
    public void close() {
        machine.close();
        uplink.close();
        driver.close();
    }
}
