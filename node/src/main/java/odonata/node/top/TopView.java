package odonata.node.top;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import odonata.node.snapshot.ClusterSnapshot;
import odonata.node.snapshot.CpuState;
import odonata.node.snapshot.CpuView;
import odonata.node.snapshot.LoadView;
import odonata.node.snapshot.MemberState;
import odonata.node.snapshot.ReplayView;
import odonata.node.snapshot.TcpView;

/** Makes lines of text from a snapshot. Pure: the same snapshot gives the same lines. */
public final class TopView {
    private static final int FIXED = 64;
    private static final int MIN_BAR = 10;
    private static final int MAX_BAR = 40;

    private TopView() {}

    /** Orders in which CPUs are listed. */
    public enum Order {
        CPU("CPU number"),
        UTILISATION("utilisation"),
        PACKETS("packets/s"),
        QUEUE("queue depth");

        private final String label;

        Order(final String label) {
            this.label = label;
        }

        /** In words. */
        public String label() {
            return label;
        }

        /** The next one, the first after the last. */
        public Order next() {
            return switch (this) {
                case CPU -> UTILISATION;
                case UTILISATION -> PACKETS;
                case PACKETS -> QUEUE;
                case QUEUE -> CPU;
            };
        }

        private Comparator<CpuView> comparator() {
            return switch (this) {
                case CPU -> Comparator.comparingInt(CpuView::cpu);
                case UTILISATION ->
                    Comparator.comparingDouble(CpuView::utilisation).reversed();
                case PACKETS -> Comparator.comparingDouble(CpuView::packetsPerS).reversed();
                case QUEUE -> Comparator.comparingInt(CpuView::queueDepth).reversed();
            };
        }
    }

    /**
     * All lines.
     *
     * @param width columns of the terminal; lines are cut there
     * @param height lines of the terminal; CPUs that do not fit are left out, with a line that says how many
     */
    public static List<String> lines(
            final ClusterSnapshot picture, final Order order, final int width, final int height) {
        final List<String> foot = foot(picture);
        final List<String> lines = new ArrayList<>(head(picture, order, width));
        final List<CpuView> cpus =
                picture.cpus().stream().sorted(order.comparator()).toList();
        final int room = Math.max(1, height - lines.size() - foot.size() - 1);
        cpus.stream().limit(room).forEach(cpu -> lines.add(line(cpu, picture, width)));
        if (cpus.size() > room) {
            lines.add("... " + (cpus.size() - room) + " more CPUs; enlarge the terminal or change the order");
        }
        lines.addAll(foot);
        return lines.stream().map(line -> cut(line, width)).toList();
    }

    private static List<String> head(final ClusterSnapshot picture, final Order order, final int width) {
        final long up = picture.members().stream()
                .filter(m -> m.state() == MemberState.UP && !m.stale())
                .count();
        final long known = picture.members().stream()
                .filter(m -> m.state() != MemberState.LEFT)
                .count();
        return List.of(
                String.format(
                        Locale.ROOT,
                        "odonata %s   %d of %d members up   %s packets/s   rates: last %d ms   order: %s",
                        picture.cluster(),
                        up,
                        known,
                        Figures.rate(picture.totals().packetsPerS()),
                        picture.windowMs(),
                        order.label()),
                imbalance(picture),
                tcp(picture),
                String.format(
                        Locale.ROOT,
                        format(width),
                        "CPU",
                        "MEMBER",
                        "UTILISATION",
                        "",
                        "PACKETS/S",
                        "QUEUE",
                        "MSG/IPI",
                        "RUNNING"));
    }

    /** Connections and segments of all CPUs. */
    public static String tcp(final ClusterSnapshot picture) {
        final TcpView tcp = picture.tcp();
        return String.format(
                Locale.ROOT,
                "tcp %s connections (%s established), %s segments/s, %s retransmissions/s, %s accepted/s",
                Figures.count(Math.round(tcp.sum("connections"))),
                Figures.count(Math.round(tcp.sum("state.ESTABLISHED"))),
                Figures.rate(tcp.segmentsPerS()),
                Figures.rate(tcp.sum("retransmitsPerS")),
                Figures.rate(tcp.sum("acceptedPerS")));
    }

    /** The imbalance index beside what luck would give. */
    public static String imbalance(final ClusterSnapshot picture) {
        return String.format(
                Locale.ROOT,
                "imbalance %.2f max/mean (perfect %.2f, by luck %.2f for %s flows), Jain %.3f; %s",
                picture.imbalance().maxOverMean(),
                picture.imbalance().perfect(),
                picture.imbalance().expectedByLuck(),
                Figures.count(picture.imbalance().flows()),
                picture.imbalance().jain(),
                picture.imbalance().basis());
    }

    private static String format(final int width) {
        return "%-4s %-7s %-" + bar(width) + "s %6s %11s %6s %8s  %s";
    }

    private static int bar(final int width) {
        return Math.max(MIN_BAR, Math.min(MAX_BAR, width - FIXED));
    }

    private static String line(final CpuView cpu, final ClusterSnapshot picture, final int width) {
        final boolean lives = cpu.state() == CpuState.UP;
        final boolean stale = picture.members().stream().anyMatch(m -> m.id() == cpu.member() && m.stale());
        return String.format(
                Locale.ROOT,
                format(width),
                cpu.cpu(),
                cpu.member(),
                lives ? bars(cpu.utilisation(), bar(width)) : "",
                lives ? Figures.percent(cpu.utilisation()) : "",
                Figures.rate(cpu.packetsPerS()),
                cpu.queueDepth(),
                String.format(Locale.ROOT, "%.1f", cpu.messagesPerIpi()),
                !lives ? "[" + cpu.state().label() + "]" : stale ? "[not heard of]" : cpu.running());
    }

    private static String bars(final double share, final int width) {
        final int full = (int) Math.round(Math.max(0, Math.min(1, share)) * width);
        return "|".repeat(full) + ".".repeat(width - full);
    }

    private static List<String> foot(final ClusterSnapshot picture) {
        final List<String> lines = new ArrayList<>();
        final LoadView load = picture.load();
        if (load != null) {
            lines.add(String.format(
                    Locale.ROOT,
                    "load %s (%s): %s answered of %s sent, %s lost; p50 %s  p99 %s  p99.9 %s  max %s",
                    load.workload(),
                    load.phase(),
                    Figures.count(load.answered()),
                    Figures.count(load.sent()),
                    Figures.count(load.lost()),
                    Figures.micros(
                            load.latencyUs() == null ? 0 : load.latencyUs().p50()),
                    Figures.micros(
                            load.latencyUs() == null ? 0 : load.latencyUs().p99()),
                    Figures.micros(
                            load.latencyUs() == null ? 0 : load.latencyUs().p999()),
                    Figures.micros(
                            load.latencyUs() == null ? 0 : load.latencyUs().max())));
        }
        final ReplayView replay = picture.replay();
        if (replay != null) {
            lines.add("replay " + replay.file() + ": " + Figures.count(replay.counted()) + " counted of "
                    + Figures.count(replay.sent()) + " sent, " + Figures.count(replay.packetsInFile())
                    + " in the file");
        }
        return lines;
    }

    private static String cut(final String line, final int width) {
        return line.length() <= width ? line : line.substring(0, width);
    }
}
