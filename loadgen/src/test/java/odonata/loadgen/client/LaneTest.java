package odonata.loadgen.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalDouble;
import odonata.actors.inetd.Services;
import odonata.actors.inetd.StreamService;
import odonata.actors.nic.LinkNic;
import odonata.loadgen.client.ClientSettings.Workload;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Clients on the stack in virtual time, against servers on the stack: good ones and others. */
class LaneTest {
    private static final OptionalDouble CLOSED = OptionalDouble.empty();

    private World world = new World(2, World.perfect());

    @AfterEach
    void close() {
        world.close();
    }

    private Tally run(final ClientSettings settings) {
        world.begin(settings);
        world.run(4.5);
        assertThat(world.lane.isDone()).isTrue();
        final Tally tally = world.end();
        nothingIsLeft();
        return tally;
    }

    /** No descriptor, connection or port: neither here nor there. */
    private void nothingIsLeft() {
        assertThat(world.dialer.open()).isZero();
        assertThat(world.clientStacks)
                .allMatch(stack -> stack.tcp().connections().isEmpty());
        assertThat(world.clientStacks.get(0).tcp().portsInUse()).isZero();
        assertThat(world.serverStacks)
                .allMatch(stack -> stack.tcp().connections().isEmpty());
    }

    private static void allAnswered(final Tally tally) {
        assertThat(tally.errors()).isEmpty();
        assertThat(tally.steady().answered()).isEqualTo(tally.steady().sent()).isPositive();
        assertThat(tally.steady().asked()).isEqualTo(tally.steady().sent());
    }

    /** Answers each piece that comes with the same bytes. */
    private static StreamService answers(final byte[] answer, final boolean thenEnds) {
        return (td, changed) -> new StreamService.Talk() {
            private byte[] out = {};
            private boolean over;

            @Override
            public boolean wantsInput() {
                return out.length == 0 && !over;
            }

            @Override
            public void received(final byte[] bytes) {
                out = answer;
                over |= thenEnds;
            }

            @Override
            public void ended() {
                over = true;
            }

            @Override
            public byte[] output() {
                return out;
            }

            @Override
            public void sent(final int count) {
                out = Arrays.copyOfRange(out, count, out.length);
            }

            @Override
            public boolean isOver() {
                return over && out.length == 0;
            }
        };
    }

    private static StreamService says(final String text, final boolean thenEnds) {
        return answers(text.getBytes(StandardCharsets.US_ASCII), thenEnds);
    }

    @Nested
    class ClosedLoop {
        @Test
        void shouldKeepAllConnectionsBusy() {
            world.serve(Services.echo());
            final Tally tally = run(World.settings(Workload.TCP_ECHO, 10, 1, 0, CLOSED));
            allAnswered(tally);
            // A round trip takes little more than a millisecond; 10 connections for 2 s
            assertThat(tally.steady().answered()).isBetween(18_000L, 20_010L);
            assertThat(tally.opened()).isZero(); // all in the warm-up
            assertThat(tally.bytesIn()).isEqualTo(tally.bytesOut()).isGreaterThanOrEqualTo(100 * 18_000L);
            assertThat(tally.recorder().intended().getMinValue()).isGreaterThanOrEqualTo(999_000);
        }

        @Test
        void shouldHaveSeveralRequestsUnderWay() {
            world.serve(Services.echo());
            final Tally tally = run(World.settings(Workload.TCP_ECHO, 2, 16, 0, CLOSED));
            allAnswered(tally);
            assertThat(tally.steady().answered()).isBetween(55_000L, 64_100L);
        }

        @Test
        void shouldOpenAConnectionForEachRequest() {
            world.serve(Services.echo());
            final Tally tally = run(World.settings(Workload.CHURN, 4, 1, 1, CLOSED));
            allAnswered(tally);
            assertThat(tally.opened())
                    .isBetween(tally.steady().answered() - 4, tally.steady().answered() + 4);
        }

        @Test
        void shouldOpenAConnectionAfterSomeRequests() {
            world.serve(Services.echo());
            final Tally tally = run(World.settings(Workload.TCP_ECHO, 4, 3, 10, CLOSED));
            allAnswered(tally);
            assertThat(tally.opened() * 10)
                    .isCloseTo(tally.steady().answered(), org.assertj.core.data.Percentage.withPercentage(1));
        }
    }

    @Nested
    class OpenLoop {
        @Test
        void shouldAskWhenItIsDue() {
            world.serve(Services.echo());
            final Tally tally = run(World.settings(Workload.TCP_ECHO, 10, 1, 0, OptionalDouble.of(1_000)));
            allAnswered(tally);
            assertThat(tally.warmup().asked()).isEqualTo(999);
            assertThat(tally.steady().asked()).isEqualTo(2_000);
            assertThat(tally.recorder().intended().getMaxValue()).isLessThan(3_000_000);
        }

        @Test
        void shouldCountLatencyFromWhenARequestWasDue() {
            world.serve(Services.echo());
            // One connection answers some 950 requests a second; asked are 1,200, so each waits longer than the one
            // before.
            final Tally tally = run(World.settings(Workload.TCP_ECHO, 1, 1, 0, OptionalDouble.of(1_200)));
            assertThat(tally.errors()).isEmpty();
            assertThat(tally.recorder().uncorrected().getMaxValue()).isLessThan(2_000_000);
            assertThat(tally.recorder().intended().getMaxValue()).isBetween(500_000_000L, 1_010_000_000L);
            assertThat(tally.steady().asked())
                    .isEqualTo(tally.steady().sent() + tally.steady().pushedBack());
        }
    }

    @Nested
    class Misuse {
        @Test
        void shouldNameARefusal() {
            final Tally tally = run(World.settings(Workload.HTTP, 3, 1, 0, CLOSED));
            assertThat(tally.errors()).containsOnlyKeys("ECONNREFUSED");
            assertThat(tally.steady().asked()).isZero();
            // Each waits up to a second before it tries again.
            assertThat(tally.errors().get("ECONNREFUSED")).isBetween(3L, 15L);
        }

        @Test
        void shouldNameAWrongStatus() {
            world.serve(says("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", false));
            final Tally tally = run(World.settings(Workload.HTTP, 3, 1, 0, CLOSED));
            assertThat(tally.errors()).containsOnlyKeys("status-404");
            assertThat(tally.steady().answered()).isZero();
            assertThat(tally.steady().lost()).isEqualTo(tally.steady().sent()).isPositive();
        }

        @Test
        void shouldNameAShortAnswer() {
            world.serve(says("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n\0\1\2", true));
            final Tally tally = run(World.settings(Workload.HTTP, 3, 1, 0, CLOSED));
            assertThat(tally.errors()).containsOnlyKeys("closed-early");
            assertThat(tally.steady().lost()).isEqualTo(tally.steady().sent()).isPositive();
        }

        @Test
        void shouldNameWrongContent() {
            world.serve(says("x".repeat(100), false));
            assertThat(run(World.settings(Workload.TCP_ECHO, 1, 1, 0, CLOSED)).errors())
                    .containsOnlyKeys("content");
        }

        @Test
        void shouldNameMoreThanWasAskedFor() {
            world.serve(says("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".repeat(2), false));
            final ClientSettings settings = World.settings(Workload.HTTP, 1, 1, 0, CLOSED);
            world.begin(new ClientSettings(
                    settings.workload(),
                    settings.host(),
                    1,
                    1,
                    0,
                    CLOSED,
                    settings.arrivals(),
                    1,
                    2,
                    1,
                    1,
                    1,
                    new ClientSettings.Http("/", 200),
                    settings.keyValue(),
                    1,
                    false));
            world.run(3.5);
            assertThat(world.end().errors()).containsOnlyKeys("unasked");
        }

        @Test
        void shouldGiveUpAServerThatIsSilent() {
            world.serve(Services.discard());
            final Tally tally = run(World.settings(Workload.TCP_ECHO, 3, 2, 0, CLOSED));
            assertThat(tally.errors()).containsOnlyKeys("timeout");
            assertThat(tally.steady().lost()).isEqualTo(tally.steady().sent()).isEqualTo(2 * 3 * 2);
        }

        @Test
        void shouldGiveUpAServerThatDies() {
            world.serve(Services.echo());
            world.begin(World.settings(Workload.TCP_ECHO, 3, 1, 0, CLOSED));
            world.run(1.5);
            world.server.close();
            world.run(2.5);
            final Tally tally = world.end();
            assertThat(tally.errors()).containsOnly(Map.entry("timeout", 3L));
            assertThat(tally.steady().answered()).isPositive();
            assertThat(tally.steady().sent()).isEqualTo(tally.steady().answered() + 3);
        }

        @Test
        void shouldGoOnWhenTheServerEndsConnectionsInPeace() {
            world.serve(says("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", true));
            final ClientSettings plain = World.settings(Workload.HTTP, 3, 1, 0, CLOSED);
            world.begin(new ClientSettings(
                    plain.workload(),
                    plain.host(),
                    3,
                    1,
                    0,
                    CLOSED,
                    plain.arrivals(),
                    1,
                    2,
                    1,
                    1,
                    1,
                    new ClientSettings.Http("/", 200),
                    plain.keyValue(),
                    1,
                    false));
            world.run(3.5);
            final Tally tally = world.end();
            allAnswered(tally);
            assertThat(tally.opened()).isCloseTo(tally.steady().answered(), org.assertj.core.data.Offset.offset(3L));
        }
    }

    @Test
    void shouldGetAllAnswersAlsoByABadCable() {
        world.close();
        world = new World(2, new LinkNic.Quality(1_000_000_000L, 50_000, 100_000_000, 0.01, 0.05, 200_000, 0.01, 0.01));
        world.serve(Services.echo());
        world.begin(World.settings(Workload.TCP_ECHO, 20, 2, 0, CLOSED));
        world.run(60);
        final Tally tally = world.end();
        assertThat(tally.errors().keySet())
                .isSubsetOf("timeout", "connect-timeout"); // a retransmission waits a second, as this test does
        assertThat(tally.steady().answered()).isGreaterThan(1_000);
        assertThat(tally.steady().answered() + tally.steady().lost())
                .isEqualTo(tally.steady().sent());
    }

    @Test
    void shouldKeepTheAccountsOfAllWorkloads() {
        world.serve(Services.echo());
        final Tally sum = new Tally();
        sum.take(run(World.settings(Workload.CHURN, 2, 1, 1, OptionalDouble.of(100))));
        assertThat(sum.steady().answered()).isEqualTo(200);
        assertThat(sum.errors()).isEqualTo(Map.of());
    }
}
