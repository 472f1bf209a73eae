package odonata.ssi.uplink;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import odonata.ssi.codec.PayloadCodec;
import odonata.ssi.codec.WireRegistry;
import org.agrona.DirectBuffer;
import org.junit.jupiter.api.Test;

class LinkTest {
    private static final UplinkSettings SETTINGS = new UplinkSettings(8, 8, 1 << 20, Duration.ofSeconds(1), true);
    private static final FrameSink NOWHERE = new FrameSink() {
        @Override
        public boolean offer(final DirectBuffer buffer, final int length) {
            return false;
        }

        @Override
        public boolean hasRoom() {
            return false;
        }

        @Override
        public boolean connected() {
            return true;
        }

        @Override
        public void close() {}
    };

    private static Link link(final List<LocalCpu> cpus, final List<Integer> there) {
        return new Link(
                1,
                cpus,
                new PeerAddress(2, "b", 2, there, 22),
                Way.far(NOWHERE),
                id -> new PayloadCodec(WireRegistry.load()),
                SETTINGS,
                2048,
                new Link.Keys(id -> Optional.empty(), Optional.empty()));
    }

    private static List<LocalCpu> cpus(final int count) {
        return IntStream.range(0, count)
                .mapToObj(id -> new LocalCpu(
                        id, new FakeMember.Ring(SETTINGS.ringCapacity()), new CreditPool(0), tooLong -> {}))
                .toList();
    }

    /** The sampler reads the counters while the receiving agent walks over the outlets. */
    @Test
    void shouldBeReadWhileItIsWalked() {
        final List<LocalCpu> cpus = cpus(4);
        final Link link = link(cpus, List.of(4, 5));
        final List<Outlet> walked = new ArrayList<>();
        for (final Outlet outlet : link.outlets()) {
            walked.add(outlet);
            assertThat(link.stats(1).messages()).isZero();
        }
        assertThat(walked)
                .containsExactlyInAnyOrderElementsOf(
                        cpus.stream().map(cpu -> link.outlet(cpu.id())).toList());
    }

    /** When a member is gone each CPU here ends the credits that it had from there, at the same time as the others. */
    @Test
    void shouldGiveTheCreditsOfEachCpuToAllOfThemAtOnce() {
        final List<Integer> there = IntStream.range(100, 200).boxed().toList();
        final Link link = link(cpus(4), there);
        final List<CompletableFuture<Void>> all = IntStream.range(0, 4)
                .mapToObj(cpu -> CompletableFuture.runAsync(() -> {
                    for (int i = 0; i < 2_000; i++) {
                        assertThat(link.creditsOf(cpu).stream().map(ReceiveCredit::source))
                                .containsExactlyInAnyOrderElementsOf(there);
                    }
                }))
                .toList();
        all.forEach(CompletableFuture::join);
    }
}
