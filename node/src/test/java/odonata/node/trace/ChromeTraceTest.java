package odonata.node.trace;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import odonata.actors.cpu.Conductor;
import odonata.actors.cpu.CostModel;
import odonata.actors.cpu.Cpu;
import odonata.actors.cpu.CpuSettings;
import odonata.actors.cpu.Ktr;
import odonata.actors.cpu.Ktr.Kind;
import odonata.actors.cpu.Machine;
import odonata.actors.cpu.ThreadClass;
import odonata.actors.lwkt.Handlers;
import odonata.actors.lwkt.LwktThread;
import odonata.actors.lwkt.Pri;
import odonata.actors.lwkt.Td;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.node.snapshot.Json;
import odonata.node.trace.TraceView.CpuTrace;
import odonata.node.trace.TraceView.Entry;
import odonata.protocol.errno.NetError;
import org.junit.jupiter.api.Test;

class ChromeTraceTest {
    private static final String CLOCK = "boot 1";

    private sealed interface Work {
        record Square(int n) implements Work {}
    }

    private static final class Squarer extends LwktThread<Work> {
        Squarer(final Td td) {
            super(td);
        }

        @Override
        protected Handlers<Work> handlers() {
            return Handlers.of(Work.class).on(Work.Square.class, msg -> {
                td().charge(500);
                msg.reply(NetError.OK, msg.command().n() * msg.command().n());
            });
        }
    }

    private static List<JsonNode> written(final TraceView... members) throws IOException {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        final long arrows = ChromeTrace.write(List.of(members), out);
        final JsonNode all = Json.read(out.toByteArray(), JsonNode.class);
        try (InputStream schema = ChromeTraceTest.class.getResourceAsStream("trace-event.schema.json")) {
            assertThat(JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                            .getSchema(schema)
                            .validate(all))
                    .isEmpty();
        }
        final List<JsonNode> events = new ArrayList<>();
        all.get("traceEvents").forEach(events::add);
        assertThat(of(events, "s")).hasSize((int) arrows);
        checkOrder(events);
        checkNesting(events);
        checkArrows(events);
        return events;
    }

    private static List<JsonNode> of(final List<JsonNode> events, final String phase) {
        return events.stream().filter(e -> e.get("ph").asText().equals(phase)).toList();
    }

    private static String track(final JsonNode event) {
        return event.get("pid").asInt() + "/" + event.get("tid").asInt();
    }

    private static long startNs(final JsonNode event) {
        return Math.round(event.get("ts").asDouble() * 1000);
    }

    private static long endNs(final JsonNode slice) {
        return startNs(slice) + Math.round(slice.get("dur").asDouble() * 1000);
    }

    private static void checkOrder(final List<JsonNode> events) {
        assertThat(events.stream()
                        .filter(e -> e.has("ts"))
                        .map(ChromeTraceTest::startNs)
                        .toList())
                .isSorted()
                .allMatch(ns -> ns >= 0);
    }

    /** Of two slices of a track one contains the other, or they do not overlap. */
    private static void checkNesting(final List<JsonNode> events) {
        final List<JsonNode> slices = of(events, "X");
        for (final JsonNode a : slices) {
            for (final JsonNode b : slices) {
                if (track(a).equals(track(b)) && startNs(a) < startNs(b) && startNs(b) < endNs(a)) {
                    assertThat(endNs(b)).as("%s in %s", b, a).isLessThanOrEqualTo(endNs(a));
                }
            }
        }
    }

    /** Each arrow has two ends, the first not after the second, and each stands in a slice. */
    private static void checkArrows(final List<JsonNode> events) {
        final Map<Long, JsonNode> begins = new HashMap<>();
        of(events, "s")
                .forEach(e -> assertThat(begins.put(e.get("id").asLong(), e)).isNull());
        assertThat(of(events, "f")).hasSameSizeAs(begins.values());
        for (final JsonNode end : of(events, "f")) {
            final JsonNode begin = begins.remove(end.get("id").asLong());
            assertThat(begin).as("begin of %s", end).isNotNull();
            assertThat(startNs(begin)).isLessThanOrEqualTo(startNs(end));
            for (final JsonNode at : List.of(begin, end)) {
                assertThat(of(events, "X"))
                        .as("slice of %s", at)
                        .anyMatch(slice -> track(slice).equals(track(at))
                                && startNs(slice) <= startNs(at)
                                && startNs(at) <= endNs(slice));
            }
        }
    }

    private static TraceView member(
            final int id, final String clock, final long wallNs, final int cpu, final Entry... e) {
        return new TraceView(id, clock, wallNs, List.of(new CpuTrace(cpu, 0, List.of(e))));
    }

    @Test
    void shouldShowARunInVirtualTime() throws IOException {
        final Conductor conductor = Conductor.create(CostModel.defaults());
        final List<Integer> results = new ArrayList<>();
        try (Machine machine =
                Machine.inVirtualTime(conductor, 1, List.of(0, 1), CpuSettings.defaults(), (cpu, cause) -> {
                    throw new AssertionError(cause);
                })) {
            final Port<Work> squarer = machine.cpu(1)
                    .spawn("squarer", Pri.KERN_DAEMON, 0, ThreadClass.USER, LwktThread.behavior(Squarer::new));
            final Port<Work> client = machine.cpu(0)
                    .spawn(
                            "client",
                            Pri.KERN_DAEMON,
                            0,
                            ThreadClass.USER,
                            LwktThread.behavior(td -> new LwktThread<Work>(td) {
                                @Override
                                protected Handlers<Work> handlers() {
                                    return Handlers.of(Work.class).on(Work.Square.class, msg -> td().doMsg(
                                                    squarer,
                                                    td().initMsg(new Work.Square(
                                                            msg.command().n())),
                                                    reply -> results.add((Integer) reply.result())));
                                }
                            }));
            machine.start();
            conductor.runUntilQuiet(1000);
            machine.cpus().forEach(cpu -> cpu.ktr(new Ktr(cpu, 256)));
            machine.cpu(0).injectMsg(client, Msg.init(new Work.Square(7), Port.none()));
            conductor.runUntilQuiet(1000);
            assertThat(results).containsExactly(49);
            final TraceViews views = new TraceViews(1);
            for (final Cpu cpu : machine.cpus()) {
                views.add(cpu, cpu.ktr().lost(), cpu.ktr().events());
            }
            final List<JsonNode> events = written(views.view(CLOCK, 0));
            assertThat(of(events, "M"))
                    .extracting(e -> e.get("args").get("name").asText())
                    .containsExactly("member 1", "cpu 0", "cpu 1");
            assertThat(of(events, "X"))
                    .filteredOn(e -> track(e).equals("1/2"))
                    .extracting(e -> e.get("name").asText())
                    .containsExactlyInAnyOrder("ring: Square", "squarer", "Square");
            assertThat(of(events, "s")).extracting(ChromeTraceTest::track).containsExactly("1/1", "1/1", "1/2");
            assertThat(of(events, "f")).extracting(ChromeTraceTest::track).containsExactly("1/1", "1/2", "1/1");
            assertThat(of(events, "i")).extracting(e -> e.get("name").asText()).contains("ipi to cpu 1", "woken");
        }
    }

    @Test
    void shouldDrawAnArrowFromMemberToMember() throws IOException {
        final List<JsonNode> events = written(
                member(
                        1,
                        CLOCK,
                        1_000_000,
                        0,
                        new Entry(100, Kind.RUN, "client", "", 0),
                        new Entry(110, Kind.SEND, "Ask", "0.7", 3),
                        new Entry(120, Kind.STOP, "client", "", 0)),
                member(
                        2,
                        CLOCK,
                        7_000_000,
                        3,
                        new Entry(300, Kind.RUN, "server", "", 3),
                        new Entry(310, Kind.TAKE, "Ask", "0.7", 3),
                        new Entry(350, Kind.STOP, "server", "", 3)));
        assertThat(of(events, "s")).singleElement().satisfies(e -> assertThat(startNs(e))
                .isEqualTo(10));
        assertThat(of(events, "f")).singleElement().satisfies(e -> {
            assertThat(startNs(e)).isEqualTo(210);
            assertThat(track(e)).isEqualTo("2/4");
        });
    }

    @Test
    void shouldPutMembersOfOtherMachinesWhereTheTimeOfDaySays() throws IOException {
        final List<JsonNode> events = written(
                member(1, CLOCK, 1_000, 0, new Entry(100, Kind.WOKEN, "", "", 0)),
                member(2, "boot 2", 5_000, 1, new Entry(50, Kind.WOKEN, "", "", 1)));
        assertThat(of(events, "i")).extracting(ChromeTraceTest::startNs).containsExactly(0L, 3_950L);
    }

    @Test
    void shouldTakeARingWhoseBeginningWasOverwritten() throws IOException {
        final List<JsonNode> events = written(member(
                1,
                CLOCK,
                0,
                0,
                new Entry(10, Kind.TAKE, "Ask", "m1.0", 0),
                new Entry(20, Kind.STOP, "a", "", 0),
                new Entry(30, Kind.RUN, "b", "", 0),
                new Entry(40, Kind.TAKE, "Ask", "m1.1", 0),
                new Entry(45, Kind.SEND, "Ask", "m1.2", 0)));
        assertThat(of(events, "X")).extracting(e -> e.get("name").asText()).containsExactly("b", "Ask");
        assertThat(of(events, "s")).isEmpty();
    }
}
