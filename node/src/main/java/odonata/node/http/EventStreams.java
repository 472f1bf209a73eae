package odonata.node.http;

import akka.NotUsed;
import akka.actor.ActorSystem;
import akka.http.javadsl.model.HttpEntities;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.MediaTypes;
import akka.http.javadsl.model.headers.RawHeader;
import akka.japi.Pair;
import akka.stream.OverflowStrategy;
import akka.stream.javadsl.Source;
import akka.stream.javadsl.SourceQueueWithComplete;
import akka.util.ByteString;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Server-sent events: each picture is written once and given to all clients. A client that does not read loses pictures,
 * it does not slow others down.
 */
final class EventStreams {
    private static final int BUFFERED = 4;
    private static final Duration SILENCE = Duration.ofSeconds(15);

    private final ActorSystem system;
    private final int max;
    private final Set<SourceQueueWithComplete<ByteString>> clients = ConcurrentHashMap.newKeySet();

    EventStreams(final ActorSystem system, final int max) {
        this.system = system;
        this.max = max;
    }

    /** A response that goes on until the client closes it; 503 when there are too many. */
    HttpResponse open(final ByteString first) {
        if (clients.size() >= max) {
            return Replies.error(
                    503, "too many streams, " + max + " are open", "close one, or raise odonata.http.max-streams");
        }
        final Pair<SourceQueueWithComplete<ByteString>, Source<ByteString, NotUsed>> stream =
                Source.<ByteString>queue(BUFFERED, OverflowStrategy.dropHead()).preMaterialize(system);
        final SourceQueueWithComplete<ByteString> queue = stream.first();
        clients.add(queue);
        queue.watchCompletion().whenComplete((done, failure) -> clients.remove(queue));
        final Source<ByteString, NotUsed> events = Source.single(ByteString.fromString("retry: 2000\n\n"))
                .concat(Source.single(first))
                .concat(stream.second())
                .keepAlive(SILENCE, () -> ByteString.fromString(":\n\n"));
        return HttpResponse.create()
                .addHeaders(Replies.headers(RawHeader.create("Cache-Control", "no-store")))
                .withEntity(HttpEntities.createChunked(MediaTypes.TEXT_EVENT_STREAM.toContentType(), events));
    }

    /** Gives one event to every client. */
    void publish(final ByteString event) {
        clients.forEach(queue -> queue.offer(event));
    }

    /** Ends all streams. */
    void close() {
        clients.forEach(SourceQueueWithComplete::complete);
    }

    int size() {
        return clients.size();
    }

    static ByteString event(final long id, final String name, final byte[] json) {
        return ByteString.fromString("id: " + id + "\nevent: " + name + "\ndata: ")
                .concat(ByteString.fromArray(json))
                .concat(ByteString.fromString("\n\n", StandardCharsets.UTF_8));
    }
}
