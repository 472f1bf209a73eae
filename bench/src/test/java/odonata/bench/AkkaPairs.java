package odonata.bench;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.ConfigFactory;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The same pairs with plain {@code tell} on dispatchers of one thread each; the messages are made once here too. The throughput is ours
 * ({@code lwkt.throughput}), nothing is logged.
 */
final class AkkaPairs implements AutoCloseable {
    private record Ping(ActorRef<Object> from) {}

    private record Go(int n) {}

    private enum Pong {
        INSTANCE
    }

    private final ActorSystem<Void> system;
    private final ActorRef<Object>[] clients;
    private final AtomicInteger left = new AtomicInteger();
    private volatile CompletableFuture<Void> done = new CompletableFuture<>();

    /** {@code executor}: {@code thread-pool} or {@code fork-join}. */
    @SuppressWarnings({"unchecked", "rawtypes"}) // an array of references
    AkkaPairs(final int pairs, final int cpus, final String executor) {
        system = ActorSystem.create(
                Behaviors.empty(),
                "plain",
                ConfigFactory.parseString("""
                                akka.loggers = [], akka.stdout-loglevel = OFF, akka.loglevel = OFF
                                d0 { type = Dispatcher, executor = %s-executor, throughput = 64
                                     thread-pool-executor.fixed-pool-size = 1
                                     fork-join-executor { parallelism-min = 1, parallelism-max = 1 } }
                                d1 = ${d0}
                                """.formatted(executor))
                        .withFallback(ConfigFactory.defaultReference())
                        .resolve());
        clients = new ActorRef[pairs];
        for (int i = 0; i < pairs; i++) {
            final ActorRef<Object> server =
                    system.systemActorOf(server(), "server" + i, on(cpus == 1 ? 0 : (i + 1) % 2));
            clients[i] = system.systemActorOf(client(server), "client" + i, on(cpus == 1 ? 0 : i % 2));
        }
    }

    /** As {@link Pairs#go}. */
    CompletableFuture<Void> go(final int messages) {
        final CompletableFuture<Void> end = new CompletableFuture<>();
        done = end;
        left.set(clients.length);
        final Go go = new Go(Math.max(1, messages / clients.length / 2));
        for (final ActorRef<Object> client : clients) {
            client.tell(go);
        }
        return end;
    }

    @Override
    public void close() {
        system.terminate();
        system.getWhenTerminated().toCompletableFuture().join();
    }

    private static DispatcherSelector on(final int dispatcher) {
        return DispatcherSelector.fromConfig("d" + dispatcher);
    }

    private static Behavior<Object> server() {
        return Behaviors.receiveMessage(msg -> {
            ((Ping) msg).from().tell(Pong.INSTANCE);
            return Behaviors.same();
        });
    }

    private Behavior<Object> client(final ActorRef<Object> server) {
        return Behaviors.setup(context -> {
            final int[] trips = {0};
            final Ping ping = new Ping(context.getSelf());
            return Behaviors.receiveMessage(msg -> {
                if (msg instanceof Go go) {
                    trips[0] = go.n();
                    server.tell(ping);
                } else if (--trips[0] > 0) {
                    server.tell(ping);
                } else if (left.decrementAndGet() == 0) {
                    done.complete(null);
                }
                return Behaviors.same();
            });
        });
    }
}
