package odonata.bench;

import akka.actor.BootstrapSetup;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorRefResolver;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.concurrent.CompletableFuture;

/**
 * Akka remoting, Artery over TCP on loopback, between two actor systems that send plain bytes, which Akka takes as they are. Artery drops what its queue
 * cannot hold, so the receiver acknowledges and the sender keeps a window, as large as Artery does well with. The settings are Akka's
 * own but for a throughput of 64, one inbound lane, a queue that holds the window, and no logging.
 */
final class Remoting implements AutoCloseable {
    private static final int WINDOW = 2_048;
    private static final int ACK_EACH = 256;

    private final byte[] payload;
    private final ActorSystem<byte[]> sender;
    private final ActorSystem<byte[]> receiver;
    private volatile CompletableFuture<Void> done = new CompletableFuture<>();
    private volatile int total;

    /** {@code payload}: what is sent, again and again. */
    Remoting(final byte[] payload) {
        this.payload = payload;
        receiver = system("receiver", Behaviors.setup(context -> sink()));
        sender = system("sender", Behaviors.setup(context -> source(reference(context.getSystem(), receiver))));
    }

    /** Sends that many messages; completed when all were received. */
    CompletableFuture<Void> go(final int messages) {
        final CompletableFuture<Void> end = new CompletableFuture<>();
        done = end;
        total = messages;
        sender.tell(GO);
        return end;
    }

    @Override
    public void close() {
        sender.terminate();
        receiver.terminate();
        sender.getWhenTerminated().toCompletableFuture().join();
        receiver.getWhenTerminated().toCompletableFuture().join();
    }

    private static final byte[] GO = new byte[0];
    private static final byte[] ACK = new byte[1];

    private static ActorSystem<byte[]> system(final String name, final Behavior<byte[]> behavior) {
        final Config config = ConfigFactory.parseString("""
                        akka {
                          loggers = [], stdout-loglevel = OFF, loglevel = OFF
                          jvm-shutdown-hooks = off
                          coordinated-shutdown.run-by-jvm-shutdown-hook = off
                          actor {
                            provider = remote
                            default-dispatcher.throughput = 64
                          }
                          remote.artery {
                            transport = tcp
                            canonical { hostname = "127.0.0.1", port = 0 }
                            advanced { inbound-lanes = 1, outbound-message-queue-size = 8192 }
                          }
                        }
                        """)
                .withFallback(ConfigFactory.defaultReference())
                .resolve();
        return ActorSystem.create(behavior, name, BootstrapSetup.create(config));
    }

    /** {@code of}'s guardian as {@code here} sees it: over the network. */
    private static ActorRef<byte[]> reference(final ActorSystem<?> here, final ActorSystem<byte[]> of) {
        return ActorRefResolver.get(here)
                .resolveActorRef(ActorRefResolver.get(of).toSerializationFormat(of));
    }

    private Behavior<byte[]> source(final ActorRef<byte[]> sink) {
        final int[] left = {0};
        final int[] room = {WINDOW};
        return Behaviors.receiveMessage(msg -> {
            if (msg.length == GO.length) {
                left[0] = total;
            } else {
                room[0] += ACK_EACH;
            }
            while (left[0] > 0 && room[0] > 0) {
                left[0]--;
                room[0]--;
                sink.tell(payload);
            }
            return Behaviors.same();
        });
    }

    private Behavior<byte[]> sink() {
        return Behaviors.setup(context -> {
            final int[] count = {0};
            final int[] unacknowledged = {0};
            final ActorRef<?>[] source = {null};
            return Behaviors.receiveMessage(msg -> {
                if (source[0] == null) {
                    source[0] = reference(context.getSystem(), sender);
                }
                if (++unacknowledged[0] == ACK_EACH) {
                    unacknowledged[0] = 0;
                    source[0].<byte[]>unsafeUpcast().tell(ACK);
                }
                if (++count[0] == total) {
                    count[0] = 0;
                    done.complete(null);
                }
                return Behaviors.same();
            });
        });
    }
}
