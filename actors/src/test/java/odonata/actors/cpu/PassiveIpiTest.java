package odonata.actors.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import odonata.actors.testing.Bed;
import odonata.protocol.clock.Seed;
import odonata.protocol.errno.NetError;
import org.junit.jupiter.api.Test;

/** Sends that do not wake, and sends that do not wait for room. */
class PassiveIpiTest {
    private static final int RING = 16;

    private final Bed bed = Bed.virtual(3, Bed.settings(RING, 8, 0, 0)).start();
    private final Ipiq from = bed.cpu(0).ipiq();
    private final long hopNs =
            bed.conductor.costs().crossCpuHopNs() + bed.conductor.costs().interruptNs();
    private final List<String> log = new ArrayList<>();
    private final List<Long> times = new ArrayList<>();

    PassiveIpiTest() {
        bed.quiet();
    }

    private IpiFunc note(final String name) {
        return cpu -> {
            log.add(name + "@" + cpu.id());
            times.add(cpu.clock().nowNs());
        };
    }

    private void at(final long timeNs, final Runnable function) {
        bed.conductor.at(timeNs, function);
    }

    @Test
    void I37_passiveEntryRunsWithinOneTickOfAnIdleTarget() {
        at(1_000, () -> from.sendPassive(1, note("passive")));
        bed.conductor.runUntil(Ipiq.TICK_NS);
        assertThat(log).as("before the tick").isEmpty();
        bed.quiet();
        assertThat(log).containsExactly("passive@1");
        assertThat(times.get(0)).isEqualTo(1_000 + Ipiq.TICK_NS + hopNs);
        assertThat(bed.cpu(0).counters().get(CpuCounter.PASSIVE)).isEqualTo(1);
    }

    @Test
    void I37_oneTickServesAllPassiveEntriesOfACpu() {
        at(1_000, () -> {
            from.sendPassive(1, note("a"));
            from.sendPassive(2, note("b"));
        });
        at(5_000_000, () -> from.sendPassive(1, note("c")));
        bed.quiet();
        assertThat(log).containsExactly("a@1", "c@1", "b@2");
        assertThat(bed.conductor.nowNs())
                .as("begin of the last step")
                .isEqualTo(1_000 + Ipiq.TICK_NS + bed.conductor.costs().crossCpuHopNs());
    }

    @Test
    void I37_passiveEntryIsTakenWhenTheTargetLooksForAnotherReason() {
        at(1_000, () -> from.sendPassive(1, note("passive")));
        at(9_000, () -> bed.cpu(2).ipiq().send(1, note("active")));
        bed.quiet();
        assertThat(log).containsExactly("passive@1", "active@1");
        assertThat(times).containsExactly(9_000 + hopNs, 9_000 + hopNs);
        assertThat(bed.conductor.nowNs())
                .as("nothing was left for the tick to send")
                .isEqualTo(1_000 + Ipiq.TICK_NS);
    }

    @Test
    void I33_passiveEntriesStayInFrontOfAnActiveOneSentLater() {
        at(1_000, () -> from.sendPassive(1, note("first")));
        at(7_000, () -> from.send(1, note("second")));
        bed.quiet();
        assertThat(log).containsExactly("first@1", "second@1");
        assertThat(times).as("no event in the past").allMatch(time -> time == 7_000 + hopNs);
    }

    @Test
    void I33_eachEntryOfEitherKindRunsOnceOnItsTargetInOrder() {
        final Seed seed = Seed.of(33);
        final List<List<Integer>> sent = List.of(List.of(), new ArrayList<>(), new ArrayList<>());
        final List<List<Integer>> taken = List.of(List.of(), new ArrayList<>(), new ArrayList<>());
        for (int i = 0; i < 5_000; i++) {
            final int number = i;
            final int target = 1 + seed.nextInt(2);
            final int kind = seed.nextInt(3);
            at(seed.nextInt(5_000_000), () -> {
                if (send(kind, target, cpu -> taken.get(cpu.id()).add(number))) {
                    sent.get(target).add(number);
                }
            });
        }
        bed.quiet();
        assertThat(sent.get(1)).hasSizeGreaterThan(2_000);
        assertThat(taken).isEqualTo(sent);
    }

    private boolean send(final int kind, final int target, final IpiFunc function) {
        return switch (kind) {
            case 0 -> from.send(target, function) > 0;
            case 1 -> from.sendPassive(target, function) > 0;
            default -> from.sendNowait(target, function) == NetError.OK;
        };
    }

    @Test
    void I33_aQuarterFullRingMakesAPassiveSendActive() {
        at(1_000, () -> {
            for (int i = 0; i < RING / 4; i++) {
                from.sendPassive(1, note("" + i));
            }
        });
        bed.conductor.runUntil(5_000);
        assertThat(log).isEmpty();
        at(6_000, () -> from.sendPassive(1, note("last")));
        bed.conductor.runUntil(7_000);
        assertThat(log).containsExactly("0@1", "1@1", "2@1", "3@1", "last@1");
    }

    @Test
    void shouldRunAtOnceOnTheOwnCpu() {
        assertThat(from.sendPassive(0, note("passive"))).isZero();
        assertThat(from.sendNowait(0, note("nowait"))).isEqualTo(NetError.OK);
        assertThat(log).containsExactly("passive@0", "nowait@0");
    }

    @Test
    void shouldRefuseWithoutWaitingFromTwoThirdsOn() {
        final List<NetError> results = new ArrayList<>();
        at(1_000, () -> {
            for (int i = 0; i < RING; i++) {
                results.add(from.sendNowait(1, note("" + i)));
            }
        });
        bed.quiet();
        assertThat(results.subList(0, 10)).containsOnly(NetError.OK);
        assertThat(results.subList(10, RING)).containsOnly(NetError.ENOENT);
        assertThat(log).hasSize(10);
        assertThat(bed.cpu(0).counters().ringFullTo(1)).isEqualTo(6);
    }

    @Test
    void I37_parkedCarrierSeesAPassiveEntry() {
        try (Bed wall = Bed.wall(2, Bed.settings(RING, 8, 0, 0)).start()) {
            for (int i = 0; i < 5; i++) {
                final CompletableFuture<Integer> ran = new CompletableFuture<>();
                wall.cpu(0).inject(() -> wall.cpu(0).ipiq().sendPassive(1, cpu -> ran.complete(cpu.id())));
                assertThat(Bed.await(ran)).isEqualTo(1);
            }
        }
    }
}
