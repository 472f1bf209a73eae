package odonata.ssi.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Set;
import odonata.testkit.Findings.Finding;
import odonata.testkit.Invariant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A checker that cannot fail checks nothing: defects put into the network between members must be noticed. */
@Tag("slow")
class SimCheckersTest {
    private static final int FIRST_SEED = 1;
    private static final int SEEDS = 5;

    /** What the first seeds that are noticed break. */
    private static Set<Invariant> noticed(final SimNetwork.Fault fault) {
        final Set<Invariant> broken = EnumSet.noneOf(Invariant.class);
        for (int seed = FIRST_SEED; broken.isEmpty() && seed < FIRST_SEED + SEEDS; seed++) {
            final Scenario scenario = new Scenario(seed, SimSettings.rough()).with(fault);
            scenario.play();
            scenario.findings().stream().map(Finding::invariant).forEach(broken::add);
        }
        return broken;
    }

    @Test
    void shouldNoticeWhatComesTwice() {
        assertThat(noticed(SimNetwork.Fault.DUPLICATE)).containsAnyOf(Invariant.I62, Invariant.I41);
    }

    @Test
    void shouldNoticeWhatIsLost() {
        assertThat(noticed(SimNetwork.Fault.LOSE)).containsAnyOf(Invariant.I21, Invariant.I62, Invariant.I41);
    }

    @Test
    void shouldNoticeWhatOvertakes() {
        assertThat(noticed(SimNetwork.Fault.REORDER)).containsAnyOf(Invariant.I24, Invariant.I41);
    }
}
