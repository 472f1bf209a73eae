package odonata.node.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import odonata.actors.cpu.TdFlag;
import odonata.actors.cpu.ThreadState;
import odonata.actors.cpu.ThreadState.Status;
import odonata.node.http.ThreadsView;
import odonata.node.http.ThreadsView.CpuThreads;
import odonata.node.launch.ClusterFolder;
import odonata.node.launch.CommandFailure;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What the threads do. */
@Command(
        name = "ps",
        description = {
            "Show what runs on every CPU of the cluster: a line for each CPU; with -L a line for each thread.",
            "",
            "STATE: runnable (has something to do), waitport (waits for the next message), blocked (waits for what WMESG names),"
                    + " preempted, stopped (descheduled). A CPU is asked between two threads, so none is seen running.",
            ""
        })
final class PsCommand extends Common {
    @Mixin
    private ClusterOption cluster;

    @Mixin
    private JsonOption json;

    @Option(names = "-L", description = "A line for each thread.")
    private boolean threads;

    @Option(names = "--cpu", paramLabel = "N", description = "Only this CPU.")
    private Integer only;

    PsCommand(final Context context) {
        super(context);
    }

    @Override
    public Integer call() throws Exception {
        final ClusterFolder folder = context().running(cluster.name());
        final List<ThreadsView> views = new ArrayList<>();
        for (final EachMember member : EachMember.of(context(), folder)) {
            views.add(member.read("threads", ThreadsView.class));
        }
        final List<ThreadsView> shown = only == null ? views : of(only, views);
        if (json.json()) {
            console().json(shown);
        } else {
            (threads ? byThread(shown) : byCpu(shown)).lines().forEach(console()::print);
        }
        return 0;
    }

    private static List<ThreadsView> of(final int cpu, final List<ThreadsView> views) {
        final List<ThreadsView> found = views.stream()
                .filter(view -> view.cpus().stream().anyMatch(c -> c.cpu() == cpu))
                .map(view -> new ThreadsView(
                        view.member(),
                        view.cpus().stream().filter(c -> c.cpu() == cpu).toList()))
                .toList();
        if (found.isEmpty()) {
            throw new CommandFailure(
                    CommandFailure.NOT_FOUND,
                    "no CPU " + cpu + "; there are "
                            + views.stream()
                                    .flatMap(v -> v.cpus().stream())
                                    .map(c -> Integer.toString(c.cpu()))
                                    .collect(Collectors.joining(", ")));
        }
        return found;
    }

    static Table byCpu(final List<ThreadsView> views) {
        final Table table = new Table(
                "CPU", ">MEMBER", ">THREADS", ">RUNNABLE", ">WAITPORT", ">BLOCKED", ">STOPPED", ">QUEUED", ">SERVED");
        for (final ThreadsView view : views) {
            for (final CpuThreads cpu : view.cpus()) {
                table.row(
                        cpu.cpu(),
                        view.member(),
                        cpu.threads().size(),
                        count(cpu, Status.RUNNABLE) + count(cpu, Status.PREEMPTED),
                        count(cpu, Status.WAITPORT),
                        count(cpu, Status.BLOCKED),
                        count(cpu, Status.STOPPED),
                        cpu.threads().stream().mapToLong(ThreadState::depth).sum(),
                        cpu.threads().stream().mapToLong(ThreadState::served).sum());
            }
        }
        return table;
    }

    private static long count(final CpuThreads cpu, final Status status) {
        return cpu.threads().stream().filter(t -> t.status() == status).count();
    }

    static Table byThread(final List<ThreadsView> views) {
        final Table table = new Table(
                "CPU", ">MEMBER", ">TID", ">PORT", ">PRI", "STATE", "WMESG", "FLAGS", ">QUEUED", ">SERVED", "NAME");
        for (final ThreadsView view : views) {
            for (final CpuThreads cpu : view.cpus()) {
                cpu.threads()
                        .forEach(t -> table.row(
                                cpu.cpu(),
                                view.member(),
                                t.ordinal(),
                                t.portIndex(),
                                t.pri(),
                                t.status().name().toLowerCase(Locale.ROOT),
                                t.wmesg().isEmpty() ? "-" : t.wmesg(),
                                flags(t),
                                t.depth(),
                                t.served(),
                                t.name()));
            }
        }
        return table;
    }

    private static String flags(final ThreadState thread) {
        return thread.flags().isEmpty()
                ? "-"
                : thread.flags().stream().sorted().map(TdFlag::name).collect(Collectors.joining(","));
    }
}
