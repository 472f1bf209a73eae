package odonata.ssi.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import odonata.protocol.ip.Ipv4Prefix;
import odonata.protocol.wire.Mbuf;
import odonata.ssi.uplink.Driver;
import odonata.ssi.uplink.DriverSettings;
import odonata.ssi.uplink.frame.FrameSecret;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.CompositeAgent;
import org.agrona.concurrent.SleepingMillisIdleStrategy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Real drivers on loopback, packets in shared memory; the test pulls the devices as an interrupt thread does. */
@Timeout(600)
class WireTest {
    private static final FrameSecret SECRET =
            FrameSecret.of("0123456789abcdef0123".getBytes(StandardCharsets.US_ASCII));
    private static final Ipv4Prefix PREFIX = Ipv4Prefix.parse("10.9.0.0/16");
    private static final Duration LIVENESS = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final AtomicInteger NAMES = new AtomicInteger();

    private final List<AutoCloseable> open = new ArrayList<>();
    private FrameSecret secret = FrameSecret.none();

    /** Whether the members let the client use their drivers. */
    boolean sharedMemory() {
        return true;
    }

    private Driver driver() {
        final Path memory = Path.of("/dev/shm");
        final Path folder = Files.isWritable(memory) ? memory : Path.of(System.getProperty("java.io.tmpdir"));
        final Driver driver = Driver.start(
                new DriverSettings(folder, 1 << 20, 8192, Duration.ofMillis(1), LIVENESS),
                "wire" + NAMES.incrementAndGet(),
                4);
        open.add(driver);
        return driver;
    }

    /** One member: hub on a thread of its own, devices pulled by the test. */
    private final class Member implements WireListener {
        private final int id;
        private final WireHub hub;
        private final String endpoint;
        private final Queue<WireAddress> hellos = new ConcurrentLinkedQueue<>();
        private final Queue<String> gone = new ConcurrentLinkedQueue<>();
        private final CompletableFuture<Void> answered = new CompletableFuture<>();
        private final List<byte[]> packets = new ArrayList<>();
        private final AtomicInteger wakes = new AtomicInteger();
        private volatile boolean byeSeen;
        private WireNic nic;

        Member(final int id, final int ring) {
            this.id = id;
            final Driver driver = driver();
            final var uplink = driver.aeron().addSubscription("aeron:udp?endpoint=127.0.0.1:0", 1);
            endpoint = "127.0.0.1:" + driver.portOf(uplink);
            uplink.close();
            hub = new WireHub(
                    id,
                    id * 31L,
                    endpoint,
                    driver,
                    secret,
                    new WireSettings(ring, sharedMemory()),
                    System::nanoTime,
                    this);
            final AgentRunner runner = new AgentRunner(
                    new SleepingMillisIdleStrategy(1),
                    Throwable::printStackTrace,
                    null,
                    new CompositeAgent(hub, housekeeping(driver)));
            AgentRunner.startOnThread(runner);
            open.add(runner);
        }

        @Override
        public void hello(final WireAddress address) {
            hellos.add(address);
        }

        @Override
        public CompletionStage<Void> bye(final int client) {
            byeSeen = true;
            return answered;
        }

        @Override
        public void gone(final int client, final boolean vanished) {
            gone.add(client + (vanished ? " vanished" : " left"));
        }

        void attach(final WireAddress address) {
            nic = hub.attach(address, 40 + id);
            nic.start(wakes::incrementAndGet);
        }

        int pull() {
            return nic.receive(
                    mbuf -> {
                        assertThat(mbuf.rcvif()).isEqualTo(40 + id);
                        packets.add(mbuf.data());
                    },
                    64,
                    1);
        }

        void pullAll() {
            while (pull() > 0) {
                // as long as there are packets
            }
        }
    }

    /** What the uplink's receiving agent does for the hub. */
    private static Agent housekeeping(final Driver driver) {
        return new Agent() {
            @Override
            public int doWork() {
                return driver.housekeeping().invoke();
            }

            @Override
            public String roleName() {
                return "housekeeping";
            }
        };
    }

    private WireClient client(final String... seeds) {
        final WireClient client =
                new WireClient(driver(), 4711, PREFIX, "127.0.0.1", List.of(seeds), secret, System::nanoTime);
        open.add(client);
        return client;
    }

    private static byte[] packet(final int number, final int size) {
        final byte[] packet = new byte[size];
        Arrays.fill(packet, (byte) number);
        return packet;
    }

    private static void until(final WireClient client, final Queue<byte[]> answers, final BooleanSupplier condition) {
        await().pollInSameThread()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .atMost(PATIENCE)
                .until(() -> {
                    client.poll(
                            (data, offset, length) -> answers.add(Arrays.copyOfRange(data, offset, offset + length)),
                            100);
                    return condition.getAsBoolean();
                });
    }

    private static void until(final WireClient client, final BooleanSupplier condition) {
        until(client, new ConcurrentLinkedQueue<>(), condition);
    }

    /** The first member hears the hello, all attach, as the cluster's state tells them. */
    private WireClient joined(final Member... members) {
        final WireClient client = client(members[0].endpoint);
        until(client, () -> !members[0].hellos.isEmpty());
        assertThat(members[0].hellos.peek()).isEqualTo(client.address());
        for (final Member member : members) {
            member.attach(client.address());
        }
        until(client, () -> client.members().size() == members.length);
        for (final Member member : members) {
            await().atMost(PATIENCE).until(member.nic::inUse);
            assertThat(member.nic.state.isNear).isEqualTo(sharedMemory());
        }
        return client;
    }

    @AfterEach
    void close() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
    }

    @Nested
    class WhenJoined {

        @Test
        void shouldCarryPacketsOfEverySizeBothWays() {
            final Member one = new Member(1, 1024);
            final Member two = new Member(2, 1024);
            final WireClient client = joined(one, two);
            assertThat(client.members()).containsExactly(1, 2);
            final int[] sizes = {20, 21, 1500, 9000, 65_535};
            for (int i = 0; i < sizes.length; i++) {
                final byte[] packet = packet(i, sizes[i]);
                until(client, () -> client.offerTo(2, packet, 0, packet.length));
            }
            until(client, () -> {
                two.pullAll();
                return two.packets.size() == sizes.length;
            });
            for (int i = 0; i < sizes.length; i++) {
                assertThat(two.packets.get(i)).isEqualTo(packet(i, sizes[i]));
                assertThat(two.nic.transmit(Mbuf.of(packet(i, sizes[i])), 0)).isTrue();
            }
            two.nic.flush();
            final Queue<byte[]> answers = new ConcurrentLinkedQueue<>();
            until(client, answers, () -> {
                two.pullAll();
                return answers.size() == sizes.length;
            });
            int i = 0;
            for (final byte[] answer : answers) {
                assertThat(answer).isEqualTo(packet(i, sizes[i]));
                i++;
            }
            assertThat(one.packets).isEmpty();
            assertThat(two.nic.counters().ipackets()).isEqualTo(sizes.length);
            assertThat(two.nic.counters().opackets()).isEqualTo(sizes.length);
            assertThat(client.stats().faults()).isZero();
            assertThat(two.hub.faults().total()).isZero();
        }

        @Test
        void shouldSpreadByFlow() {
            final Member one = new Member(1, 1024);
            final Member two = new Member(2, 1024);
            final WireClient client = joined(one, two);
            for (int flow = 0; flow < 100; flow++) {
                assertThat(client.offer(packet(flow, 40), 0, 40, flow)).isTrue();
            }
            until(client, () -> {
                one.pullAll();
                two.pullAll();
                return one.packets.size() + two.packets.size() == 100;
            });
            assertThat(one.packets).hasSize(50).allMatch(p -> p[0] % 2 == 0);
            assertThat(two.packets).hasSize(50).allMatch(p -> p[0] % 2 == 1);
        }

        @Test
        void shouldPushBackWhenTheMemberDoesNotPullAndLoseNothing() {
            final Member one = new Member(1, 512);
            final WireClient client = joined(one);
            int taken = 0;
            final byte[] packet = new byte[1000];
            while (taken < 100_000) {
                packet[0] = (byte) taken;
                packet[1] = (byte) (taken >> 8);
                packet[2] = (byte) (taken >> 16);
                if (!client.offer(packet, 0, packet.length, 0)) {
                    break;
                }
                taken++;
            }
            assertThat(taken).as("pushed back at some time").isLessThan(100_000);
            assertThat(client.stats().refused()).isEqualTo(1);
            final int sent = taken;
            until(client, () -> {
                one.pullAll();
                return one.packets.size() == sent;
            });
            for (int i = 0; i < sent; i++) {
                final byte[] got = one.packets.get(i);
                assertThat((got[0] & 0xff) | ((got[1] & 0xff) << 8) | ((got[2] & 0xff) << 16))
                        .isEqualTo(i);
            }
            assertThat(one.wakes.get()).isPositive();
        }

        @Test
        void shouldSendNoMoreToAMemberThatSaysDown() {
            final Member one = new Member(1, 1024);
            final Member two = new Member(2, 1024);
            final WireClient client = joined(one, two);
            for (int i = 0; i < 50; i++) {
                assertThat(client.offerTo(1, packet(i, 40), 0, 40)).isTrue();
            }
            final CompletableFuture<Void> down = one.nic.down();
            until(client, down::isDone);
            assertThat(client.members()).containsExactly(2);
            assertThat(client.offerTo(1, packet(1, 40), 0, 40)).isFalse();
            assertThat(client.offer(packet(1, 40), 0, 40, 0)).isTrue();
            one.pullAll();
            assertThat(one.packets).hasSize(50);
            one.nic.transmit(Mbuf.of(packet(9, 30)), 0);
            one.nic.flush();
            final Queue<byte[]> answers = new ConcurrentLinkedQueue<>();
            until(client, answers, () -> answers.size() == 1);
        }
    }

    /** Its hub and its driver go on here: only the word of the other one tells. */
    @Nested
    class WhenAMemberIsGone {

        @Test
        void shouldSendToTheOthersAndWaitForThemOnly() {
            final Member one = new Member(1, 1024);
            final Member two = new Member(2, 1024);
            final WireClient client = joined(one, two);

            one.hub.memberGone(2);
            one.hub.memberGone(2);

            until(client, () -> client.members().equals(List.of(1)));
            for (int i = 0; i < 20; i++) {
                assertThat(client.offer(packet(i, 40), 0, 40, i)).isTrue();
            }
            two.nic.transmit(Mbuf.of(packet(9, 30)), 0);
            two.nic.flush();
            final Queue<byte[]> answers = new ConcurrentLinkedQueue<>();
            until(client, answers, () -> answers.size() == 1);
            client.bye();
            one.answered.complete(null);
            until(client, () -> {
                one.pullAll();
                return client.isDone();
            });
            assertThat(one.packets).hasSize(20);
            assertThat(two.packets).isEmpty();
        }
    }

    @Nested
    class WhenTheClientLeaves {

        @Test
        void shouldGetEveryAnswerBeforeItIsDone() {
            final Member one = new Member(1, 1024);
            final Member two = new Member(2, 1024);
            final WireClient client = joined(one, two);
            for (int i = 0; i < 20; i++) {
                assertThat(client.offer(packet(i, 40), 0, 40, i)).isTrue();
            }
            client.bye();
            assertThat(client.offer(packet(1, 40), 0, 40, 0)).isFalse();
            until(client, () -> {
                one.pullAll();
                two.pullAll();
                return one.byeSeen && two.byeSeen;
            });
            assertThat(one.packets.size() + two.packets.size()).isEqualTo(20);
            assertThat(client.isDone()).isFalse();
            for (final Member member : List.of(one, two)) {
                member.packets.forEach(packet -> member.nic.transmit(Mbuf.of(packet), 0));
                member.answered.complete(null);
            }
            final Queue<byte[]> answers = new ConcurrentLinkedQueue<>();
            until(client, answers, () -> {
                one.pullAll();
                two.pullAll();
                return client.isDone();
            });
            assertThat(answers).hasSize(20);
            await().atMost(PATIENCE).until(() -> one.gone.contains("4711 left") && two.gone.contains("4711 left"));
            assertThat(one.gone).hasSize(1);
        }

        @Test
        void shouldBeNoticedWhenItVanishes() {
            final Member one = new Member(1, 1024);
            final WireClient client = joined(one);
            await().atMost(PATIENCE).until(one.nic::inUse);
            final CompletableFuture<Void> down = one.nic.down();
            client.close();
            open.remove(client);
            await().atMost(PATIENCE).until(() -> !one.gone.isEmpty());
            assertThat(one.gone).containsExactly("4711 vanished");
            assertThat(one.nic.inUse()).isFalse();
            assertThat(down).as("a drain does not wait for the dead").isDone();
            assertThat(one.nic.transmit(Mbuf.of(packet(1, 40)), 0)).isFalse();
            assertThat(one.nic.counters().odrops()).isEqualTo(1);
        }
    }

    @Nested
    class WhenThereIsASecret {

        @Test
        void shouldJoinWithTheSame() {
            secret = SECRET;
            final Member one = new Member(1, 1024);
            final WireClient client = joined(one);
            assertThat(client.offer(packet(1, 40), 0, 40, 0)).isTrue();
            until(client, () -> {
                one.pullAll();
                return one.packets.size() == 1;
            });
            one.nic.transmit(Mbuf.of(packet(2, 40)), 0);
            one.nic.flush();
            final Queue<byte[]> answers = new ConcurrentLinkedQueue<>();
            until(client, answers, () -> answers.size() == 1);
            assertThat(one.hub.faults().total()).isZero();
            assertThat(client.stats().faults()).isZero();
        }

        @Test
        void shouldNotBeHeardWithAnother() {
            secret = SECRET;
            final Member one = new Member(1, 1024);
            secret = FrameSecret.none();
            final WireClient client = client(one.endpoint);
            until(client, () -> one.hub.faults().total() > 0);
            assertThat(one.hellos).isEmpty();
        }
    }
}
