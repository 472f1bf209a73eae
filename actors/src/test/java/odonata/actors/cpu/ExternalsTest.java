package odonata.actors.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import odonata.protocol.clock.Seed;
import org.junit.jupiter.api.Test;

class ExternalsTest {
    private record Armed(long timeNs, int order) {}

    @Test
    void shouldGiveTheEarliestAndOfOneTimeTheOneArmedFirst() {
        final Seed seed = Seed.of(1);
        final Externals externals = new Externals();
        final List<Armed> model = new ArrayList<>();
        final List<Armed> ran = new ArrayList<>();
        for (int n = 0; n < 20_000; n++) {
            assertThat(externals.isEmpty()).isEqualTo(model.isEmpty());
            if (model.isEmpty() || seed.nextInt(100) < (n % 2_000 < 1_000 ? 60 : 40)) {
                final Armed armed = new Armed(seed.nextInt(50), n);
                model.add(armed);
                externals.add(armed.timeNs(), () -> ran.add(armed));
            } else {
                final Armed first = model.stream()
                        .min(Comparator.comparingLong(Armed::timeNs).thenComparingInt(Armed::order))
                        .orElseThrow();
                model.remove(first);
                assertThat(externals.nextNs()).isEqualTo(first.timeNs());
                externals.remove().run();
                assertThat(ran.get(ran.size() - 1)).isEqualTo(first);
            }
        }
        assertThat(ran).hasSizeGreaterThan(5_000);
    }
}
