package odonata.actors.rate;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.ConfigFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** The same pairs with plain tell between two dispatchers of one thread each. */
final class PlainAkka {
    private record Ping(ActorRef<Object> from) {}

    private record Go(int n) {}

    private enum Pong {
        INSTANCE
    }

    private PlainAkka() {}

    static double rate(final int pairs, final int cpus, final int warmUp, final int messages) {
        final ActorSystem<Void> system = ActorSystem.create(
                Behaviors.empty(),
                "plain",
                ConfigFactory.parseString("""
                                akka.loggers = [], akka.stdout-loglevel = OFF, akka.loglevel = OFF
                                d0 { type = Dispatcher, executor = thread-pool-executor, throughput = 64
                                     thread-pool-executor.fixed-pool-size = 1 }
                                d1 = ${d0}
                                """)
                        .withFallback(ConfigFactory.defaultReference())
                        .resolve());
        try {
            final AtomicInteger left = new AtomicInteger();
            final List<CompletableFuture<Void>> done = new ArrayList<>();
            done.add(new CompletableFuture<>());
            final List<ActorRef<Object>> clients = new ArrayList<>();
            for (int i = 0; i < pairs; i++) {
                final ActorRef<Object> server = system.systemActorOf(
                        server(), "server" + i, DispatcherSelector.fromConfig(cpus == 1 ? "d0" : "d" + (i + 1) % 2));
                clients.add(system.systemActorOf(
                        client(server, () -> {
                            if (left.decrementAndGet() == 0) {
                                done.get(0).complete(null);
                            }
                        }),
                        "client" + i,
                        DispatcherSelector.fromConfig(cpus == 1 ? "d0" : "d" + i % 2)));
            }
            double rate = 0;
            for (final int n : new int[] {warmUp, messages}) {
                done.set(0, new CompletableFuture<>());
                left.set(pairs);
                final long start = System.nanoTime();
                clients.forEach(client -> client.tell(new Go(n / pairs / 2)));
                done.get(0).join();
                rate = n * 1e3 / (System.nanoTime() - start);
            }
            return rate;
        } finally {
            system.terminate();
            system.getWhenTerminated().toCompletableFuture().join();
        }
    }

    private static Behavior<Object> server() {
        return Behaviors.receiveMessage(msg -> {
            ((Ping) msg).from().tell(Pong.INSTANCE);
            return Behaviors.same();
        });
    }

    private static Behavior<Object> client(final ActorRef<Object> server, final Runnable finished) {
        return Behaviors.setup(context -> {
            final int[] left = {0};
            final Ping ping = new Ping(context.getSelf());
            return Behaviors.receiveMessage(msg -> {
                if (msg instanceof Go go) {
                    left[0] = go.n();
                } else if (--left[0] == 0) {
                    finished.run();
                    return Behaviors.same();
                }
                server.tell(ping);
                return Behaviors.same();
            });
        });
    }
}
