package odonata.ssi.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import odonata.actors.cpu.Conductor;
import odonata.actors.cpu.CostModel;
import odonata.actors.cpu.Cpu;
import odonata.actors.cpu.CpuSettings;
import odonata.actors.cpu.Machine;
import odonata.actors.cpu.ThreadClass;
import odonata.actors.lwkt.Handlers;
import odonata.actors.lwkt.LwktThread;
import odonata.actors.lwkt.Pri;
import odonata.actors.lwkt.Td;
import odonata.actors.net.Netstack;
import odonata.actors.netisr.NetMsg;
import odonata.actors.netisr.NetSettings;
import odonata.actors.netisr.PartitionEvents;
import odonata.actors.nic.LinkNic;
import odonata.actors.port.Port;
import odonata.actors.socket.SockMsg;
import odonata.actors.socket.UdpMsg;
import odonata.actors.socket.UdpSocket;
import odonata.protocol.clock.Seed;
import odonata.protocol.errno.NetError;
import odonata.protocol.flow.BucketMap;
import odonata.protocol.flow.FlowKey;
import odonata.protocol.ip.IpProto;
import odonata.protocol.ip.Ipv4Address;
import odonata.protocol.ip.Ipv4Prefix;
import odonata.protocol.udp.UdpDatagram;
import odonata.protocol.wire.Mbuf;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** UDP sockets of a cluster: CPUs 0 and 1 are one member, 2 and 3 another; packets come in at CPU 0 and at CPU 2. */
class UdpAcrossMembersTest {
    private static final int PEER = Ipv4Address.parse("10.9.9.9");

    private final Conductor conductor = Conductor.create(CostModel.defaults());
    private final SimNetwork network =
            new SimNetwork(conductor, Seed.of(1), new SimSettings(1000, 0, 0, 0, 1000, 1000, 1000, 5000, 64));
    private final NetSettings settings = NetSettings.defaults();
    private final Member first = new Member(1, List.of(0, 1), List.of(2, 3));
    private final Member second = new Member(2, List.of(2, 3), List.of(0, 1));
    private long version;

    private final class Member {
        private final Machine machine;
        private final SimUplink uplink;
        private final List<Netstack> stacks = new ArrayList<>();
        private final LinkNic.Pair cable;

        private Member(final int id, final List<Integer> cpus, final List<Integer> others) {
            machine = Machine.inVirtualTime(conductor, id, cpus, CpuSettings.defaults(), (who, cause) -> {
                throw new AssertionError("panic of " + who, cause);
            });
            uplink = network.attach(machine);
            uplink.addCpus(others);
            machine.connect(uplink);
            cable = LinkNic.cable(
                    10 * id,
                    Ipv4Prefix.ALL,
                    settings.network(),
                    LinkNic.Quality.perfect(1_000_000_000L, 1_000),
                    conductor::at,
                    Seed.of(id));
            for (final Cpu cpu : machine.cpus()) {
                final List<LinkNic> nics = cpu.id() == cpus.get(0) ? List.of(cable.near()) : List.of();
                stacks.add(Netstack.attach(cpu, settings, nics, PartitionEvents.none()));
            }
            machine.start();
        }
    }

    /** A thread with a socket. */
    private static final class User extends LwktThread<SockMsg> {
        private final List<Integer> received;
        private final List<NetError> errors;
        private UdpSocket socket;

        private User(final Td td, final List<Integer> received, final List<NetError> errors, final int lport) {
            super(td);
            this.received = received;
            this.errors = errors;
            td.after(1, () -> attach(lport));
        }

        private void attach(final int lport) {
            td().sendMsg(
                            new Port<NetMsg>(td().cpu(), Port.UDP_THREAD),
                            td().<NetMsg>initMsg(new UdpMsg.Attach(td().port())),
                            reply -> {
                                socket = (UdpSocket) reply.result();
                                socket.ask(td(), new UdpMsg.Bind(socket, 0, lport, false), errors::add);
                            });
        }

        @Override
        protected Handlers<SockMsg> handlers() {
            return Handlers.of(SockMsg.class)
                    .on(
                            SockMsg.Wakeup.class,
                            msg -> socket.receive(
                                    Integer.MAX_VALUE, (faddr, fport, payload) -> received.add(payload.length())));
        }
    }

    @AfterEach
    void close() {
        first.machine.close();
        second.machine.close();
    }

    private NetError bind(final Member member, final int cpu, final int lport, final List<Integer> received) {
        final List<NetError> errors = new ArrayList<>();
        final Cpu on = member.machine.cpu(cpu);
        on.inject(() -> on.spawn(
                "user",
                Pri.USER_NORM,
                0,
                ThreadClass.USER,
                LwktThread.behavior(td -> new User(td, received, errors, lport))));
        run();
        return errors.isEmpty() ? NetError.EASYNC : errors.get(0);
    }

    private void apply(final int... cpus) {
        final BucketMap map = BucketMap.masked(++version, cpus);
        first.stacks.forEach(stack -> stack.apply(map));
        second.stacks.forEach(stack -> stack.apply(map));
        run();
    }

    private void run() {
        conductor.runUntil(conductor.nowNs() + 50_000_000);
    }

    private void send(final Member to, final int sport, final int dport) {
        final FlowKey flow = new FlowKey(PEER, sport, settings.address(), dport, IpProto.UDP);
        to.cable.far().transmit(Mbuf.of(UdpDatagram.build(flow, new byte[sport])), conductor.nowNs());
        run();
    }

    private static int[] all() {
        return new int[] {0, 1, 2, 3};
    }

    private static List<Integer> range(final int from, final int to) {
        return IntStream.range(from, to).boxed().toList();
    }

    @Test
    void shouldFindTheSocketOfAnotherMember() {
        apply(all());
        final List<Integer> received = new ArrayList<>();
        assertThat(bind(second, 3, 4000, received)).isEqualTo(NetError.OK);
        for (int sport = 100; sport < 110; sport++) {
            send(sport % 2 == 0 ? first : second, sport, 4000);
        }
        assertThat(received).containsExactlyElementsOf(range(100, 110));
    }

    @Test
    void shouldRefuseAPortThatASocketOfAnotherMemberHas() {
        apply(all());
        assertThat(bind(second, 3, 4000, new ArrayList<>())).isEqualTo(NetError.OK);
        assertThat(bind(first, 1, 4000, new ArrayList<>())).isEqualTo(NetError.EADDRINUSE);
    }

    /** CPUs that come later are told by CPU 0 of the sockets that there are. */
    @Test
    void shouldTellCpusThatJoin() {
        apply(0, 1);
        final List<Integer> received = new ArrayList<>();
        assertThat(bind(first, 1, 4000, received)).isEqualTo(NetError.OK);
        apply(all());
        for (int sport = 100; sport < 110; sport++) {
            send(second, sport, 4000);
        }
        assertThat(received).containsExactlyElementsOf(range(100, 110));
        assertThat(bind(second, 2, 4000, new ArrayList<>())).isEqualTo(NetError.EADDRINUSE);
    }

    /** The next CPU 0 knows what the dead one knew, and forgets the sockets that died with it. */
    @Test
    void shouldGoOnWhenTheMemberOfCpu0IsDead() {
        apply(all());
        final List<Integer> received = new ArrayList<>();
        bind(first, 0, 4001, new ArrayList<>());
        bind(second, 3, 4000, received);
        first.uplink.removeCpus(first.uplink.cpus());
        network.detach(first.machine);
        second.uplink.removeCpus(Set.of(0, 1));
        second.machine.cpus().forEach(cpu -> cpu.inject(() -> cpu.hostDown(Set.of(0, 1))));
        apply(2, 3);

        assertThat(bind(second, 2, 4000, new ArrayList<>())).isEqualTo(NetError.EADDRINUSE);
        assertThat(bind(second, 2, 4001, new ArrayList<>())).isEqualTo(NetError.OK);
        for (int sport = 100; sport < 110; sport++) {
            send(second, sport, 4000);
        }
        assertThat(received).containsExactlyElementsOf(range(100, 110));
    }
}
