package odonata.loadgen;

import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import odonata.protocol.clock.Clock;
import odonata.protocol.clock.Seed;
import odonata.protocol.ip.Ipv4Prefix;
import odonata.ssi.uplink.Driver;
import odonata.ssi.uplink.DriverSettings;
import odonata.ssi.uplink.frame.FrameSecret;
import odonata.ssi.wire.WireClient;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Connects a job's runs to the members by wire; each connection has a media driver of its own, which the thread that polls the connection drives. */
final class WireConnector implements JobRunner.Connector {
    private static final Logger LOG = LoggerFactory.getLogger(WireConnector.class);
    private static final long CONNECT_NS = TimeUnit.SECONDS.toNanos(60);
    private static final long ALL_MEMBERS_NS = TimeUnit.SECONDS.toNanos(5);

    /** Much longer than a busy member needs for what it was sent; the link to a dead one ends before ({@code odonata.driver.liveness}). */
    private static final long GOODBYE_NS = TimeUnit.MINUTES.toNanos(10);

    /** The same for one who said stop, and waits. */
    private static final long SHORT_GOODBYE_NS = TimeUnit.SECONDS.toNanos(5);

    private static final long NAP_NS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final int BATCH = 64;

    private final Job job;
    private final Clock clock;
    private final BooleanSupplier stop;

    WireConnector(final Job job, final Clock clock, final BooleanSupplier stop) {
        this.job = job;
        this.clock = clock;
        this.stop = stop;
    }

    @Override
    public JobRunner.Connection connect(final String purpose, final String clients) throws IOException {
        final FrameSecret secret = job.secret() == null
                ? FrameSecret.none()
                : FrameSecret.of(job.secret().getBytes(StandardCharsets.UTF_8));
        final int id = clientId(purpose);
        final Driver driver = Driver.startWithoutThread(
                DriverSettings.of(ConfigFactory.load()),
                "load-" + purpose,
                job.members().size());
        final WireClient client =
                new WireClient(driver, id, Ipv4Prefix.parse(clients), job.bind(), job.members(), secret, clock);
        final Wire wire = new Wire(driver, client);
        final long startNs = clock.nowNs();
        wire.pollUntil(() -> client.members().size() >= job.members().size(), ALL_MEMBERS_NS);
        wire.pollUntil(() -> !client.members().isEmpty(), CONNECT_NS - (clock.nowNs() - startNs));
        if (client.members().isEmpty()) {
            client.close();
            driver.close();
            throw new IOException("no member of " + job.members() + " answered on the wire within "
                    + TimeUnit.NANOSECONDS.toSeconds(CONNECT_NS) + " s; is the cluster up ('./odonata status')?");
        }
        return wire;
    }

    /** Positive, and another one for each connection of each process: it also numbers the interface on the members. */
    private static int clientId(final String purpose) {
        final Seed seed = Seed.of(System.nanoTime() ^ (ProcessHandle.current().pid() << 32));
        return 1 + seed.split(purpose.hashCode()).nextInt(Integer.MAX_VALUE - 1);
    }

    private final class Wire implements JobRunner.Connection {
        private final Driver driver;
        private final WireClient client;

        Wire(final Driver driver, final WireClient client) {
            this.driver = driver;
            this.client = client;
        }

        @Override
        public boolean offer(final byte[] data, final int offset, final int length, final int spread) {
            return client.offer(data, offset, length, spread);
        }

        @Override
        public int poll(final Receiver receiver, final int limit) {
            return client.poll(receiver::onPacket, limit);
        }

        @Override
        public void flush() {
            client.flush();
        }

        @Override
        public int members() {
            return client.members().size();
        }

        @Override
        public int id() {
            return client.address().client();
        }

        private void pollUntil(final BooleanSupplier done, final long limitNs) {
            final long startNs = clock.nowNs();
            while (!done.getAsBoolean() && clock.nowNs() - startNs < limitNs) {
                if (client.poll((data, offset, length) -> {}, BATCH) == 0) {
                    LockSupport.parkNanos(NAP_NS);
                }
            }
        }

        @Override
        public void close() {
            client.bye();
            pollUntil(() -> client.isDone() || stop.getAsBoolean(), GOODBYE_NS);
            pollUntil(() -> client.isDone() || !stop.getAsBoolean(), SHORT_GOODBYE_NS);
            if (!client.isDone()) {
                LOG.warn("a member has not said that it took all that it was sent");
            }
            client.close();
            driver.close();
        }
    }
}
