package odonata.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import odonata.actors.cpu.TdFlag;
import odonata.actors.cpu.ThreadClass;
import odonata.actors.cpu.ThreadState;
import odonata.actors.cpu.ThreadState.Status;
import odonata.node.http.ThreadsView;
import odonata.node.http.ThreadsView.CpuThreads;
import org.junit.jupiter.api.Test;

class PsCommandTest {
    private static final List<ThreadsView> VIEWS = List.of(
            new ThreadsView(
                    1,
                    List.of(new CpuThreads(
                            0,
                            List.of(
                                    thread(3, "udp_thread", Status.RUNNABLE, "", 17, 2_000, TdFlag.RUNQ),
                                    thread(
                                            4,
                                            "app",
                                            Status.BLOCKED,
                                            "sbwait",
                                            0,
                                            30,
                                            TdFlag.BLOCKED,
                                            TdFlag.TSLEEPQ))))),
            new ThreadsView(
                    2,
                    List.of(new CpuThreads(
                            1, List.of(thread(0, "stopped", Status.STOPPED, "", 1, 0, TdFlag.STOPREQ))))));

    private static ThreadState thread(
            final int ordinal,
            final String name,
            final Status status,
            final String wmesg,
            final long depth,
            final long served,
            final TdFlag... flags) {
        return new ThreadState(
                ordinal, name, ordinal + 1, 12, ThreadClass.KERNEL, status, Set.of(flags), wmesg, 0, 0, depth, served);
    }

    @Test
    void shouldShowALineForEachCpu() {
        assertThat(PsCommand.byCpu(VIEWS).lines())
                .containsExactly(
                        "CPU  MEMBER  THREADS  RUNNABLE  WAITPORT  BLOCKED  STOPPED  QUEUED  SERVED",
                        "0         1        2         1         0        1        0      17    2030",
                        "1         2        1         0         0        0        1       1       0");
    }

    @Test
    void shouldShowALineForEachThread() {
        assertThat(PsCommand.byThread(VIEWS).lines())
                .containsExactly(
                        "CPU  MEMBER  TID  PORT  PRI  STATE     WMESG   FLAGS            QUEUED  SERVED  NAME",
                        "0         1    3     4   12  runnable  -       RUNQ                 17    2000  udp_thread",
                        "0         1    4     5   12  blocked   sbwait  TSLEEPQ,BLOCKED       0      30  app",
                        "1         2    0     1   12  stopped   -       STOPREQ               1       0  stopped");
    }
}
