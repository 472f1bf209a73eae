package odonata.actors.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import odonata.actors.port.Port;
import odonata.protocol.clock.Seed;
import odonata.protocol.flow.FlowKey;
import odonata.protocol.ip.IpProto;
import odonata.protocol.tcp.buf.RingZone;
import odonata.protocol.tcp.machine.TcpCb;
import odonata.protocol.tcp.machine.TcpSettings;
import org.junit.jupiter.api.Test;

/** The worst of very many connections, by looks at a part of them. */
class TcpTroubleTest {
    private static final int MANY = 100_000;
    private static final int SLOTS = 262_144;

    private final TcpSettings settings = new TcpSettings();
    private final ConnTable table = new ConnTable(new TcpSecret(3, 4), settings, new Port<>(0, Port.TCP_THREAD));
    private final RingZone zone = new RingZone();
    private final TcpTrouble trouble = new TcpTrouble(table, 0);
    private final List<TcpSocket> all = new ArrayList<>();

    private TcpSocket add(final int n, final int queued) {
        final TcpSocket so = new TcpSocket(0, settings);
        so.tcb = new TcpCb(new FlowKey(1, 80, n, 1_024 + n % 50_000, IpProto.TCP), settings);
        so.tcb.sendBuffer().append(zone, new byte[queued], 0, queued);
        table.add(so);
        all.add(so);
        return so;
    }

    @Test
    void shouldFindTheWorstWhenEachPartHasBeenLookedAtAndKeepIt() {
        final Seed seed = Seed.of(1);
        for (int i = 0; i < MANY; i++) {
            add(i, seed.nextInt(3));
        }
        final TcpSocket worst = add(MANY, 100);
        final TcpSocket second = add(MANY + 1, 99);
        for (int i = 0; i < SLOTS / TcpTrouble.SCANNED; i++) {
            assertThat(trouble.worst(10)).hasSize(10);
        }
        for (int i = 0; i < SLOTS / TcpTrouble.SCANNED; i++) {
            assertThat(trouble.worst(10)).startsWith(worst, second).doesNotHaveDuplicates();
        }
        second.tcb.sendBuffer().append(zone, new byte[2], 0, 2);
        assertThat(trouble.worst(10)).startsWith(second, worst);
        table.remove(second);
        assertThat(trouble.worst(10)).startsWith(worst).doesNotContain(second);
    }

    @Test
    void shouldNotLookAtMoreThanItMay() {
        for (int i = 0; i < MANY; i++) {
            add(i, 0);
        }
        final Set<TcpSocket> seen = new HashSet<>();
        for (int i = 1; i <= SLOTS / TcpTrouble.SCANNED; i++) {
            final int before = seen.size();
            final int[] looks = {0};
            table.scan(TcpTrouble.SCANNED, so -> {
                looks[0]++;
                seen.add(so);
            });
            assertThat(looks[0]).isLessThanOrEqualTo(TcpTrouble.SCANNED).isEqualTo(seen.size() - before);
        }
        assertThat(seen).hasSize(MANY);
    }

    /** It went to another CPU, whose it is now. */
    @Test
    void shouldForgetWhatBelongsToAnotherCpu() {
        final TcpSocket moves = add(1, 50);
        final TcpSocket stays = add(2, 1);
        assertThat(trouble.worst(10)).containsExactly(moves, stays);
        table.remove(moves);
        moves.soPort(new TcpSocket(1, settings).soPort());
        new ConnTable(new TcpSecret(5, 6), settings, new Port<>(1, Port.TCP_THREAD)).add(moves);
        assertThat(trouble.worst(10)).containsExactly(stays);
    }
}
