package odonata.node.http;

import akka.util.ByteString;
import odonata.node.snapshot.ClusterSnapshot;
import odonata.node.snapshot.History;
import odonata.node.snapshot.Json;

/** The newest picture as bytes, written once, and what charts need of the older ones. Written by the sampler's thread, read by the server's. */
final class Pictures {
    private final History history = new History();
    private volatile Written last;

    @SuppressWarnings("ArrayRecordComponent") // written once
    private record Written(byte[] json, ByteString event) {}

    Pictures(final ClusterSnapshot first) {
        put(first);
    }

    /** Takes a new picture and returns it as an event. */
    ByteString put(final ClusterSnapshot snapshot) {
        final byte[] json = Json.bytes(snapshot);
        final ByteString event = EventStreams.event(snapshot.seq(), "snapshot", json);
        last = new Written(json, event);
        history.add(snapshot);
        return event;
    }

    History.View history() {
        return history.view();
    }

    byte[] json() {
        return last.json;
    }

    ByteString event() {
        return last.event;
    }
}
