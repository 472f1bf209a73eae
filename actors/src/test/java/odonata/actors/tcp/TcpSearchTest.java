package odonata.actors.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import odonata.actors.port.Port;
import odonata.protocol.flow.FlowKey;
import odonata.protocol.ip.IpProto;
import odonata.protocol.tcp.buf.RingZone;
import odonata.protocol.tcp.machine.TcpCb;
import odonata.protocol.tcp.machine.TcpSettings;
import org.junit.jupiter.api.Test;

/** A search in steps, while connections come and go. */
class TcpSearchTest {
    private static final int MANY = 20_000;
    private static final int WANTED = 80;

    private final TcpSettings settings = new TcpSettings();
    private final ConnTable table = new ConnTable(new TcpSecret(3, 4), settings, new Port<>(0, Port.TCP_THREAD));
    private final RingZone zone = new RingZone();

    private TcpSocket add(final int n, final int lport) {
        final TcpSocket so = new TcpSocket(0, settings);
        so.tcb = new TcpCb(new FlowKey(1, lport, n, 1_024, IpProto.TCP), settings);
        so.flow(so.tcb.flow());
        so.lport = lport;
        so.tcb.sendBuffer().append(zone, new byte[4], 0, 1 + n % 4);
        table.add(so);
        return so;
    }

    private TcpSearch search() {
        return new TcpSearch(table, 0, (flow, state) -> flow.sport() == WANTED, 10);
    }

    @Test
    void shouldFindEachOnceThoughTheTableGrowsAndShrinksMeanwhile() {
        final List<TcpSocket> others = new ArrayList<>();
        for (int n = 0; n < MANY; n++) {
            if (n % 4 == 0) {
                add(n, WANTED);
            } else {
                others.add(add(n, 1));
            }
        }
        final TcpSearch search = search();
        int steps = 0;
        for (boolean over = false; !over; steps++) {
            over = search.step();
            if (steps == 1) {
                others.forEach(table::remove);
            } else if (steps == 3) {
                for (int n = MANY; n < 3 * MANY; n++) {
                    add(n, WANTED);
                }
            }
        }
        assertThat(steps).isGreaterThan(8);
        assertThat(search.result().found()).isEqualTo(MANY / 4);
        assertThat(search.result().all()).isEqualTo(MANY);
        assertThat(search.result().lines())
                .hasSize(10)
                .allMatch(line -> line.local().port() == WANTED);
    }

    /** It is another CPU's now, or at another member, or over: not ours to read. */
    @Test
    void shouldNotTouchWhatHasGone() {
        final TcpSocket stays = add(1, WANTED);
        final TcpSocket moves = add(2, WANTED);
        final TcpSocket leaves = add(3, WANTED);
        final TcpSocket ends = add(4, WANTED);
        final TcpSearch before = search();
        assertThat(before.step()).isTrue();
        final TcpSearch after = search();
        table.remove(moves);
        moves.soPort(new TcpSocket(1, settings).soPort());
        table.remove(leaves);
        leaves.leave(new Port<>(0, Port.TCP_THREAD), 7);
        table.remove(ends);
        ends.gone = true;
        assertThat(after.step()).isTrue();
        assertThat(after.result().found()).isEqualTo(1);
        assertThat(before.result().found()).isEqualTo(4);
        for (final TcpFound found : List.of(before.result(), after.result())) {
            assertThat(found.lines()).singleElement().satisfies(line -> assertThat(
                            line.remote().addr())
                    .isEqualTo(stays.flow().dst()));
        }
    }
}
