package odonata.bench;

import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import odonata.actors.cpu.ThreadClass;
import odonata.actors.lwkt.Handlers;
import odonata.actors.lwkt.LwktThread;
import odonata.actors.lwkt.Pri;
import odonata.actors.lwkt.Td;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.protocol.errno.NetError;
import odonata.ssi.uplink.BareAeron;

/** A message to another member and back, 64 bytes there, with nothing else to do: the median, in nanoseconds. */
final class RoundTrip {
    private final long warmUpNs;
    private final long measureNs;
    private long[] samples = new long[1 << 16];
    private int count;

    private RoundTrip(final Effort effort) {
        warmUpNs = TimeUnit.MILLISECONDS.toNanos(effort.warmUpMs());
        measureNs = TimeUnit.MILLISECONDS.toNanos(effort.measureMs());
    }

    /** Between two threads over our uplink. */
    static double ours(final Effort effort, final boolean sharedMemory) {
        final RoundTrip trips = new RoundTrip(effort);
        final CompletableFuture<Void> end = new CompletableFuture<>();
        try (Members members = new Members(sharedMemory)) {
            final Port<byte[]> server = members.second()
                    .spawn("server", Pri.KERN_DAEMON, 0, ThreadClass.KERNEL, LwktThread.behavior(Server::new));
            final Port<byte[]> client = members.first()
                    .spawn(
                            "client",
                            Pri.KERN_DAEMON,
                            0,
                            ThreadClass.KERNEL,
                            LwktThread.behavior(td -> trips.new Client(td, server, end)));
            members.start();
            members.first().injectMsg(client, Msg.init(new byte[0], Port.none()));
            Failures.await(end);
        }
        return trips.median();
    }

    /** Between two threads over Aeron alone. */
    static double aeron(final Effort effort, final boolean sharedMemory) {
        final RoundTrip trips = new RoundTrip(effort);
        try (BareAeron bare = BareAeron.echo(Members.driverSettings(), MembersBench.LENGTH, sharedMemory)) {
            final long beganNs = System.nanoTime();
            long fromNs = beganNs;
            while (trips.goesOn(fromNs - beganNs)) {
                bare.roundTrip();
                final long nowNs = System.nanoTime();
                trips.add(nowNs - fromNs, nowNs - beganNs);
                fromNs = nowNs;
            }
        }
        return trips.median();
    }

    private boolean goesOn(final long sinceNs) {
        return sinceNs < warmUpNs + measureNs || count == 0;
    }

    private void add(final long ns, final long sinceNs) {
        if (sinceNs > warmUpNs) {
            if (count == samples.length) {
                samples = Arrays.copyOf(samples, 2 * count);
            }
            samples[count++] = ns;
        }
    }

    private double median() {
        final long[] sorted = Arrays.copyOf(samples, count);
        Arrays.sort(sorted);
        return sorted[count / 2];
    }

    private static final class Server extends LwktThread<byte[]> {
        Server(final Td td) {
            super(td);
        }

        @Override
        protected Handlers<byte[]> handlers() {
            return Handlers.of(byte[].class).on(byte[].class, msg -> msg.reply(NetError.OK));
        }
    }

    private final class Client extends LwktThread<byte[]> {
        private final Port<byte[]> server;
        private final CompletableFuture<Void> end;
        private Msg<byte[]> request;
        private long beganNs;
        private long sentNs;

        Client(final Td td, final Port<byte[]> server, final CompletableFuture<Void> end) {
            super(td);
            this.server = server;
            this.end = end;
        }

        @Override
        protected Handlers<byte[]> handlers() {
            return Handlers.of(byte[].class).on(byte[].class, msg -> {
                request = td().initMsg(new byte[MembersBench.LENGTH]);
                beganNs = System.nanoTime();
                sentNs = beganNs;
                td().sendMsg(server, request);
            });
        }

        @Override
        protected void onReply(final Msg<?> msg) {
            if (msg.error() != NetError.OK) {
                Failures.failed(new IllegalStateException("replied " + msg.error()));
                return;
            }
            final long nowNs = System.nanoTime();
            add(nowNs - sentNs, nowNs - beganNs);
            if (goesOn(nowNs - beganNs)) {
                sentNs = nowNs;
                td().sendMsg(server, request);
            } else {
                end.complete(null);
            }
        }
    }
}
