package odonata.actors.caps;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The endpoints of one process, which go with it from CPU to CPU. */
final class CapsProc {
    private final Map<Integer, Endpoint> endpoints = new TreeMap<>();

    /** Null when it has none of that number. */
    Endpoint find(final int id) {
        return endpoints.get(id);
    }

    void add(final Endpoint endpoint) {
        endpoints.put(endpoint.id(), endpoint);
    }

    void remove(final Endpoint endpoint) {
        endpoints.remove(endpoint.id());
    }

    List<Endpoint> all() {
        return new ArrayList<>(endpoints.values());
    }
}
