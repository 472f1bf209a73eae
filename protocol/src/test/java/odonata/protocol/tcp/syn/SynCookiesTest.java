package odonata.protocol.tcp.syn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import odonata.protocol.clock.Seed;
import odonata.protocol.flow.FlowKey;
import odonata.protocol.tcp.TcpHeader;
import odonata.protocol.tcp.TcpOptions;
import org.junit.jupiter.api.Test;

class SynCookiesTest {
    private static final long S = 1_000_000;
    private static final long NOW = 1_700_000_000L * S;

    private final SynCookies cookies = new SynCookies(11, 22);
    private final FlowKey flow = new FlowKey(0x0a000001, 80, 0x0b000001, 5_000, 6);

    private static TcpHeader ack(final int seq, final int ack) {
        return new TcpHeader()
                .wrap(new byte[20], 0, 20)
                .init(5_000, 80, seq, ack, TcpHeader.ACK)
                .window(777);
    }

    private Optional<byte[]> open(final FlowKey of, final int irs, final int iss, final long nowUs) {
        return cookies.open(of, ack(irs + 1, iss + 1), false, 0, nowUs);
    }

    @Test
    void shouldGiveBackWhatTheSynSaid() {
        final int[][] cases = {
            {0, 0}, {300, 0}, {536, 536}, {1_459, 536}, {1_460, 1_460}, {8_960, 8_960}, {65_495, 8_960}
        };
        for (final int[] mss : cases) {
            for (int scale = -1; scale <= 14; scale++) {
                final int iss = cookies.make(flow, 42, mss[0], scale, NOW);
                final byte[] syn = open(flow, 42, iss, NOW + 9 * S).orElseThrow();
                final TcpHeader header = new TcpHeader().wrap(syn, 0, syn.length);
                assertThat(header.check()).isTrue();
                assertThat(header.flags()).isEqualTo(TcpHeader.SYN);
                assertThat(header.seq()).isEqualTo(42);
                assertThat(header.window()).isEqualTo(777);
                int mssSeen = 0;
                int scaleSeen = -1;
                final TcpOptions options = new TcpOptions();
                header.options(options);
                while (options.next()) {
                    mssSeen = options.kind() == TcpOptions.MSS ? options.mss() : mssSeen;
                    scaleSeen = options.kind() == TcpOptions.WINDOW_SCALE ? options.windowScale() : scaleSeen;
                }
                assertThat(mssSeen).isEqualTo(mss[1]);
                assertThat(scaleSeen).isEqualTo(scale);
            }
        }
    }

    @Test
    void shouldBeGoodForSixteenSeconds() {
        for (long at = NOW; at < NOW + 20 * S; at += 333_333) {
            final int iss = cookies.make(flow, 42, 1_460, 5, at);
            assertThat(open(flow, 42, iss, at + 15 * S)).isPresent();
            assertThat(open(flow, 42, iss, at + 17 * S)).isEmpty();
            assertThat(open(flow, 42, iss, at + 32 * S)).isEmpty();
        }
    }

    @Test
    void shouldBeGoodForItsConnectionOnly() {
        final int iss = cookies.make(flow, 42, 1_460, 5, NOW);
        assertThat(open(flow, 43, iss, NOW)).isEmpty();
        assertThat(open(new FlowKey(flow.src(), 81, flow.dst(), 5_000, 6), 42, iss, NOW))
                .isEmpty();
        assertThat(open(new FlowKey(flow.src(), 80, flow.dst(), 5_001, 6), 42, iss, NOW))
                .isEmpty();
        assertThat(open(new FlowKey(flow.src(), 80, flow.dst() + 1, 5_000, 6), 42, iss, NOW))
                .isEmpty();
        assertThat(open(new FlowKey(flow.src() + 1, 80, flow.dst(), 5_000, 6), 42, iss, NOW))
                .isEmpty();
        assertThat(new SynCookies(11, 23).open(flow, ack(43, iss + 1), false, 0, NOW))
                .isEmpty();
    }

    /** 21 bits of hash: of a million guesses about half of one is right. */
    @Test
    void shouldNotBeGuessed() {
        final Seed seed = Seed.of(5);
        int right = 0;
        for (int i = 0; i < 1_000_000; i++) {
            right += open(flow, 42, seed.nextInt(Integer.MAX_VALUE) * 2 + seed.nextInt(2), NOW)
                            .isPresent()
                    ? 1
                    : 0;
        }
        assertThat(right).isLessThanOrEqualTo(5);
    }
}
