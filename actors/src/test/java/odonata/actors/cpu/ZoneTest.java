package odonata.actors.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import odonata.actors.testing.Bed;
import odonata.protocol.clock.Seed;
import odonata.protocol.errno.KernelPanic;
import org.junit.jupiter.api.Test;

class ZoneTest {
    private static final int CPUS = 3;

    private static final class Thing extends Zone.Item {}

    private final Bed bed = Bed.virtual(CPUS, Bed.settings(16, 8, 0, 0)).start();
    private final AtomicInteger made = new AtomicInteger();
    private final Zone<Thing> zone = zoneOf(bed.cpu(0), 64);

    ZoneTest() {
        bed.quiet();
    }

    private Zone<Thing> zoneOf(final Cpu owner, final int mostFree) {
        return Zone.create(
                owner,
                () -> {
                    made.incrementAndGet();
                    return new Thing();
                },
                mostFree);
    }

    private long passiveSends(final int cpu) {
        return bed.cpu(cpu).counters().get(CpuCounter.PASSIVE);
    }

    @Test
    void I39_freedByItsOwnerItIsUsedAgainAtOnce() {
        final Thing thing = zone.alloc();
        assertThat(zone.inUse()).isEqualTo(1);
        thing.free(bed.cpu(0));
        assertThat(zone.inUse()).isZero();
        assertThat(zone.alloc()).isSameAs(thing);
        assertThat(made).hasValue(1);
    }

    @Test
    void I39_freedElsewhereItIsReturnedByCodeOnTheOwnerOnly() {
        final Thing thing = zone.alloc();
        thing.free(bed.cpu(1));
        assertThat(zone.inUse()).as("not yet back").isEqualTo(1);
        bed.quiet();
        assertThat(zone.inUse()).isZero();
        assertThat(zone.free()).isEqualTo(1);
    }

    @Test
    void I39_onePassiveIpiAndOnlyWhenTheListTurnsNonEmpty() {
        final List<Thing> things = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            things.add(zone.alloc());
        }
        things.forEach(thing -> thing.free(bed.cpu(1 + things.indexOf(thing) % 2)));
        assertThat(passiveSends(1) + passiveSends(2)).isEqualTo(1);
        bed.quiet();
        assertThat(zone.free()).isEqualTo(10);
        zone.alloc().free(bed.cpu(2));
        assertThat(passiveSends(1) + passiveSends(2)).isEqualTo(2);
        bed.quiet();
        assertThat(zone.free()).isEqualTo(10);
    }

    @Test
    void I39_theOwnerTakesReturnedObjectsBeforeItMakesNewOnes() {
        final Thing thing = zone.alloc();
        thing.free(bed.cpu(1));
        assertThat(zone.alloc()).isSameAs(thing);
        bed.quiet();
        assertThat(made).hasValue(1);
        assertThat(zone.inUse()).isEqualTo(1);
    }

    @Test
    void I39_doubleFreeIsAPanicOnAnyCpu() {
        final Thing thing = zone.alloc();
        thing.free(bed.cpu(1));
        for (int cpu = 0; cpu < CPUS; cpu++) {
            final Cpu second = bed.cpu(cpu);
            assertThatThrownBy(() -> thing.free(second))
                    .isInstanceOf(KernelPanic.class)
                    .hasMessageContaining("double free")
                    .hasMessageContaining("cpu " + cpu);
        }
        bed.quiet();
        assertThatThrownBy(() -> thing.free(bed.cpu(0))).isInstanceOf(KernelPanic.class);
        assertThat(zone.free()).isEqualTo(1);
    }

    @Test
    void I39_keepsNoMoreThanItMay() {
        final Zone<Thing> small = zoneOf(bed.cpu(0), 2);
        final List<Thing> things = List.of(small.alloc(), small.alloc(), small.alloc());
        things.forEach(thing -> thing.free(bed.cpu(0)));
        assertThat(small.free()).isEqualTo(2);
        assertThat(small.inUse()).isZero();
    }

    @Test
    void I39_nothingIsLostOrGivenTwiceInRandomUse() {
        final Seed seed = Seed.of(39);
        final List<Thing> held = new ArrayList<>();
        final List<Thing> all = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            bed.conductor.at(seed.nextInt(100_000_000), () -> {
                if (held.isEmpty() || seed.chance(0.5)) {
                    final Thing thing = zone.alloc();
                    assertThat(held).doesNotContain(thing);
                    held.add(thing);
                    if (!all.contains(thing)) {
                        all.add(thing);
                    }
                } else {
                    held.remove(seed.nextInt(held.size())).free(bed.cpu(seed.nextInt(CPUS)));
                }
            });
        }
        bed.quiet();
        assertThat(zone.inUse()).isEqualTo(held.size());
        held.forEach(thing -> thing.free(bed.cpu(2)));
        bed.quiet();
        assertThat(zone.inUse()).isZero();
        assertThat(made).hasValue(all.size());
    }

    /** The owner hands objects out, two other carriers free them, the owner counts them home. */
    @Test
    void I39_holdsOnTheWallClock() {
        final int rounds = 20_000;
        final CompletableFuture<Integer> home = new CompletableFuture<>();
        final AtomicInteger freed = new AtomicInteger();
        try (Bed wall = Bed.wall(CPUS, Bed.settings(64, 8, 10, 1))) {
            final Cpu owner = wall.cpu(0);
            final Zone<Thing> shared = zoneOf(owner, 64);
            wall.start();
            owner.inject(() -> hand(owner, shared, rounds, freed, home));
            assertThat(Bed.await(home)).isZero();
            assertThat(freed).hasValue(rounds);
            assertThat(made.get()).isLessThan(rounds);
        }
    }

    private void hand(
            final Cpu owner,
            final Zone<Thing> shared,
            final int left,
            final AtomicInteger freed,
            final CompletableFuture<Integer> home) {
        final ArrayDeque<Thing> batch = new ArrayDeque<>();
        for (int i = 0; i < Math.min(20, left); i++) {
            batch.add(shared.alloc());
        }
        int target = 1;
        while (!batch.isEmpty()) {
            final Thing thing = batch.poll();
            owner.ipiq().send(target, cpu -> {
                thing.free(cpu);
                freed.incrementAndGet();
            });
            target = 3 - target;
        }
        if (left > 20) {
            owner.inject(() -> hand(owner, shared, left - 20, freed, home));
        } else {
            owner.ipiq().synchronize(() -> {
                shared.alloc().free(owner);
                waitHome(owner, shared, home);
            });
        }
    }

    private static void waitHome(final Cpu owner, final Zone<Thing> shared, final CompletableFuture<Integer> home) {
        if (shared.inUse() == 0) {
            home.complete(0);
        } else {
            owner.callout(() -> waitHome(owner, shared, home)).reset(1_000_000);
        }
    }
}
