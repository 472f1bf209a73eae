package odonata.actors.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import odonata.actors.cpu.CostModel.Price;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.actors.testing.Bed;
import odonata.actors.testing.Probe;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What is charged when, and which tables are refused. */
class CostModelTest {

    @Nested
    class WhatIsCharged {
        private static final long SEND = 3;
        private static final long SEND_COLD = 7;
        private static final long SWITCH = 100;
        private static final long SWITCH_COLD = 900;
        private static final long MESSAGE = 10_000;
        private static final long INTERRUPT = 1_000_000;
        private static final long HOP = 100_000_000;
        private static final int CACHE = 4;

        private final Bed bed = Bed.virtual(
                        2,
                        new CostModel(
                                new Price(SEND, SEND_COLD),
                                new Price(SWITCH, SWITCH_COLD),
                                new Price(500, 2_000),
                                MESSAGE,
                                INTERRUPT,
                                HOP,
                                HOP,
                                CACHE))
                .start();
        private final List<Long> times = new ArrayList<>();

        @AfterEach
        void close() {
            bed.close();
        }

        private void note(final Probe probe) {
            times.add(probe.self().now());
        }

        private Port<Probe.Cmd> warm() {
            final Port<Probe.Cmd> port = bed.probe(0);
            bed.tell(port, probe -> {});
            return port;
        }

        private void send(final Probe probe, final Port<Probe.Cmd> to, final Consumer<Probe> body) {
            probe.self().sendMsg(to, Msg.init(new Probe.Cmd.Do(body), Port.adone()));
        }

        @Test
        void shouldChargeASendAMessageAndASwitch() {
            final Port<Probe.Cmd> first = warm();
            final Port<Probe.Cmd> second = warm();
            bed.tell(first, probe -> {
                note(probe);
                send(probe, second, this::note);
            });
            assertThat(times.get(1) - times.get(0)).isEqualTo(SEND + SWITCH + MESSAGE);
        }

        @Test
        void shouldChargeAThreadThatRanLongAgoTheColdPriceUntilItsSecondMessage() {
            final Port<Probe.Cmd> first = warm();
            final List<Port<Probe.Cmd>> others = new ArrayList<>();
            for (int i = 0; i < CACHE; i++) {
                others.add(warm());
            }
            bed.tell(first, probe -> note(probe));
            bed.tell(others.get(CACHE - 1), probe -> {
                times.clear();
                note(probe);
                send(probe, first, this::note);
            });
            assertThat(times.get(1) - times.get(0)).as("ran 2 ago").isEqualTo(SEND + SWITCH + MESSAGE);
            times.clear();
            others.forEach(other -> bed.tell(other, probe -> {}));
            bed.tell(others.get(0), probe -> {
                note(probe);
                send(probe, first, cold -> {
                    note(cold);
                    send(cold, first, still -> {
                        note(still);
                        send(still, first, this::note);
                    });
                });
            });
            assertThat(times.get(1) - times.get(0)).as("ran long ago").isEqualTo(SEND + SWITCH_COLD + MESSAGE);
            assertThat(times.get(2) - times.get(1)).as("in its first message").isEqualTo(SEND_COLD + MESSAGE);
            assertThat(times.get(3) - times.get(2)).as("in its second").isEqualTo(SEND + MESSAGE);
        }

        @Test
        void shouldChargeCopiedBytesRounded() {
            final Port<Probe.Cmd> port = warm();
            bed.tell(port, probe -> {
                note(probe);
                probe.self().copied(1_001);
                note(probe);
            });
            assertThat(times.get(1) - times.get(0)).isEqualTo(501);
        }

        @Test
        void shouldChargeTheWokenCpuOneInterruptForAllThatIsThere() {
            bed.cpu(0)
                    .callout(() -> {
                        times.add(bed.cpu(0).clock().nowNs());
                        bed.cpu(0).sendIpi(1, cpu -> times.add(cpu.clock().nowNs()));
                        bed.cpu(0).sendIpi(1, cpu -> times.add(cpu.clock().nowNs()));
                    })
                    .reset(1_000);
            bed.quiet();
            assertThat(times.get(1) - times.get(0)).isEqualTo(HOP + INTERRUPT);
            assertThat(times.get(2)).isEqualTo(times.get(1));
        }
    }

    @Nested
    class ATable {
        private void refused(final String key, final long value, final String why) {
            final var config = ConfigFactory.defaultReference(CostModel.class.getClassLoader())
                    .withValue("lwkt.costs." + key, ConfigValueFactory.fromAnyRef(value));
            assertThatThrownBy(() -> CostModel.from(config))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(why);
        }

        @Test
        void shouldBeRefusedWhenTimeWouldStandStill() {
            refused("cross-cpu-ns", 0, "lwkt.costs.cross-cpu-ns=0: allowed are 1..1000000000");
            refused("message-ns", 0, "lwkt.costs.message-ns=0: allowed are 1..1000000000");
            refused("cache-threads", 0, "lwkt.costs.cache-threads=0: allowed are 1..1000000000");
        }

        @Test
        void shouldBeRefusedWhenTimeWouldGoBack() {
            refused("send-ns", -1, "lwkt.costs.send-ns=-1: allowed are 0..1000000000");
        }

        @Test
        void shouldBeRefusedWhenColdIsCheaperThanWarm() {
            refused("switch-cold-ns", 49, "lwkt.costs.switch-cold-ns=49: allowed are 50..1000000000");
        }

        @Test
        void shouldHaveDefaults() {
            assertThat(CostModel.defaults().switchNs()).isEqualTo(new Price(50, 250));
        }
    }
}
