package odonata.actors.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import odonata.actors.testing.Bed;
import odonata.protocol.errno.KernelPanic;
import org.junit.jupiter.api.Test;

class MaskIpiTest {
    private final Bed bed = Bed.virtual(4).start();
    private final List<Integer> ran = new ArrayList<>();
    private final IpiFunc note = cpu -> ran.add(cpu.id());

    MaskIpiTest() {
        bed.quiet();
    }

    @Test
    void I33_eachCpuOfTheMaskRunsTheFunctionOnce() {
        assertThat(bed.cpu(2).ipiq().sendMask(Set.of(0, 1, 3), note)).isEqualTo(3);
        assertThat(ran).isEmpty();
        bed.quiet();
        assertThat(ran).containsExactlyInAnyOrder(0, 1, 3);
    }

    @Test
    void I33_theOwnCpuRunsItAtOnce() {
        assertThat(bed.cpu(2).ipiq().sendMask(Set.of(2, 3), note)).isEqualTo(2);
        assertThat(ran).containsExactly(2);
        bed.quiet();
        assertThat(ran).containsExactly(2, 3);
    }

    @Test
    void shouldGoFromTheOwnCpuUpwardAndThenFromTheLowest() {
        assertThat(bed.machine().cpusFrom(2)).extracting(Cpu::id).containsExactly(2, 3, 0, 1);
        assertThat(bed.machine().cpusFrom(0)).extracting(Cpu::id).containsExactly(0, 1, 2, 3);
    }

    @Test
    void shouldLeaveOutACpuThatAPanicHasStopped() {
        bed.cpu(3).panic(new IllegalStateException("defect"));
        assertThat(bed.cpu(2).ipiq().sendMask(Set.of(1, 3), note)).isEqualTo(1);
        bed.quiet();
        assertThat(ran).containsExactly(1);
        assertThat(bed.takePanics()).hasSize(1);
    }

    @Test
    void shouldSendNothingWhenOneIsOfAnotherMachine() {
        assertThatThrownBy(() -> bed.cpu(2).ipiq().sendMask(Set.of(1, 9), note))
                .isInstanceOf(KernelPanic.class)
                .hasMessageContaining("CPU 9 of another machine");
        bed.quiet();
        assertThat(ran).isEmpty();
    }
}
