package odonata.node.demo;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import odonata.node.launch.NodeClient;
import odonata.node.snapshot.ClusterSnapshot;

/** Some member of a cluster that answers; another one when that one goes. Thread: one owner. */
public final class AnyMember {
    private final String token;
    private final Set<String> known = new LinkedHashSet<>();
    private NodeClient current;

    /**
     * Starts with one member.
     *
     * @param base its base address
     * @param token admin token
     */
    public AnyMember(final String base, final String token) {
        this.token = token;
        this.known.add(base);
        this.current = new NodeClient(base, token);
    }

    /** The newest picture, from whoever answers. */
    public ClusterSnapshot snapshot() throws IOException {
        IOException last = null;
        for (final NodeClient client : candidates()) {
            try {
                final ClusterSnapshot picture = client.snapshot();
                current = client;
                picture.members().stream()
                        .map(m -> m.http())
                        .filter(http -> !http.isEmpty())
                        .forEach(known::add);
                return picture;
            } catch (IOException e) {
                last = e;
            }
        }
        throw last;
    }

    private List<NodeClient> candidates() {
        final List<NodeClient> all = new ArrayList<>();
        all.add(current);
        known.stream()
                .filter(base -> !base.equals(current.base()))
                .forEach(base -> all.add(new NodeClient(base, token)));
        return all;
    }

    /** Tells the member how the load goes; when it cannot be told, the next picture asks another one. */
    public boolean tell(final String path, final Object body) {
        try {
            return current.post(path, body).ok();
        } catch (IOException e) {
            return false;
        }
    }
}
