package odonata.node.member;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import odonata.actors.cpu.Conductor;
import odonata.actors.cpu.CostModel;
import odonata.actors.cpu.CpuSettings;
import odonata.actors.cpu.Machine;
import odonata.node.snapshot.Json;
import odonata.node.trace.TraceRequest;
import odonata.node.trace.TraceView;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemberTraceTest {
    private final Conductor conductor = Conductor.create(CostModel.defaults());
    private final Machine machine =
            Machine.inVirtualTime(conductor, 1, List.of(0, 1), CpuSettings.defaults(), (cpu, cause) -> {
                throw new AssertionError(cause);
            });
    private final List<Runnable> later = new ArrayList<>();
    private final MemberTrace trace = new MemberTrace(machine, seconds -> later::add);

    @BeforeEach
    void start() {
        machine.start();
    }

    @AfterEach
    void close() {
        machine.close();
    }

    private void record() {
        trace.start(new TraceRequest(64, 5));
        conductor.runUntilQuiet(100);
    }

    private TraceView stop() {
        final var view = trace.stop().toCompletableFuture();
        conductor.runUntilQuiet(100);
        return view.join();
    }

    private List<Boolean> recording() {
        return machine.cpus().stream().map(cpu -> cpu.ktr() != null).toList();
    }

    @Test
    void shouldGiveWhatEveryCpuDidSinceAndRecordNoMore() {
        record();
        machine.cpu(0).inject(() -> machine.cpu(0).sendIpi(1, cpu -> {}));
        final TraceView view = stop();
        assertThat(view.member()).isEqualTo(1);
        assertThat(view.cpus()).extracting(TraceView.CpuTrace::cpu).containsExactly(0, 1);
        assertThat(view.cpus())
                .allSatisfy(cpu -> assertThat(cpu.events()).isNotEmpty().allMatch(e -> e.t() >= 0));
        assertThat(recording()).containsOnly(false);
    }

    @Test
    void shouldEndByItselfWhenNobodyEndsIt() {
        record();
        assertThat(recording()).containsOnly(true);
        later.forEach(Runnable::run);
        conductor.runUntilQuiet(100);
        assertThat(recording()).containsOnly(false);
    }

    @Test
    void shouldNotEndTheNextOneWithTheLimitOfTheOneBefore() {
        record();
        final TraceView unused = stop();
        record();
        later.get(0).run();
        conductor.runUntilQuiet(100);
        assertThat(recording()).containsOnly(true);
    }

    @Test
    void shouldGiveNothingWhenNothingWasRecorded() {
        assertThat(stop().cpus()).allSatisfy(cpu -> assertThat(cpu.events()).isEmpty());
    }

    @Test
    void shouldWriteWhatACpuDidIntoAFile(@TempDir final Path folder) throws IOException {
        final Path file = folder.resolve("panic.json");
        assertThat(MemberTrace.write(machine.cpu(0), file)).isFalse();
        assertThat(file).doesNotExist();
        record();
        machine.cpu(0).inject(() -> {});
        conductor.runUntilQuiet(100);
        assertThat(MemberTrace.write(machine.cpu(0), file)).isTrue();
        final JsonNode events =
                Json.read(Files.readAllBytes(file), JsonNode.class).get("traceEvents");
        assertThat(events.findValuesAsText("ph")).contains("M", "X");
    }
}
