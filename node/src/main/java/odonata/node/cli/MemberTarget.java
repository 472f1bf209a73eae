package odonata.node.cli;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import odonata.node.launch.ClusterFolder;
import odonata.node.launch.CommandFailure;
import odonata.node.launch.MemberRecord;
import odonata.node.launch.NodeClient;
import odonata.node.snapshot.ClusterSnapshot;
import odonata.node.snapshot.MemberState;
import odonata.node.snapshot.MemberView;

/** A member by its number, for the commands that end one. */
final class MemberTarget {
    private MemberTarget() {}

    /** The live member of that number as {@code picture} shows it; else ends the command with exit code 3. */
    static MemberView live(final ClusterSnapshot picture, final int member) {
        final List<MemberView> live = picture.members().stream()
                .filter(m -> m.state() != MemberState.LEFT && m.state() != MemberState.DOWN)
                .toList();
        return live.stream()
                .filter(m -> m.id() == member)
                .findFirst()
                .orElseThrow(() -> new CommandFailure(
                        CommandFailure.NOT_FOUND,
                        "no member " + member + " in cluster " + picture.cluster() + "; there are "
                                + live.stream()
                                        .map(m -> Integer.toString(m.id()))
                                        .collect(Collectors.joining(", "))));
    }

    /** Its record, when its process runs on this machine and belongs to this folder. */
    static Optional<MemberRecord> record(final ClusterFolder folder, final int member) {
        return folder.running().stream().filter(r -> r.member() == member).findFirst();
    }

    /** A client of a member other than {@code member}, because that one goes away. */
    static NodeClient other(final Context context, final ClusterFolder folder, final int member) {
        for (final MemberRecord record : folder.running()) {
            if (record.member() != member && !record.http().isEmpty()) {
                final NodeClient client = new NodeClient(record.http(), Context.token(folder));
                try {
                    client.health();
                    return client;
                } catch (IOException e) {
                    if (context.verbose()) {
                        context.console().note("member " + record.member() + " does not answer: " + e.getMessage());
                    }
                }
            }
        }
        return context.client(folder);
    }
}
