package odonata.actors.rate;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.DoubleSupplier;
import java.util.stream.IntStream;
import odonata.actors.cpu.Conductor;
import odonata.actors.cpu.CostModel;
import odonata.actors.cpu.CpuSettings;
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
 * Ping-pong pairs: a request and its reply are two messages. Cases: same CPU and two CPUs, one pair and 100, ours and plain
 * Akka's tell between one-thread dispatchers; accounting off, and recording on ({@code lwkt.ktr}), beside the usual; virtual time.
 * Arguments: how many messages per case and round, how many rounds.
 */
public final class RateMain {
    private static final int WARM_UP = 300_000;
    private static final int RECORDED = 65_536;

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

    /** Sends the same message again and again, as the kernel does. */
    private static final class Client extends LwktThread<Ping> {
        private final Port<Ping> server;
        private final Runnable finished;
        private int left;

        Client(final Td td, final Port<Ping> server, final Runnable finished) {
            super(td);
            this.server = server;
            this.finished = finished;
        }

        @Override
        protected Handlers<Ping> handlers() {
            return Handlers.of(Ping.class).on(Ping.Go.class, msg -> {
                left = msg.command().n();
                td().sendMsg(server, td().initMsg(msg.command()));
            });
        }

        @Override
        protected void onReply(final Msg<?> msg) {
            if (--left > 0) {
                td().sendMsg(server, next(msg));
            } else {
                finished.run();
            }
        }

        @SuppressWarnings("unchecked") // its own message
        private static Msg<Ping> next(final Msg<?> msg) {
            return (Msg<Ping>) msg;
        }
    }

    private RateMain() {}

    /** One way to run a case, and what it reached in each round, in million messages a second. */
    private record Variant(String name, DoubleSupplier run, List<Double> rates) {
        Variant(final String name, final DoubleSupplier run) {
            this(name, run, new ArrayList<>());
        }

        void once() {
            rates.add(run.getAsDouble());
        }
    }

    /** Runs all cases. */
    public static void main(final String[] args) {
        final int messages = args.length > 0 ? Integer.parseInt(args[0]) : 4_000_000;
        final int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 5;
        for (final int pairs : new int[] {1, 100}) {
            for (final int cpus : new int[] {1, 2}) {
                if ((pairs + "x" + cpus).matches(System.getProperty("case", ".*"))) {
                    compare(pairs, cpus, messages, rounds);
                }
            }
        }
        System.out.printf(Locale.ROOT, "virtual time, 64 CPUs, 500 pairs: %.2f M/s%n", virtual(64, 500, messages / 2));
    }

    /** All variants in every round, so that what the machine does meanwhile meets them all. */
    private static void compare(final int pairs, final int cpus, final int messages, final int rounds) {
        final List<Variant> variants = List.of(
                new Variant("ours", () -> wall(settings(true, 0), pairs, cpus, messages)),
                new Variant("plain Akka", () -> PlainAkka.rate(pairs, cpus, WARM_UP, messages / 2)),
                new Variant("ours, accounting off", () -> wall(settings(false, 0), pairs, cpus, messages)),
                new Variant("ours, recording", () -> wall(settings(true, RECORDED), pairs, cpus, messages)));
        for (int round = 0; round < rounds; round++) {
            variants.forEach(Variant::once);
        }
        System.out.printf(
                Locale.ROOT,
                "%s, %s, %d rounds of %,d messages%n",
                pairs == 1 ? "1 pair" : pairs + " pairs",
                cpus == 1 ? "same CPU" : "two CPUs",
                rounds,
                messages);
        final List<Double> ours = variants.get(0).rates;
        for (final Variant variant : variants) {
            final double[] ratios = IntStream.range(0, rounds)
                    .mapToDouble(i -> variant.rates.get(i) / ours.get(i))
                    .sorted()
                    .toArray();
            System.out.printf(
                    Locale.ROOT,
                    "  %-22s %6.2f M messages/s (median)   ratio to ours %5.3f, %5.3f..%5.3f%n",
                    variant.name,
                    variant.rates.stream().sorted().toList().get(rounds / 2),
                    ratios[rounds / 2],
                    ratios[0],
                    ratios[rounds - 1]);
        }
    }

    private static CpuSettings settings(final boolean accounting, final int ktr) {
        final CpuSettings d = CpuSettings.defaults();
        return new CpuSettings(
                d.ringCapacity(),
                d.uplinkCapacity(),
                d.ringBatch(),
                d.throughput(),
                d.turn(),
                Integer.getInteger("spins", d.spins()),
                Integer.getInteger("yields", d.yields()),
                d.highwater(),
                d.inbox(),
                d.rollupBatch(),
                accounting,
                ktr);
    }

    private static double wall(final CpuSettings settings, final int pairs, final int cpus, final int messages) {
        try (Machine machine = Machine.onWallClock(1, List.of(0, 1), settings, (cpu, e) -> e.printStackTrace())) {
            final Run run = new Run(machine, pairs, cpus - 1);
            machine.start();
            run.go(WARM_UP).join();
            final long start = System.nanoTime();
            run.go(messages).join();
            return messages * 1e3 / (System.nanoTime() - start);
        }
    }

    private static double virtual(final int cpus, final int pairs, final int messages) {
        final Conductor conductor = Conductor.create(CostModel.defaults());
        final List<Integer> ids = IntStream.range(0, cpus).boxed().toList();
        final CpuSettings settings = CpuSettings.defaults();
        try (Machine machine = Machine.inVirtualTime(conductor, 1, ids, settings, (cpu, e) -> e.printStackTrace())) {
            final Run run = new Run(machine, pairs, 1);
            machine.start();
            finish(conductor, run.go(WARM_UP));
            final long start = System.nanoTime();
            finish(conductor, run.go(messages));
            return messages * 1e3 / (System.nanoTime() - start);
        }
    }

    private static void finish(final Conductor conductor, final CompletableFuture<Void> done) {
        conductor.runUntilQuiet(Long.MAX_VALUE);
        if (!done.isDone()) {
            throw new IllegalStateException("quiet before all answers were there");
        }
    }

    /** The pairs; client i on CPU i mod n, its server {@code distance} further. */
    private static final class Run {
        private final Machine machine;
        private final Port<?>[] clients;
        private CompletableFuture<Void> done = new CompletableFuture<>();
        private final AtomicInteger left = new AtomicInteger();

        Run(final Machine machine, final int pairs, final int distance) {
            this.machine = machine;
            final int n = machine.cpus().size();
            clients = new Port<?>[pairs];
            for (int i = 0; i < pairs; i++) {
                final int home = distance == 0 ? 0 : i % n;
                final Port<Ping> server = machine.cpu((home + distance) % n)
                        .spawn("server", Pri.KERN_DAEMON, 0, ThreadClass.NETISR, LwktThread.behavior(Server::new));
                clients[i] = machine.cpu(home)
                        .spawn(
                                "client",
                                Pri.KERN_DAEMON,
                                0,
                                ThreadClass.USER,
                                LwktThread.behavior(td -> new Client(td, server, this::finished)));
            }
        }

        private void finished() {
            if (left.decrementAndGet() == 0) {
                done.complete(null);
            }
        }

        @SuppressWarnings("unchecked") // all are clients
        CompletableFuture<Void> go(final int messages) {
            done = new CompletableFuture<>();
            left.set(clients.length);
            for (final Port<?> client : clients) {
                final Ping.Go go = new Ping.Go(messages / clients.length / 2);
                machine.cpu(client.cpu()).injectMsg((Port<Ping>) client, Msg.init(go, Port.none()));
            }
            return done;
        }
    }
}
