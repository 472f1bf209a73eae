package odonata.protocol.tcp.buf;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RingZoneTest {
    private final RingZone zone = new RingZone();

    @Test
    void shouldGiveEachArrayToOneOnly() {
        final byte[] first = zone.take(2_048);
        final byte[] second = zone.take(2_048);
        zone.give(first);
        zone.give(second);
        assertThat(zone.take(2_048)).isSameAs(second);
        assertThat(zone.take(2_048)).isSameAs(first);
        assertThat(zone.take(2_048)).hasSize(2_048).isNotSameAs(first).isNotSameAs(second);
    }

    @Test
    void shouldKeepNoMoreThanItsBound() {
        for (int bytes = 1; bytes <= 1 << 20; bytes <<= 1) {
            final Set<byte[]> given = Collections.newSetFromMap(new IdentityHashMap<>());
            for (int i = 0; i < 100; i++) {
                final byte[] array = new byte[bytes];
                given.add(array);
                zone.give(array);
            }
            int known = 0;
            for (int i = 0; i < 100; i++) {
                final byte[] array = zone.take(bytes);
                assertThat(array).hasSize(bytes);
                known += given.contains(array) ? 1 : 0;
            }
            assertThat(known).isEqualTo(RingZone.keeps(bytes) ? 16 : 0);
        }
    }
}
