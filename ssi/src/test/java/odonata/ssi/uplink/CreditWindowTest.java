package odonata.ssi.uplink;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Both ends of the credit of some source CPUs for one target, without a transport. */
class CreditWindowTest {
    private static final int BASE = 8;
    private static final int POOL = 64;
    private static final long SEED = Long.getLong("seed", 2_011L);

    private final CreditPool pool = new CreditPool(POOL);
    private final LocalCpu target = new LocalCpu(1, new FakeMember.Ring(1024), pool, id -> {});

    /** A source: what it has sent is on the way, then on the target's ring, then taken. */
    private final class Source {
        private final SendCredit send = new SendCredit();
        private final ReceiveCredit receive = new ReceiveCredit(0, target, BASE);
        private final ArrayDeque<Sent> way = new ArrayDeque<>();
        private final ArrayDeque<Long> ring = new ArrayDeque<>();
        private final ArrayDeque<Told> credit = new ArrayDeque<>();
        private long allowed;
        private long taken;

        Source() {
            grant(true);
        }

        private record Sent(long number, boolean waited, boolean givesBack) {}

        private record Told(long total, int window) {}

        boolean send() {
            if (!send.available()) {
                send.lacked();
                return false;
            }
            final boolean waited = send.waited();
            way.add(new Sent(send.take(), waited, false));
            return true;
        }

        int sendAll() {
            int n = 0;
            while (send()) {
                n++;
            }
            return n;
        }

        boolean giveBack() {
            final boolean some = send.leaveOut();
            if (some) {
                way.add(new Sent(send.take(), send.waited(), true));
            }
            return some;
        }

        void arrive() {
            final Sent sent = way.remove();
            assertThat(receive.claim((int) sent.number)).isEqualTo(sent.number);
            if (sent.waited) {
                receive.sourceWaited();
            }
            final long missing = receive.commit(sent.number);
            if (sent.givesBack) {
                receive.givenBack(sent.number);
            } else {
                assertThat(missing).isZero();
            }
            ring.add(sent.number);
        }

        void take() {
            taken = ring.remove();
            receive.took(taken);
        }

        void grant(final boolean quiet) {
            tell(quiet);
            while (!credit.isEmpty()) {
                hear();
            }
        }

        void tell(final boolean quiet) {
            if (receive.due(quiet)) {
                allowed = receive.limit();
                receive.allow(allowed);
                credit.add(new Told(allowed, receive.window()));
            }
        }

        void hear() {
            final Told told = credit.remove();
            send.allow(told.total, told.window);
        }

        /** All that is on the way arrives, is taken, and given back. */
        void trip() {
            while (!way.isEmpty()) {
                arrive();
            }
            while (!ring.isEmpty()) {
                take();
            }
            grant(true);
        }
    }

    @Test
    void shouldGrowWhileTheSourceWaitsForTheRoundTrip() {
        final Source source = new Source();
        final List<Integer> sent = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            sent.add(source.sendAll());
            source.trip();
        }
        assertThat(sent).containsExactly(8, 8, 16, 32, 40);
        assertThat(source.receive.window() - BASE + pool.left()).isEqualTo(POOL);
        assertThat(source.send.most()).isEqualTo(source.receive.window());
    }

    @Test
    void shouldNotGrowForASourceThatNeverWaits() {
        final Source source = new Source();
        for (int i = 0; i < 100; i++) {
            for (int k = 0; k < BASE; k++) {
                assertThat(source.send()).isTrue();
            }
            source.trip();
        }
        assertThat(source.receive.window()).isEqualTo(BASE);
        assertThat(pool.left()).isEqualTo(POOL);
    }

    @Test
    void shouldNotGrowWhenItIsTheTargetThatIsSlow() {
        final Source source = new Source();
        for (int i = 0; i < 100; i++) {
            source.sendAll();
            while (!source.way.isEmpty()) {
                source.arrive();
            }
            source.take();
            source.take();
            source.grant(false);
        }
        assertThat(source.receive.window()).isEqualTo(BASE);
    }

    @Test
    void shouldLeaveAsMuchForTheNextAsEachHas() {
        final List<Source> sources = List.of(new Source(), new Source(), new Source());
        for (final Source source : sources) {
            for (int i = 0; i < 10; i++) {
                source.sendAll();
                source.trip();
            }
        }
        assertThat(pool.left()).isEqualTo(POOL / 8);
        assertThat(sources)
                .allSatisfy(source -> assertThat(source.receive.window()).isGreaterThan(BASE));
    }

    @Test
    void shouldGiveBackWhatIsNotUsed() {
        final Source source = new Source();
        for (int i = 0; i < 5; i++) {
            source.sendAll();
            source.trip();
        }
        assertThat(pool.left()).isLessThan(POOL);
        for (int look = 0; look < 100; look++) {
            assertThat(source.send.isIdle()).isFalse();
        }
        assertThat(source.send.isIdle()).isTrue();
        assertThat(source.giveBack()).isTrue();
        source.arrive();
        source.grant(true);
        assertThat(pool.left()).as("what came before may be on the ring").isLessThan(POOL);
        source.take();
        source.grant(true);
        assertThat(pool.left()).isEqualTo(POOL);
        assertThat(source.receive.window()).isEqualTo(BASE);
        assertThat(source.receive.settled()).isTrue();
        assertThat(source.giveBack()).isFalse();
        assertThat(source.sendAll()).isEqualTo(BASE);
    }

    @Test
    void shouldGiveBackWhatADeadSourceHad() {
        final Source source = new Source();
        for (int i = 0; i < 5; i++) {
            source.sendAll();
            source.trip();
        }
        source.receive.end();
        assertThat(pool.left()).isEqualTo(POOL);
    }

    /** Whatever comes in between: the rings hold what was allowed, nothing is refused, and at rest all is given back. */
    @Test
    void shouldNeverAllowMoreThanTheRingHolds() {
        final SplittableRandom random = new SplittableRandom(SEED);
        final List<Source> sources = List.of(new Source(), new Source(), new Source());
        for (int step = 0; step < 100_000; step++) {
            final Source source = sources.get(random.nextInt(sources.size()));
            switch (random.nextInt(step / 1_000 % 2 == 0 ? 5 : 6)) {
                case 0 -> source.sendAll();
                case 1 -> source.giveBack();
                case 2 -> source.tell(random.nextBoolean());
                case 3 -> {
                    if (!source.credit.isEmpty()) {
                        source.hear();
                    }
                }
                case 4 -> {
                    for (int n = random.nextInt(20); n > 0 && !source.ring.isEmpty(); n--) {
                        source.take();
                    }
                }
                default -> source.trip();
            }
            for (int n = random.nextInt(20); n > 0 && !source.way.isEmpty(); n--) {
                source.arrive();
            }
            int windows = pool.left();
            for (final Source each : sources) {
                windows += each.receive.window();
                assertThat(each.allowed - each.taken)
                        .as("seed=%d step=%d", SEED, step)
                        .isLessThanOrEqualTo(each.receive.window());
            }
            assertThat(windows).as("seed=%d step=%d", SEED, step).isEqualTo(3 * BASE + POOL);
        }
        for (final Source source : sources) {
            source.trip();
            source.trip();
            source.giveBack();
            source.trip();
            source.trip();
        }
        assertThat(pool.left()).as("seed=%d", SEED).isEqualTo(POOL);
    }
}
