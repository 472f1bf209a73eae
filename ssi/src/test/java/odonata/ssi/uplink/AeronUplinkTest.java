package odonata.ssi.uplink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import odonata.actors.cpu.Abort;
import odonata.actors.cpu.Forwarded;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.protocol.wire.Mbuf;
import odonata.ssi.uplink.frame.FrameFault;
import odonata.ssi.uplink.frame.FrameSecret;
import org.agrona.concurrent.Agent;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(600)
class AeronUplinkTest {
    private static final FrameSecret SECRET =
            FrameSecret.of("0123456789abcdef0123".getBytes(StandardCharsets.US_ASCII));

    private static final long RETRY_NS = TimeUnit.MICROSECONDS.toNanos(20);

    /** Whether the members, which are on one machine, let each other use their drivers. */
    boolean sharedMemory() {
        return true;
    }

    private UplinkSettings settings(final int window) {
        return FakeMember.settings(window, sharedMemory());
    }

    private void connect(final FakeMember... members) throws Exception {
        FakeMember.connect(members);
        for (final FakeMember member : members) {
            assertThat(member.uplink.links()).allMatch(link -> link.near() == sharedMemory());
        }
    }

    /** A hello may come before its sender is known here; nothing else may be dropped. */
    private static void assertNoFaults(final FakeMember... members) {
        for (final FakeMember member : members) {
            final Map<FrameFault, Long> faults = member.uplink.faults().snapshot();
            faults.remove(FrameFault.SENDER);
            assertThat(faults).isEmpty();
        }
    }

    private static Msg<?> message(final Object command) {
        return Msg.init(command, Port.none());
    }

    /** Sends {@code count} numbered messages as a CPU does: tries until there is credit, does what the agent asks, until it is interrupted. */
    private static Thread sender(final FakeMember member, final int from, final int to, final int count) {
        final Thread thread = new Thread(
                () -> {
                    for (int i = 0; i < count; i++) {
                        final Msg<?> msg = message(List.of(from, i));
                        while (!member.offer(from, to, msg)) {
                            member.ring(from).runFunctions();
                            LockSupport.parkNanos(RETRY_NS);
                        }
                        if (i % 50 == 49) {
                            member.uplink.flush(from);
                        }
                    }
                    member.uplink.flush(from);
                    while (!Thread.currentThread().isInterrupted()) {
                        member.ring(from).runFunctions();
                        LockSupport.parkNanos(RETRY_NS);
                    }
                },
                "cpu-" + from);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    @Nested
    class WhenTheReceiverIsSlow {
        @Test
        void shouldLoseNothingAndKeepTheOrderOfEachPair() throws Exception {
            flood(64, 50_000);
        }

        @Test
        void shouldLoseNothingWithTheSmallestWindow() throws Exception {
            flood(2, 500);
        }

        /** Two CPUs of each member send to one CPU of the other, both ways at once; one thread takes all of it off. */
        private void flood(final int window, final int each) throws Exception {
            final UplinkSettings settings = settings(window);
            try (FakeMember one = new FakeMember(1, 0, 2, settings, FrameSecret.none());
                    FakeMember two = new FakeMember(2, 2, 2, settings, FrameSecret.none())) {
                connect(one, two);
                final List<Thread> senders = List.of(
                        sender(one, 0, 2, each),
                        sender(one, 1, 2, each),
                        sender(two, 2, 0, each),
                        sender(two, 3, 0, each));
                final int[] next = new int[4];
                final List<FakeMember.Ring> rings = List.of(two.ring(2), one.ring(0));
                final long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(240);
                int got = 0;
                while (got < 4 * each && System.nanoTime() < deadline) {
                    final int before = got;
                    for (final FakeMember.Ring ring : rings) {
                        assertThat(ring.queue.size()).isLessThanOrEqualTo(2 * window);
                        for (Arrival arrival = ring.take(); arrival != null; arrival = ring.take()) {
                            final List<?> numbered = (List<?>) arrival.payload();
                            assertThat(numbered.get(1)).isEqualTo(next[(Integer) numbered.get(0)]++);
                            got++;
                        }
                    }
                    if (got == before) {
                        LockSupport.parkNanos(RETRY_NS);
                    }
                }
                assertThat(next).containsOnly(each);
                for (final Thread thread : senders) {
                    thread.interrupt();
                    thread.join(1000);
                    assertThat(thread.isAlive()).isFalse();
                }
                final LinkStats stats = one.uplink.links().get(0);
                assertThat(stats.messages()).isEqualTo(2L * each);
                assertThat(stats.stalls()).isPositive();
                assertThat(two.uplink.links().get(0).received()).isEqualTo(2L * each);
                assertThat(two.uplink.links().get(0).lost()).isZero();
                assertNoFaults(one, two);
                assertThat(rings)
                        .allSatisfy(ring -> assertThat(ring.refusals.get()).isZero());
            }
        }

        @Test
        void shouldBoundWhatIsUnderWayByTheWindow() throws Exception {
            final UplinkSettings settings = settings(7);
            try (FakeMember one = new FakeMember(1, 0, 1, settings, FrameSecret.none());
                    FakeMember two = new FakeMember(2, 5, 1, settings, FrameSecret.none())) {
                connect(one, two);
                int sent = 0;
                while (sent < 1000 && one.offer(0, 5, message(sent))) {
                    sent++;
                }
                assertThat(sent).isEqualTo(7);
                one.uplink.flush(0);
                await().atMost(Duration.ofMinutes(2))
                        .until(() -> two.ring(5).queue.size() == 7);
                assertThat(one.offer(0, 5, message(8))).isFalse();
                assertThat(one.uplink.links().get(0).creditsUsed()).isEqualTo(7);
                assertThat(one.uplink.links().get(0).creditsMax()).isEqualTo(7);
                two.ring(5).take();
                await().atMost(Duration.ofMinutes(2)).until(() -> one.offer(0, 5, message(8)));
                assertThat(one.offer(0, 5, message(9))).isFalse();
            }
        }
    }

    private static void offerUntilTaken(final FakeMember one, final Object entry) {
        await().pollInterval(Duration.ofMillis(1)).atMost(Duration.ofMinutes(2)).until(() -> {
            one.uplink.flush(0);
            return one.offer(0, 1, entry);
        });
    }

    @Nested
    class WhenConnected {

        @Test
        void shouldCarryEveryKindOfEntryAndEverySize() throws Exception {
            try (FakeMember one = new FakeMember(1, 0, 1, settings(64), FrameSecret.none());
                    FakeMember two = new FakeMember(2, 1, 1, settings(64), FrameSecret.none())) {
                connect(one, two);
                final int[] sizes = {1, 20, 1500, 8000, 8099, 8100, 9000, 65_535};
                for (final int size : sizes) {
                    final byte[] packet = new byte[size];
                    Arrays.fill(packet, (byte) size);
                    offerUntilTaken(one, message(new Mbuf(packet, 0, size, 3, 4)));
                }
                final byte[] large = new byte[1 << 20];
                large[large.length - 1] = 42;
                offerUntilTaken(one, message(large));
                offerUntilTaken(one, new Forwarded(1, 77, 9));
                offerUntilTaken(one, new Abort(5, 78));
                await().atMost(Duration.ofMinutes(2)).until(() -> {
                    one.uplink.flush(0);
                    return two.ring(1).queue.size() == sizes.length + 3;
                });
                for (final int size : sizes) {
                    final Mbuf mbuf = (Mbuf) two.ring(1).take().payload();
                    assertThat(mbuf.length()).isEqualTo(size);
                    assertThat(mbuf.data()).containsOnly((byte) size).hasSize(size);
                }
                assertThat((byte[]) two.ring(1).take().payload()).isEqualTo(large);
                final Arrival forwarded = two.ring(1).take();
                assertThat(forwarded.kind()).isEqualTo(Entry.FORWARDED);
                assertThat(forwarded.msgId()).isEqualTo(77);
                assertThat(forwarded.subject()).isEqualTo(9);
                final Arrival abort = two.ring(1).take();
                assertThat(abort.kind()).isEqualTo(Entry.ABORT);
                assertThat(abort.msgId()).isEqualTo(78);
                assertThat(abort.origin()).isEqualTo(5);
                assertNoFaults(two);
            }
        }

        @Test
        void shouldGatherManyMessagesInOneFrameAndWakeOnce() throws Exception {
            try (FakeMember one = new FakeMember(1, 0, 1, settings(64), FrameSecret.none());
                    FakeMember two = new FakeMember(2, 1, 1, settings(64), FrameSecret.none())) {
                connect(one, two);
                for (int i = 0; i < 60; i++) {
                    assertThat(one.offer(0, 1, message(i))).isTrue();
                }
                assertThat(one.uplink.links().get(0).frames()).isZero();
                one.uplink.flush(0);
                await().atMost(Duration.ofMinutes(2))
                        .until(() -> two.ring(1).queue.size() == 60);
                assertThat(one.uplink.links().get(0).frames()).isEqualTo(1);
                await().atMost(Duration.ofMinutes(2))
                        .until(() -> two.ring(1).wakes.get() == 1);
                await().atMost(Duration.ofMinutes(2))
                        .until(() -> one.uplink.links().get(0).roundTripNs() > 0);
            }
        }

        @Test
        void shouldRefuseWhatIsLongerThanAnEntryMayBe() throws Exception {
            final UplinkSettings settings = new UplinkSettings(8, 8, 70_000, Duration.ofSeconds(1), sharedMemory());
            try (FakeMember one = new FakeMember(1, 0, 1, settings, FrameSecret.none());
                    FakeMember two = new FakeMember(2, 1, 1, settings, FrameSecret.none())) {
                connect(one, two);
                assertThat(one.offer(0, 1, message(new byte[70_000]))).isTrue();
                assertThat(one.offer(0, 1, message(1))).isTrue();
                one.uplink.flush(0);
                await().atMost(Duration.ofMinutes(2))
                        .until(() -> two.ring(1).queue.size() == 1);
                assertThat(two.ring(1).take().payload()).isEqualTo(1);
            }
        }
    }

    @Nested
    class WhenThereIsASecret {

        @Test
        void shouldCarryAuthenticatedFrames() throws Exception {
            try (FakeMember one = new FakeMember(1, 0, 1, settings(8), SECRET);
                    FakeMember two = new FakeMember(2, 1, 1, settings(8), SECRET)) {
                connect(one, two);
                assertThat(one.offer(0, 1, message("secret"))).isTrue();
                one.uplink.flush(0);
                await().atMost(Duration.ofMinutes(2))
                        .until(() -> two.ring(1).queue.size() == 1);
                assertThat(two.ring(1).take().payload()).isEqualTo("secret");
                assertNoFaults(two);
            }
        }

        @Test
        void shouldNotConnectWithAnother() {
            final FrameSecret other = FrameSecret.of("another secret of a cluster".getBytes(StandardCharsets.US_ASCII));
            try (FakeMember one = new FakeMember(1, 0, 1, settings(8), SECRET);
                    FakeMember two = new FakeMember(2, 1, 1, settings(8), other)) {
                one.uplink.addPeer(two.uplink.address());
                two.uplink.addPeer(one.uplink.address());
                await().atMost(Duration.ofMinutes(2))
                        .until(() -> two.uplink.faults().total() > 0);
                assertThatThrownBy(() -> one.uplink
                                .awaitConnected(List.of(2), Duration.ofMillis(200))
                                .get(240, TimeUnit.SECONDS))
                        .isInstanceOf(ExecutionException.class)
                        .hasCauseInstanceOf(TimeoutException.class)
                        .hasMessageContaining("[2]")
                        .hasMessageContaining("secret");
                assertThat(one.offer(0, 1, message(1))).isFalse();
            }
        }
    }

    @Nested
    class WhenAMemberGoes {

        @Test
        void shouldNotLetAnybodyWaitForItAnyMore() {
            try (FakeMember one = new FakeMember(1, 0, 1, settings(8), FrameSecret.none());
                    FakeMember two = new FakeMember(2, 1, 1, settings(8), FrameSecret.none())) {
                one.uplink.addPeer(two.uplink.address());
                final var connected = one.uplink.awaitConnected(List.of(2), Duration.ofDays(1));
                one.uplink.removePeer(2);
                assertThatThrownBy(() -> connected.get(240, TimeUnit.SECONDS))
                        .isInstanceOf(ExecutionException.class)
                        .hasCauseInstanceOf(IOException.class)
                        .hasMessageContaining("[2]");
            }
        }

        @Test
        void shouldNotReachItAnyMoreAndTellEveryCpuOnce() throws Exception {
            try (FakeMember one = new FakeMember(1, 0, 2, settings(8), FrameSecret.none());
                    FakeMember two = new FakeMember(2, 2, 1, settings(8), FrameSecret.none());
                    FakeMember three = new FakeMember(3, 3, 1, settings(8), FrameSecret.none())) {
                connect(one, two, three);
                one.offer(0, 2, message(1));
                one.uplink.removePeer(2);
                one.uplink.removePeer(2);
                assertThat(one.uplink.reaches(2)).isFalse();
                assertThat(one.uplink.reaches(3)).isTrue();
                assertThat(one.offer(0, 2, message(2))).isFalse();
                await().atMost(Duration.ofMinutes(2))
                        .until(() -> one.uplink.links().size() == 1);
                assertThat(one.ring(0).functions).hasSize(1);
                assertThat(one.ring(1).functions).hasSize(1);
                assertThat(one.offer(0, 3, message(3))).isTrue();
                one.uplink.flush(0);
                await().atMost(Duration.ofMinutes(2))
                        .until(() -> three.ring(3).queue.size() == 1);
            }
        }

        @Test
        void shouldSayThatItsAgentFailed() {
            final Agent faulty = new Agent() {
                @Override
                public int doWork() {
                    throw new IllegalStateException("a defect");
                }

                @Override
                public String roleName() {
                    return "faulty";
                }
            };
            try (FakeMember one = new FakeMember(1, 0, 1, settings(8), FrameSecret.none(), faulty)) {
                await().atMost(Duration.ofMinutes(2)).until(() -> one.broken.contains(0));
            }
        }

        @Test
        void shouldLeaveNoFolderBehind() {
            final FakeMember one = new FakeMember(1, 0, 1, settings(8), FrameSecret.none());
            assertThat(Files.exists(one.driver.folder())).isTrue();
            one.close();
            assertThat(Files.exists(one.driver.folder())).isFalse();
        }
    }

    /** Who has credit sends: then the way must be decided, or entries by memory would overtake those by UDP. */
    @Test
    void shouldKeepTheOrderOfWhatIsSentAsSoonAsThereIsCredit() throws Exception {
        final int count = 5_000;
        try (FakeMember one = new FakeMember(1, 0, 1, settings(64), FrameSecret.none());
                FakeMember two = new FakeMember(2, 1, 1, settings(64), FrameSecret.none())) {
            final Thread sender = sender(one, 0, 1, count);
            one.uplink.addPeer(two.uplink.address());
            two.uplink.addPeer(one.uplink.address());
            final int[] next = {0};
            await().atMost(Duration.ofMinutes(4))
                    .pollInterval(Duration.ofMillis(1))
                    .until(() -> {
                        for (Arrival arrival = two.ring(1).take();
                                arrival != null;
                                arrival = two.ring(1).take()) {
                            assertThat(((List<?>) arrival.payload()).get(1)).isEqualTo(next[0]++);
                        }
                        return next[0] == count;
                    });
            sender.interrupt();
            sender.join(1_000);
            assertThat(sender.isAlive()).isFalse();
            assertThat(one.uplink.links().get(0).near()).isEqualTo(sharedMemory());
            assertThat(two.uplink.links().get(0).lost()).isZero();
            assertNoFaults(one, two);
        }
    }

    @Test
    void shouldGoByUdpWhereOneDoesNotShareItsMemory() throws Exception {
        try (FakeMember one = new FakeMember(1, 0, 1, settings(8), FrameSecret.none());
                FakeMember two = new FakeMember(2, 1, 1, FakeMember.settings(8, false), FrameSecret.none())) {
            FakeMember.connect(one, two);
            assertThat(one.uplink.links().get(0).near()).isFalse();
            assertThat(two.uplink.links().get(0).near()).isFalse();
            assertThat(one.offer(0, 1, message("there"))).isTrue();
            assertThat(two.offer(1, 0, message("back"))).isTrue();
            one.uplink.flush(0);
            two.uplink.flush(1);
            await().atMost(Duration.ofMinutes(2))
                    .until(() ->
                            two.ring(1).queue.size() == 1 && one.ring(0).queue.size() == 1);
            assertNoFaults(one, two);
        }
    }

    @Test
    void shouldRefuseMoreCpusThanTheRingsHoldCreditFor() {
        try (FakeMember one = new FakeMember(1, 0, 1, settings(8), FrameSecret.none())) {
            assertThatThrownBy(() -> one.uplink.addPeer(
                            new PeerAddress(2, "127.0.0.1", 9, List.of(1, 2, 3, 4, 5, 6, 7, 8, 9), 0)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("odonata.uplink.max-cpus");
        }
    }
}
