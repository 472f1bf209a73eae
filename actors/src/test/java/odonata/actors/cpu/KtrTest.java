package odonata.actors.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import odonata.actors.cpu.Ktr.Kind;
import odonata.actors.lwkt.Pri;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.actors.port.SyncPort;
import odonata.actors.testing.Bed;
import odonata.actors.testing.Probe;
import odonata.actors.testing.Probe.Cmd.Ask;
import odonata.protocol.errno.NetError;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** CPUs 0 and 1 are member 1, CPU 10 is member 2. */
class KtrTest {
    private final Bed bed = Bed.virtualEmpty();
    private Port<Probe.Cmd> client;
    private Port<Probe.Cmd> server;
    private Port<Probe.Cmd> abroad;

    @BeforeEach
    void start() {
        final FakeUplink uplink = new FakeUplink(bed, 8);
        bed.addMachine(1, 0, 2, uplink);
        bed.addMachine(2, 10, 1, uplink);
        client = bed.probe(0);
        server = bed.probe(1, Pri.KERN_DAEMON, probe -> {});
        abroad = bed.probe(10);
        bed.start();
        bed.quiet();
    }

    @AfterEach
    void close() {
        bed.close();
    }

    private void record(final int capacity) {
        for (final int cpu : List.of(0, 1, 10)) {
            bed.cpu(cpu).ktr(new Ktr(bed.cpu(cpu), capacity));
        }
    }

    private List<Kind> kinds(final int cpu, final Object subject) {
        return bed.cpu(cpu).ktr().events().stream()
                .filter(e -> e.subject() == subject)
                .map(Ktr.Event::kind)
                .toList();
    }

    @Test
    void shouldRecordNothingUnlessAsked() {
        assertThat(bed.cpu(0).ktr()).isNull();
    }

    @Test
    void shouldFollowAMessageThereAndBack() {
        record(1024);
        final Msg<Ask> ask = Msg.init(new Ask(1), client);
        bed.tell(client, probe -> probe.self().sendMsg(server, ask));
        assertThat(kinds(0, ask)).containsExactly(Kind.SEND, Kind.FUNCTION, Kind.RETURN, Kind.TAKE);
        assertThat(kinds(1, ask)).containsExactly(Kind.FUNCTION, Kind.RETURN, Kind.TAKE, Kind.REPLY);
        assertThat(bed.cpu(0).ktr().events())
                .filteredOn(e -> e.kind() == Kind.SEND && e.subject() == ask)
                .singleElement()
                .satisfies(e -> assertThat(e.other()).isEqualTo(1));
    }

    @Test
    void shouldKnowAMessageByItsNumberOnBothSidesOfTheUplink() {
        record(1024);
        final Msg<Ask> ask = Msg.init(new Ask(1), client);
        bed.tell(client, probe -> probe.self().sendMsg(abroad, ask));
        final long number = bed.cpu(0).ktr().events().stream()
                .filter(e -> e.kind() == Kind.SEND && e.subject() == ask)
                .findFirst()
                .orElseThrow()
                .originId();
        assertThat(number).isPositive();
        assertThat(bed.cpu(10).ktr().events())
                .filteredOn(e -> e.originId() == number && e.originCpu() == 0)
                .extracting(Ktr.Event::kind)
                .containsExactly(Kind.TAKE, Kind.REPLY);
        assertThat(bed.cpu(0).ktr().events())
                .filteredOn(e -> e.subject() == ask)
                .extracting(Ktr.Event::kind, Ktr.Event::originId)
                .contains(tuple(Kind.ARRIVE, number))
                .last()
                .isEqualTo(tuple(Kind.TAKE, 0L));
    }

    @Test
    void shouldSeeThatASynchronousPortServesWithoutASwitch() {
        final Port<Ask> sync = bed.cpu(0).register(0, SyncPort.putOnly(msg -> NetError.OK));
        record(1024);
        final Msg<Ask> ask = Msg.init(new Ask(1), client);
        bed.tell(client, probe -> probe.self().doMsg(sync, ask, reply -> {}));
        assertThat(kinds(0, ask)).containsExactly(Kind.SEND, Kind.SERVE);
        assertThat(bed.cpu(0).ktr().events())
                .filteredOn(e -> e.kind() == Kind.RUN)
                .hasSize(1);
    }

    @Test
    void shouldSayWhoWokeWhom() {
        record(1024);
        bed.tell(client, probe -> probe.self().sendMsg(server, Msg.init(new Ask(1), client)));
        assertThat(bed.cpu(0).ktr().events())
                .filteredOn(e -> e.kind() == Kind.IPI)
                .singleElement()
                .satisfies(e -> assertThat(e.other()).isEqualTo(1));
        assertThat(bed.cpu(1).ktr().events())
                .filteredOn(e -> e.kind() == Kind.WOKEN)
                .hasSize(1);
    }

    @Test
    void shouldPairBeginAndEndAndGoForwardInTime() {
        record(1024);
        bed.tell(client, probe -> probe.self().doMsg(server, Msg.init(new Ask(1), client), reply -> {}));
        for (final int cpu : List.of(0, 1)) {
            int depth = 0;
            long before = 0;
            for (final Ktr.Event event : bed.cpu(cpu).ktr().events()) {
                depth += switch (event.kind()) {
                    case RUN, FUNCTION -> 1;
                    case STOP, RETURN -> -1;
                    default -> 0;
                };
                assertThat(depth).isNotNegative();
                assertThat(event.timeNs()).isGreaterThanOrEqualTo(before);
                before = event.timeNs();
            }
            assertThat(depth).isZero();
        }
    }

    @Test
    void shouldKeepTheLastEvents() {
        record(8);
        for (int i = 0; i < 10; i++) {
            bed.tell(client, probe -> probe.self().sendMsg(server, Msg.init(new Ask(1), client)));
        }
        final Ktr ring = bed.cpu(0).ktr();
        assertThat(ring.events()).hasSize(8);
        assertThat(ring.lost()).isGreaterThan(8);
        assertThat(ring.events().get(7).kind()).isEqualTo(Kind.STOP);
    }

    @Test
    void shouldTakeAPowerOfTwo() {
        assertThatThrownBy(() -> new Ktr(bed.cpu(0), 100))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("power of two");
    }

    @Test
    void shouldChangeNothingThatHappens() {
        final long[] hashes = new long[2];
        for (int run = 0; run < 2; run++) {
            try (Bed other = Bed.virtual(2)) {
                final Port<Probe.Cmd> from = other.probe(0);
                final Port<Probe.Cmd> to = other.probe(1);
                other.start();
                if (run == 1) {
                    other.cpu(0).ktr(new Ktr(other.cpu(0), 64));
                }
                other.tell(from, probe -> probe.self().sendMsg(to, Msg.init(new Ask(1), from)));
                hashes[run] = other.conductor.traceHash();
            }
        }
        assertThat(hashes[1]).isEqualTo(hashes[0]);
    }
}
