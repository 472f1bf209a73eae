package odonata.node.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import odonata.node.launch.ClusterFolder;
import odonata.node.launch.CommandFailure;
import odonata.node.launch.NodeClient;
import odonata.node.snapshot.ClusterSnapshot;
import odonata.node.snapshot.Json;
import odonata.node.snapshot.MemberState;
import odonata.node.snapshot.MemberView;

/**
 * A member that is up, with its own HTTP interface: for what only the member itself knows.
 *
 * @param member its number
 * @param client calls it, with the admin token
 */
record EachMember(int member, NodeClient client) {

    /** All of a running cluster that are up, by number. */
    static List<EachMember> of(final Context context, final ClusterFolder folder) throws IOException {
        return of(folder, context.client(folder).snapshot());
    }

    /** One of them; ends the command with exit code 3 when there is none of that number, with 1 when it is not up. */
    static EachMember of(final Context context, final ClusterFolder folder, final int member) throws IOException {
        final ClusterSnapshot picture = context.client(folder).snapshot();
        final MemberView live = MemberTarget.live(picture, member);
        return of(folder, picture).stream()
                .filter(each -> each.member() == member)
                .findFirst()
                .orElseThrow(() -> new CommandFailure(
                        1,
                        "member " + member + " is " + live.state().label() + ", it does not answer yet or any more"));
    }

    private static List<EachMember> of(final ClusterFolder folder, final ClusterSnapshot picture) {
        final String token = Context.token(folder);
        final List<EachMember> all = new ArrayList<>();
        for (final MemberView member : picture.members()) {
            if (member.state() == MemberState.UP && !member.http().isEmpty()) {
                all.add(new EachMember(member.id(), new NodeClient(member.http(), token)));
            }
        }
        return all;
    }

    /** What it answers at {@code /api/v1/what}. */
    <T> T read(final String what, final Class<T> type) throws IOException {
        final NodeClient.Answer answer = client.get("/api/v1/" + what);
        if (!answer.ok()) {
            throw new CommandFailure(1, "member " + member + " does not tell: " + answer.text());
        }
        return Json.read(answer.body(), type);
    }
}
