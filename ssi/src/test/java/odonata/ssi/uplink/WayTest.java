package odonata.ssi.uplink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import odonata.ssi.codec.PayloadCodec;
import odonata.ssi.codec.WireRegistry;
import odonata.ssi.uplink.frame.Frame;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How the way to another member is decided; that entries take it is {@link AeronUplinkTest}'s. */
@Timeout(600)
class WayTest {
    private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Driver own = Driver.start(FakeMember.driverSettings(), "way-own", 1);
    private final Driver its = Driver.start(FakeMember.driverSettings(), "way-its", 1);
    private final Tape far = new Tape();
    private Way way = Way.nearest(far, "127.0.0.1", own, 1, 2);

    @AfterEach
    void end() {
        way.close();
        own.close();
        its.close();
    }

    private void tendUntilSettled(final long nowNs) {
        await().atMost(Duration.ofMinutes(2)).until(() -> {
            own.housekeeping().invoke();
            its.housekeeping().invoke();
            way.tend(nowNs);
            return way.isSettled();
        });
    }

    @Test
    void shouldNotBeDecidedBeforeTheOtherHasSaidWhereItsDriverIs() {
        way.tend(MS);
        way.tend(10_000 * MS);
        assertThat(way.isSettled()).isFalse();
        assertThat(way.ownFolder()).isEqualTo(own.folder().toString());
    }

    /** Who has credit sends, and what is sent by UDP would be overtaken by what follows through memory. */
    @Test
    void shouldAskForCreditOnlyWhenItIsDecided() {
        final UplinkSettings settings = FakeMember.settings(8, true);
        final LocalCpu cpu = new LocalCpu(0, new FakeMember.Ring(settings.ringCapacity()), new CreditPool(0), id -> {});
        final Link link = new Link(
                1,
                List.of(cpu),
                new PeerAddress(2, "127.0.0.1", 9, List.of(1), 0),
                way,
                id -> new PayloadCodec(WireRegistry.load()),
                settings,
                2_048,
                new Link.Keys(id -> Optional.empty(), Optional.empty()));
        Control.hello(link);
        way.greeted("");
        Control.hello(link);
        tendUntilSettled(MS);
        Control.hello(link);
        assertThat(far.frames).extracting(frame -> (int) frame[Frame.HEADER]).containsExactly(0, 0, 1);
    }

    @Test
    void shouldBeNearWhereTheOtherReads() {
        final Way back = Way.nearest(far, "127.0.0.1", its, 2, 1);
        way.greeted(its.folder().toString());
        tendUntilSettled(MS);
        assertThat(way.isNear()).isTrue();
        assertThat(way.connected()).isTrue();
        back.close();
    }

    @Test
    void shouldBeUdpWhereNobodyReads() {
        way.greeted(its.folder().toString());
        way.tend(MS);
        tendUntilSettled(11_000 * MS);
        assertThat(way.isNear()).isFalse();
        assertThat(way.connected()).isTrue();
    }

    @Test
    void shouldBeUdpWhereNoDriverIs() {
        way.greeted(its.folder() + "-gone");
        tendUntilSettled(MS);
        assertThat(way.isNear()).isFalse();
    }

    @Test
    void shouldBeUdpForAnotherMachine() {
        way.close();
        way = Way.nearest(far, "192.0.2.1", own, 1, 2);
        final Way back = Way.nearest(far, "127.0.0.1", its, 2, 1);
        way.greeted(its.folder().toString());
        tendUntilSettled(MS);
        assertThat(way.isNear()).isFalse();
        back.close();
    }

    @Test
    void shouldHoldToTheFirstFolder() {
        way.greeted("");
        way.greeted(its.folder().toString());
        tendUntilSettled(MS);
        assertThat(way.isNear()).isFalse();
    }
}
