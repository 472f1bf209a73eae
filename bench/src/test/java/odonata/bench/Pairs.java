package odonata.bench;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import odonata.actors.cpu.Machine;
import odonata.actors.cpu.ThreadClass;
import odonata.actors.lwkt.Handlers;
import odonata.actors.lwkt.LwktThread;
import odonata.actors.lwkt.Pri;
import odonata.actors.lwkt.Td;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.protocol.errno.NetError;

/**
 * Pairs of a client and a server that send a request and its reply to and fro, the same message again and again, as the kernel does.
 * Client i is on CPU i mod n, its server so many CPUs further.
 */
final class Pairs {
    private final Machine machine;
    private final Port<?>[] clients;
    private final AtomicInteger left = new AtomicInteger();
    private volatile CompletableFuture<Void> done = new CompletableFuture<>();

    /** Before the machine starts. */
    Pairs(final Machine machine, final int pairs, final int distance) {
        this.machine = machine;
        final int n = machine.cpus().size();
        clients = new Port<?>[pairs];
        for (int i = 0; i < pairs; i++) {
            final Port<Ping> server = machine.cpu((i + distance) % n)
                    .spawn("server", Pri.KERN_DAEMON, 0, ThreadClass.NETISR, LwktThread.behavior(Server::new));
            clients[i] = machine.cpu(i % n)
                    .spawn(
                            "client",
                            Pri.KERN_DAEMON,
                            0,
                            ThreadClass.USER,
                            LwktThread.behavior(td -> new Client(td, server)));
        }
    }

    /** Sends that many messages, requests and replies together, rounded up to whole trips of every pair; completed when all came. */
    @SuppressWarnings("unchecked") // all are clients
    CompletableFuture<Void> go(final int messages) {
        final CompletableFuture<Void> end = new CompletableFuture<>();
        done = end;
        left.set(clients.length);
        final Ping.Go go = new Ping.Go(Math.max(1, messages / clients.length / 2));
        for (final Port<?> client : clients) {
            machine.cpu(client.cpu()).injectMsg((Port<Ping>) client, Msg.init(go, Port.none()));
        }
        return end;
    }

    private sealed interface Ping {
        record Go(int n) implements Ping {}
    }

    private static final class Server extends LwktThread<Ping> {
        Server(final Td td) {
            super(td);
        }

        @Override
        protected Handlers<Ping> handlers() {
            return Handlers.of(Ping.class).on(Ping.Go.class, msg -> msg.reply(NetError.OK));
        }
    }

    private final class Client extends LwktThread<Ping> {
        private final Port<Ping> server;
        private Msg<Ping> request;
        private int trips;

        Client(final Td td, final Port<Ping> server) {
            super(td);
            this.server = server;
        }

        @Override
        protected Handlers<Ping> handlers() {
            return Handlers.of(Ping.class).on(Ping.Go.class, msg -> {
                trips = msg.command().n();
                request = td().initMsg(msg.command());
                td().sendMsg(server, request);
            });
        }

        @Override
        protected void onReply(final Msg<?> msg) {
            if (--trips > 0) {
                td().sendMsg(server, request);
            } else if (left.decrementAndGet() == 0) {
                done.complete(null);
            }
        }
    }
}
