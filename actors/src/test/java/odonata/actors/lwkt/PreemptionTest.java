package odonata.actors.lwkt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import odonata.actors.cpu.CostModel;
import odonata.actors.cpu.CpuCounter;
import odonata.actors.cpu.LwktToken;
import odonata.actors.cpu.ThreadClass;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.actors.testing.Bed;
import odonata.actors.testing.Probe;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Preemption by interrupt threads, and T9, T10: {@code crit_enter}, {@code crit_exit}. */
class PreemptionTest {
    /** As usual, but that a CPU is woken costs no time. */
    private static final CostModel COSTS = new CostModel(
            CostModel.defaults().sendNs(),
            CostModel.defaults().switchNs(),
            CostModel.defaults().copyPs(),
            CostModel.defaults().messageNs(),
            0,
            CostModel.defaults().crossCpuHopNs(),
            CostModel.defaults().crossMemberHopNs(),
            CostModel.defaults().cacheThreads());

    private final Bed bed = Bed.virtual(2, COSTS).start();
    private final List<String> log = new ArrayList<>();
    private final Port<Probe.Cmd> low = bed.probe(0);

    @AfterEach
    void close() {
        bed.close();
    }

    private Port<Probe.Cmd> interrupt(final int pri) {
        final Port<Probe.Cmd> port =
                bed.cpu(0).spawn("intr", pri, 0, ThreadClass.INTERRUPT, LwktThread.behavior(Probe::new));
        bed.quiet();
        return port;
    }

    private static void trigger(final Probe from, final Port<Probe.Cmd> port, final Consumer<Probe> handler) {
        from.self().sendMsg(port, Msg.init(new Probe.Cmd.Do(handler), Port.adone()));
    }

    private long counter(final CpuCounter counter) {
        return bed.cpu(0).counters().get(counter);
    }

    @Test
    void shouldRunTheInterruptThreadInsideTheOneThatItInterrupts() {
        final Port<Probe.Cmd> intr = interrupt(Pri.INT_MED);
        bed.tell(low, probe -> {
            trigger(
                    probe,
                    intr,
                    p -> log.add("intr " + p.self().gd().curthread().name()));
            log.add("low " + probe.self().gd().curthread().name());
        });
        assertThat(log).containsExactly("intr intr", "low thread");
        assertThat(counter(CpuCounter.PREEMPTIONS)).isEqualTo(1);
        assertThat(counter(CpuCounter.PREEMPT_MISSES)).isZero();
    }

    @Test
    void shouldServeAllThatWaitsForTheInterruptThreadBeforeItReturns() {
        final Port<Probe.Cmd> intr = interrupt(Pri.INT_MED);
        bed.tell(low, probe -> {
            probe.self().critEnter();
            for (int i = 0; i < 3; i++) {
                final int n = i;
                trigger(probe, intr, p -> log.add("intr " + n));
            }
            log.add("low");
            probe.self().critExit();
            log.add("low goes on");
        });
        assertThat(log).containsExactly("low", "intr 0", "intr 1", "intr 2", "low goes on");
    }

    @Test
    void I5_aThreadThatIsNoInterruptNeverReplacesOneThatDidNotGiveUp() {
        final Port<Probe.Cmd> high = bed.probe(0, Pri.MAX, probe -> {});
        bed.quiet();
        bed.tell(low, probe -> {
            trigger(probe, high, p -> log.add("high"));
            probe.self().charge(1_000);
            log.add("low");
        });
        assertThat(log).containsExactly("low", "high");
        assertThat(counter(CpuCounter.PREEMPTIONS)).isZero();
    }

    @Test
    void I6_equalPriorityDoesNotPreempt() {
        final Port<Probe.Cmd> one = interrupt(Pri.INT_MED);
        final Port<Probe.Cmd> two = interrupt(Pri.INT_MED);
        bed.tell(one, probe -> {
            trigger(probe, two, p -> log.add("two"));
            log.add("one");
        });
        assertThat(log).containsExactly("one", "two");
        assertThat(counter(CpuCounter.PREEMPTIONS)).isZero();
    }

    @Test
    void I6_inACriticalSectionAMissIsCountedAndTheThreadRunnable() {
        final Port<Probe.Cmd> intr = interrupt(Pri.INT_MED);
        bed.tell(low, probe -> {
            probe.self().critEnter();
            probe.self().critEnter();
            trigger(probe, intr, p -> log.add("intr"));
            probe.self().critExit();
            log.add("still inside");
            probe.self().critExit();
            log.add("outside");
        });
        assertThat(log).containsExactly("still inside", "intr", "outside");
        assertThat(counter(CpuCounter.PREEMPT_MISSES)).isEqualTo(1);
    }

    @Test
    void I6_aThreadWhoseTokenIsHeldMissesToo() {
        final LwktToken token = LwktToken.create("token");
        final Port<Probe.Cmd> intr = interrupt(Pri.INT_MED);
        bed.tell(intr, probe -> probe.self().getToken(token, () -> log.add("intr keeps it for later")));
        bed.tell(low, probe -> probe.self().getToken(token, () -> {
            trigger(probe, intr, p -> log.add("intr"));
            log.add("low");
            probe.self().relToken(token);
        }));
        assertThat(log).containsExactly("intr keeps it for later", "low", "intr");
        assertThat(counter(CpuCounter.PREEMPT_MISSES)).isEqualTo(1);
        assertThat(counter(CpuCounter.PREEMPTIONS)).isZero();
    }

    @Test
    void I14_thePreemptedThreadKeepsItsTokensAndTheOneThatNeedsThemFallsBack() {
        final LwktToken token = LwktToken.create("token");
        final Port<Probe.Cmd> intr = interrupt(Pri.INT_MED);
        bed.tell(low, probe -> probe.self().getToken(token, () -> {
            trigger(probe, intr, p -> {
                log.add("intr finds it free: " + p.self().tryToken(token));
                p.self().getToken(token, () -> {
                    log.add("intr has it");
                    p.self().relToken(token);
                });
            });
            log.add("low goes on");
            probe.self().relToken(token);
            log.add("low has released it");
        }));
        assertThat(log)
                .containsExactly("intr finds it free: false", "low goes on", "low has released it", "intr has it");
        assertThat(counter(CpuCounter.PREEMPTIONS)).isEqualTo(1);
    }

    /** The interrupt thread waits for another CPU: the interrupted one goes on at once, although it was descheduled meanwhile. */
    @Test
    void I7_afterThePreemptingThreadTheOneThatItPreemptedRuns() {
        final Port<Probe.Cmd> intr = interrupt(Pri.INT_MED);
        final Port<Probe.Cmd> between = bed.probe(0, Pri.SOFT_NORM, probe -> {});
        final Port<Probe.Cmd> server = bed.probe(1);
        bed.quiet();
        bed.post(low, probe -> {
            trigger(probe, between, p -> log.add("between"));
            trigger(probe, intr, p -> {
                log.add("intr");
                p.self().deschedule(low);
                p.self().doMsg(server, p.self().initMsg(new Probe.Cmd.Ask(1)), reply -> log.add("intr goes on"));
            });
            log.add("low");
        });
        bed.post(low, probe -> log.add("low next"));
        bed.quiet();
        assertThat(log).containsExactly("intr", "low", "between", "intr goes on");
        bed.tell(between, probe -> probe.self().schedule(low));
        assertThat(log).endsWith("low next");
    }

    @Test
    void I8_nestedPreemptionsUnwindInReverseOrder() {
        final Port<Probe.Cmd> lowest = interrupt(Pri.INT_LOW);
        final Port<Probe.Cmd> medium = interrupt(Pri.INT_MED);
        final Port<Probe.Cmd> highest = interrupt(Pri.INT_HIGH);
        bed.tell(low, probe -> {
            log.add("[low");
            trigger(probe, lowest, l -> {
                log.add("[lowest");
                trigger(l, highest, h -> {
                    log.add("[highest");
                    trigger(h, medium, m -> log.add("[medium]"));
                    log.add("highest]");
                });
                log.add("lowest]");
            });
            log.add("low]");
        });
        assertThat(log).containsExactly("[low", "[lowest", "[highest", "highest]", "[medium]", "lowest]", "low]");
        assertThat(counter(CpuCounter.PREEMPTIONS)).isEqualTo(3);
    }

    /** What CPU 1 sends now is due in 250 ns; the low thread runs from 200 ns on, and spends time meanwhile. */
    private void whileSomethingIsUnderWay(final Consumer<Probe> sends, final Consumer<Probe> low) {
        final Port<Probe.Cmd> sender = bed.probe(1);
        bed.tell(sender, probe -> {});
        bed.tell(this.low, probe -> {});
        bed.conductor.runUntil(bed.conductor.nowNs() + 10_000);
        bed.post(sender, sends);
        bed.conductor.at(bed.conductor.nowNs() + 150, () -> bed.post(this.low, low));
        bed.quiet();
    }

    @Test
    void I9_whatIsPendingRunsWhenTheOutermostSectionEndsAndNotBefore() {
        whileSomethingIsUnderWay(probe -> probe.self().gd().sendIpi(0, cpu -> log.add("ipi")), probe -> {
            log.add("begins");
            probe.self().critEnter();
            probe.self().critEnter();
            probe.self().charge(10_000);
            probe.self().critExit();
            log.add("inside");
            probe.self().critExit();
            log.add("outside");
        });
        assertThat(log).containsExactly("begins", "inside", "ipi", "outside");
    }

    @Test
    void shouldBePreemptedWhileItSpendsTime() {
        final Port<Probe.Cmd> intr = interrupt(Pri.INT_MED);
        whileSomethingIsUnderWay(probe -> trigger(probe, intr, p -> log.add("intr")), probe -> {
            log.add("begins");
            probe.self().charge(10_000);
            log.add("goes on");
        });
        assertThat(log).containsExactly("begins", "intr", "goes on");
    }

    @Test
    void I9_criticalCountIsNeverNegative() {
        bed.tell(low, probe -> probe.self().critExit());
        assertThat(bed.takePanics()).hasSize(1).first().asString().contains("crit_exit of thread@0 without crit_enter");
    }

    @Test
    void shouldBlockInsideACriticalSectionWhichThenProtectsNothing() {
        final Port<Probe.Cmd> intr = interrupt(Pri.INT_MED);
        final Port<Probe.Cmd> other = bed.probe(0);
        bed.quiet();
        final WaitQueue queue = WaitQueue.create(bed.cpu(0));
        bed.tell(low, probe -> {
            probe.self().critEnter();
            probe.self().block(queue, "test", queue.gen(), gen -> {
                log.add("in it again: " + probe.self().gd().curthread().critCount());
                probe.self().critExit();
            });
        });
        bed.tell(other, probe -> {
            trigger(probe, intr, p -> log.add("intr"));
            log.add("other");
            probe.self().signal(queue, 1);
        });
        assertThat(log).containsExactly("intr", "other", "in it again: 1");
    }

    @Test
    void I10_noWaitInsideAnIpiFunction() {
        final Port<Probe.Cmd> victim = bed.probe(1);
        bed.quiet();
        bed.tell(low, probe -> probe.self().gd().sendIpi(1, cpu -> cpu.transport()
                .doMsg(Msg.init(new Probe.Cmd.Ask(1), victim), low, reply -> {})));
        assertThat(bed.takePanics())
                .hasSize(1)
                .first()
                .asString()
                .containsAnyOf("outside of a thread", "inside an ipi");
    }
}
