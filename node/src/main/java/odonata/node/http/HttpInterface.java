package odonata.node.http;

import akka.actor.ActorSystem;
import akka.http.javadsl.Http;
import akka.http.javadsl.ServerBinding;
import akka.http.javadsl.settings.ServerSettings;
import akka.stream.SystemMaterializer;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import odonata.config.ConfigException;
import odonata.config.HttpSettings;
import odonata.node.snapshot.ClusterSnapshot;

/** A running HTTP server. */
public final class HttpInterface {
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);

    private final ServerBinding binding;
    private final EventStreams streams;
    private final Pictures pictures;

    private HttpInterface(final ServerBinding binding, final EventStreams streams, final Pictures pictures) {
        this.binding = binding;
        this.streams = streams;
        this.pictures = pictures;
    }

    /**
     * Who may call, and where.
     *
     * @param bind address to bind
     * @param port to bind; 0 takes a free one
     * @param token admin token
     * @param secret cluster secret; without one only loopback may be bound
     */
    public record Access(String bind, int port, Token token, Optional<String> secret) {}

    /** Binds and serves; fails when the port is taken. */
    public static CompletionStage<HttpInterface> start(
            final ActorSystem system, final HttpSettings settings, final Access access, final NodeApi node) {
        if (access.secret().isEmpty()
                && !new InetSocketAddress(access.bind(), 0).getAddress().isLoopbackAddress()) {
            return CompletableFuture.failedFuture(new ConfigException("odonata.member.bind=" + access.bind()
                    + " can be reached from outside, which needs a cluster secret; give --secret-file"));
        }
        final EventStreams streams = new EventStreams(system, settings.maxStreams());
        final Pictures pictures = new Pictures(node.snapshot());
        final Router router = new Router(
                node,
                new Guard(access.token(), access.secret(), access.bind()),
                streams,
                pictures,
                SystemMaterializer.get(system).materializer(),
                settings.maxBody());
        return Http.get(system)
                .newServerAt(access.bind(), access.port())
                .withSettings(ServerSettings.create(system).withMaxConnections(settings.maxConnections()))
                .bind(router::handle)
                .thenApply(binding -> new HttpInterface(binding, streams, pictures));
    }

    /** Address that it is bound to. */
    public InetSocketAddress address() {
        return binding.localAddress();
    }

    /** Shows a new picture to all. Thread: the sampler's. */
    public void publish(final ClusterSnapshot snapshot) {
        streams.publish(pictures.put(snapshot));
    }

    /** Live streams now. */
    public int streams() {
        return streams.size();
    }

    /** Stops serving; requests under way get a second. */
    public CompletionStage<Void> stop() {
        streams.close();
        return binding.terminate(CLOSE_TIMEOUT).thenApply(done -> null);
    }
}
