package odonata.protocol.ip;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** RFC 1191. */
class HostCacheTest {
    private static final long MINUTE = 60_000_000_000L;
    private static final int LINK = 1500;

    private final HostCache cache = new HostCache();

    @Test
    void shouldKnowNothingAtFirst() {
        assertThat(cache.mtu(1, LINK, 0)).isEqualTo(LINK);
    }

    @Test
    void shouldBelieveTheRouterAndLowerOnly() {
        assertThat(cache.tooBig(1, 1400, 1500, 0)).isEqualTo(1400);
        assertThat(cache.mtu(1, LINK, 1)).isEqualTo(1400);
        assertThat(cache.tooBig(1, 1450, 1500, 2)).isEqualTo(-1);
        assertThat(cache.mtu(1, LINK, 2)).isEqualTo(1400);
        assertThat(cache.mtu(2, LINK, 2)).isEqualTo(LINK);
    }

    /** Section 5: routers that do not say how much they can carry. */
    @Test
    void shouldTakeTheNextLowerPlateauWhenTheRouterSaysNothingUseful() {
        assertThat(cache.tooBig(1, 0, 1500, 0)).isEqualTo(1492);
        assertThat(cache.tooBig(1, 0, 1492, 0)).isEqualTo(1280);
        assertThat(cache.tooBig(2, 9000, 576, 0)).isEqualTo(508);
    }

    @Test
    void shouldNeverGoBelowTheMinimum() {
        assertThat(cache.tooBig(1, 1, 1500, 0)).isEqualTo(HostCache.MIN_MTU);
        assertThat(cache.tooBig(2, 0, 0, 0)).isEqualTo(HostCache.MIN_MTU);
        assertThat(cache.tooBig(1, 68, 256, 0)).isEqualTo(-1);
    }

    /** Section 6.3: ten minutes after the decrease, then every two. */
    @Test
    void shouldProbeUpAgainStepByStep() {
        cache.tooBig(1, 1000, 1500, 0);
        assertThat(cache.mtu(1, LINK, 10 * MINUTE - 1)).isEqualTo(1000);
        assertThat(cache.mtu(1, LINK, 10 * MINUTE)).isEqualTo(1006);
        assertThat(cache.mtu(1, LINK, 12 * MINUTE - 1)).isEqualTo(1006);
        assertThat(cache.mtu(1, LINK, 12 * MINUTE)).isEqualTo(1280);
        assertThat(cache.mtu(1, LINK, 14 * MINUTE)).isEqualTo(1492);
        assertThat(cache.size()).isEqualTo(1);
        assertThat(cache.mtu(1, LINK, 16 * MINUTE)).isEqualTo(LINK);
        assertThat(cache.size()).isZero();
    }

    @Test
    void shouldStartAnewWhenTheStepWasTooHigh() {
        cache.tooBig(1, 1000, 1500, 0);
        cache.mtu(1, LINK, 12 * MINUTE);
        assertThat(cache.tooBig(1, 1000, 1280, 12 * MINUTE)).isEqualTo(1000);
        assertThat(cache.mtu(1, LINK, 22 * MINUTE - 1)).isEqualTo(1000);
    }

    @Test
    void shouldHoldABoundedNumberOfHosts() {
        for (int host = 0; host < 10_000; host++) {
            cache.tooBig(host, 1000, 1500, host);
        }
        assertThat(cache.size()).isEqualTo(HostCache.MAX_HOSTS);
        assertThat(cache.mtu(9_999, LINK, 10_000)).isEqualTo(1000);
        assertThat(cache.mtu(0, LINK, 10_000)).isEqualTo(LINK);
    }
}
