package odonata.node.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import odonata.node.launch.ClusterFolder;
import odonata.node.snapshot.BucketsView;
import odonata.node.snapshot.ClusterSnapshot;
import odonata.node.snapshot.Ownership;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Who owns what. */
@Command(
        name = "buckets",
        description = {
            "Show which CPU owns which bucket. A flow's hash names one of 256 buckets, the map names the bucket's CPU.",
            "",
            "Each cell is the number of the owner CPU; '>' after it: the bucket is on its way there.",
            ""
        })
final class BucketsCommand extends Common {
    private static final int PER_LINE = 16;

    @Mixin
    private ClusterOption cluster;

    @Mixin
    private JsonOption json;

    BucketsCommand(final Context context) {
        super(context);
    }

    @Override
    public Integer call() throws Exception {
        final ClusterFolder folder = context().running(cluster.name());
        final ClusterSnapshot picture = context().client(folder).snapshot();
        if (json.json()) {
            console().json(picture.buckets());
        } else {
            lines(picture).forEach(console()::print);
        }
        return 0;
    }

    static List<String> lines(final ClusterSnapshot picture) {
        final BucketsView buckets = picture.buckets();
        final List<String> lines = new ArrayList<>();
        lines.add("bucket map version " + buckets.version() + " of cluster " + picture.cluster());
        for (int first = 0; first < buckets.owner().length; first += PER_LINE) {
            final StringBuilder line = new StringBuilder(String.format("%3d ", first));
            for (int b = first; b < first + PER_LINE; b++) {
                line.append(String.format("%4d%s", buckets.owner()[b], buckets.from()[b] >= 0 ? ">" : " "));
            }
            lines.add(line.toString().stripTrailing());
        }
        final Map<Integer, Integer> counts = Ownership.bucketsByCpu(buckets.owner());
        final Table table = new Table("CPU", ">MEMBER", ">BUCKETS", ">PACKETS/S");
        picture.cpus().stream()
                .filter(cpu -> counts.containsKey(cpu.cpu()))
                .forEach(cpu -> table.row(
                        cpu.cpu(),
                        cpu.member(),
                        counts.get(cpu.cpu()),
                        odonata.node.top.Figures.rate(cpu.packetsPerS())));
        lines.addAll(table.lines());
        return lines;
    }
}
