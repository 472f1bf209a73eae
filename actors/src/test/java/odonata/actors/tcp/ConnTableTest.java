package odonata.actors.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import odonata.actors.port.Port;
import odonata.protocol.clock.Seed;
import odonata.protocol.flow.FlowKey;
import odonata.protocol.ip.IpProto;
import odonata.protocol.tcp.machine.TcpCb;
import odonata.protocol.tcp.machine.TcpSettings;
import org.junit.jupiter.api.Test;

/** Against a map of the library, while the table grows and shrinks. */
class ConnTableTest {
    private final TcpSettings settings = new TcpSettings();
    private final ConnTable table = new ConnTable(new TcpSecret(3, 4), settings, new Port<>(0, Port.TCP_THREAD));

    private TcpSocket socket(final FlowKey flow) {
        final TcpSocket so = new TcpSocket(0, settings);
        so.tcb = new TcpCb(flow, settings);
        so.lport = flow.sport();
        return so;
    }

    private static FlowKey flow(final Seed seed) {
        return new FlowKey(1, 80 + seed.nextInt(3), seed.nextInt(40), seed.nextInt(40), IpProto.TCP);
    }

    @Test
    void I42_aConnectionIsFoundByItsTupleUntilItIsTakenOut() {
        final Seed seed = Seed.of(1);
        final Map<FlowKey, TcpSocket> model = new HashMap<>();
        for (int phase = 0; phase < 6; phase++) {
            final double adding = phase % 2 == 0 ? 0.7 : 0.2;
            for (int i = 0; i < 20_000; i++) {
                final FlowKey flow = flow(seed);
                assertThat(table.find(flow).orElse(null) == model.get(flow)).isTrue();
                if (seed.chance(adding) && !model.containsKey(flow)) {
                    model.put(flow, socket(flow));
                    table.add(model.get(flow));
                } else if (model.containsKey(flow)) {
                    table.remove(model.remove(flow));
                }
                assertThat(table.size()).isEqualTo(model.size());
            }
            model.forEach((flow, so) -> assertThat(table.find(flow)).containsSame(so));
            assertThat(table.all((flow, state) -> true)).containsExactlyInAnyOrderElementsOf(model.values());
            assertThat(table.usesPort(80)).isEqualTo(model.keySet().stream().anyMatch(flow -> flow.sport() == 80));
        }
        final List<TcpSocket> all = new ArrayList<>(model.values());
        all.forEach(table::remove);
        all.forEach(table::remove);
        assertThat(table.size()).isZero();
        assertThat(table.usesPort(80)).isFalse();
    }

    /** Another socket of the same tuple, closed long ago. */
    @Test
    void shouldNotTakeOutAnotherOfTheSameTuple() {
        final FlowKey flow = new FlowKey(1, 2, 3, 4, IpProto.TCP);
        final TcpSocket there = socket(flow);
        table.add(there);
        table.remove(socket(flow));
        assertThat(table.find(flow)).containsSame(there);
    }
}
