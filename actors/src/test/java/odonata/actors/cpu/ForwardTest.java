package odonata.actors.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import odonata.actors.lwkt.Pri;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.actors.testing.Bed;
import odonata.actors.testing.Probe;
import odonata.actors.testing.Probe.Cmd.Ask;
import odonata.protocol.errno.NetError;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Chains of forwards, in one machine and across members: CPUs 0 to 2 are member 1, CPU 10 is member 2, CPU 20 is member 3. */
class ForwardTest {
    private static final int[] LOCAL = {1, 2, 0};
    private static final int[] REMOTE = {10, 20};

    private final Bed bed = Bed.virtualEmpty();
    private final FakeUplink uplink = new FakeUplink(bed, 8);
    private Probe client;
    private Port<Probe.Cmd> clientPort;

    ForwardTest() {
        bed.addMachine(1, 0, 3, uplink);
        bed.addMachine(2, 10, 1, uplink);
        bed.addMachine(3, 20, 1, uplink);
        clientPort = bed.probe(0, Pri.KERN_DAEMON, probe -> client = probe);
        bed.start();
        bed.quiet();
    }

    @AfterEach
    void close() {
        bed.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 7})
    void I27_theOriginatorCannotTellHowOftenItWasForwarded(final int times) {
        final Msg<Ask> msg = Msg.init(new Ask(1), clientPort);
        final Port<Probe.Cmd> first = chain(times, LOCAL);
        bed.tell(clientPort, probe -> probe.self().sendMsg(first, msg));
        assertThat(client.replies).containsExactly(msg);
        assertThat(msg.replyPort()).isEqualTo(clientPort);
        assertThat(msg.flags()).isEqualTo(Msg.DONE | Msg.REPLY);
        assertThat(msg.error()).isEqualTo(NetError.OK);
        assertThat(msg.result()).isEqualTo(2);
    }

    /** The way there grows with the chain, the way back never: the last holder replies to the origin's CPU itself. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 5})
    void I27_theReplyTakesOneHopHoweverLongTheChainAcrossMembers(final int times) {
        final Msg<Ask> msg = Msg.init(new Ask(1), clientPort);
        final Port<Probe.Cmd> first = chain(times, REMOTE);
        bed.tell(clientPort, probe -> probe.self().sendMsg(first, msg));
        assertThat(client.replies).containsExactly(msg);
        assertThat(msg.result()).isEqualTo(2);
        assertThat(uplink.entries.get("request")).isEqualTo(times + 1);
        assertThat(uplink.entries.get("reply")).isEqualTo(1);
        assertThat(uplink.entries.getOrDefault("notice", 0)).isEqualTo(times);
        assertThat(bed.cpu(0).transport().outstanding()).isZero();
    }

    /** A probe behind so many forwarders, whose CPUs take turns. */
    private Port<Probe.Cmd> chain(final int times, final int[] cpus) {
        final List<Port<Probe.Cmd>> ports = new ArrayList<>();
        ports.add(bed.probe(cpus[times % cpus.length]));
        for (int i = times - 1; i >= 0; i--) {
            final Port<Probe.Cmd> next = ports.get(ports.size() - 1);
            ports.add(bed.spawn(cpus[i % cpus.length], Pri.KERN_DAEMON, td -> new Forwarder(td, next)));
        }
        return ports.get(ports.size() - 1);
    }
}
