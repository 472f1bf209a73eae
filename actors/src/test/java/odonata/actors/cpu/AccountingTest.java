package odonata.actors.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.concurrent.atomic.AtomicLong;
import odonata.actors.testing.Bed;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AccountingTest {
    private static final int RUNS = 16;

    private final Bed bed = Bed.virtual(1);
    private final CpuCounters counters = new CpuCounters(new PairCounters(bed.cpu(0)));
    private final AtomicLong nowNs = new AtomicLong();
    private int readings;

    @AfterEach
    void close() {
        bed.close();
    }

    private Accounting accounting(final boolean always) {
        return new Accounting(
                true,
                counters,
                () -> {
                    readings++;
                    return nowNs.get();
                },
                always);
    }

    /** User and netisr threads in turn. */
    private void turns(final Accounting accounting, final int turns, final long userNs, final long netisrNs) {
        for (int turn = 0; turn < turns; turn++) {
            accounting.upTo(nowNs.get());
            for (int run = 0; run < RUNS / 2; run++) {
                accounting.begin(ThreadClass.USER);
                nowNs.addAndGet(userNs);
                accounting.begin(ThreadClass.NETISR);
                nowNs.addAndGet(netisrNs);
            }
        }
        accounting.idle(nowNs.get());
    }

    @Test
    void shouldShareShortTurnsByWhatMeasuredOnesHaveShown() {
        turns(accounting(false), 10_000, 30, 90);
        assertThat(counters.busyNs()).isEqualTo(nowNs.get());
        assertThat(counters.busyNs(ThreadClass.NETISR) / (double) nowNs.get()).isCloseTo(0.75, within(0.01));
        assertThat(readings).isLessThan(10_000 * RUNS / 10);
    }

    @Test
    void shouldNoticeWhenAClassTakesLongerThanBefore() {
        final Accounting accounting = accounting(false);
        turns(accounting, 10_000, 30, 90);
        final long before = counters.busyNs(ThreadClass.USER);
        final long from = nowNs.get();
        turns(accounting, 10_000, 90, 30);
        assertThat((counters.busyNs(ThreadClass.USER) - before) / (double) (nowNs.get() - from))
                .isCloseTo(0.75, within(0.02));
    }

    @Test
    void shouldMeasureAfterWhatTookLong() {
        final Accounting accounting = accounting(false);
        turns(accounting, 1, 1_000, 9_000);
        final long user = counters.busyNs(ThreadClass.USER);
        turns(accounting, 100, 1_000, 9_000);
        turns(accounting, 300, 10, 40);
        assertThat(counters.busyNs(ThreadClass.USER) - user).isEqualTo(100 * RUNS / 2 * 1_000 + 300 * RUNS / 2 * 10);
    }

    @Test
    void shouldMeasureAllWhereReadingsTakeNoTime() {
        turns(accounting(true), 1_000, 31, 87);
        assertThat(counters.busyNs(ThreadClass.USER)).isEqualTo(1_000 * RUNS / 2 * 31);
        assertThat(counters.busyNs(ThreadClass.NETISR)).isEqualTo(1_000 * RUNS / 2 * 87);
    }

    @Test
    void shouldNotTakeTheKernelsPollingForItsThreads() {
        final Accounting accounting = accounting(false);
        for (int turn = 0; turn < 10_000; turn++) {
            accounting.upTo(nowNs.get());
            accounting.wasNotIdle();
            nowNs.addAndGet(5_000);
            accounting.begin(ThreadClass.USER);
            nowNs.addAndGet(90);
            accounting.idle(nowNs.get());
        }
        final long user = counters.busyNs(ThreadClass.USER);
        final long from = nowNs.get();
        for (int turn = 0; turn < 10_000; turn++) {
            accounting.upTo(nowNs.get());
            accounting.begin(ThreadClass.USER);
            nowNs.addAndGet(90);
            accounting.begin(ThreadClass.KERNEL);
            nowNs.addAndGet(30);
        }
        accounting.idle(nowNs.get());
        assertThat((counters.busyNs(ThreadClass.USER) - user) / (double) (nowNs.get() - from))
                .isCloseTo(0.75, within(0.02));
    }

    @Test
    void shouldGiveATurnOfOneClassToIt() {
        turns(accounting(false), 1_000, 40, 0);
        final long others = counters.busyNs(ThreadClass.NETISR);
        final Accounting accounting = accounting(false);
        for (int turn = 0; turn < 100; turn++) {
            accounting.upTo(nowNs.get());
            accounting.begin(ThreadClass.USER);
            nowNs.addAndGet(50);
        }
        accounting.idle(nowNs.get());
        assertThat(counters.busyNs(ThreadClass.NETISR)).isEqualTo(others);
        assertThat(counters.busyNs()).isEqualTo(nowNs.get());
    }
}
