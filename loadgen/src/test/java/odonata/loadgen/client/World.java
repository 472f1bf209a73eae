package odonata.loadgen.client;

import com.typesafe.config.ConfigFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import odonata.actors.cpu.Callout;
import odonata.actors.cpu.Conductor;
import odonata.actors.cpu.CostModel;
import odonata.actors.cpu.Cpu;
import odonata.actors.cpu.CpuSettings;
import odonata.actors.cpu.Machine;
import odonata.actors.inetd.Inetd;
import odonata.actors.inetd.StreamService;
import odonata.actors.net.Netstack;
import odonata.actors.netisr.Ifnet;
import odonata.actors.netisr.NetSettings;
import odonata.actors.netisr.PartitionEvents;
import odonata.actors.nic.LinkNic;
import odonata.actors.nic.Nic;
import odonata.actors.proc.Procs;
import odonata.actors.socket.SockAddr;
import odonata.actors.tcp.TcpSecret;
import odonata.actors.tcp.TcpStack;
import odonata.actors.usched.Bsd4;
import odonata.loadgen.openloop.Arrivals;
import odonata.protocol.clock.Seed;
import odonata.protocol.flow.BucketMap;
import odonata.protocol.ip.Ipv4Prefix;
import odonata.protocol.route.RouteTable;
import odonata.protocol.tcp.machine.TcpSettings;

/** Two machines in virtual time and a cable: a server with processes, and clients that have the addresses 10.88.0.0/16. */
final class World implements AutoCloseable {
    static final long SECOND_NS = 1_000_000_000L;
    static final int PORT = 80;

    private static final String SERVER = "10.77.77.1";
    private static final Ipv4Prefix CLIENTS = Ipv4Prefix.parse("10.88.0.0/16");
    private static final int FIRST_CLIENT_CPU = 8;

    final Conductor conductor = Conductor.create(CostModel.free());
    final Machine server;
    final Machine clients;
    final Procs procs;
    final List<Netstack> serverStacks;
    final List<Netstack> clientStacks;
    StackDialer dialer;
    Lane lane;

    World(final int serverCpus, final LinkNic.Quality quality) {
        final LinkNic.Pair cable = LinkNic.cable(1, CLIENTS, Ipv4Prefix.ALL, quality, conductor::at, Seed.of(1));
        server = machine(1, 0, serverCpus);
        clients = machine(2, FIRST_CLIENT_CPU, 1);
        serverStacks = stacks(server, cable.near(), "net.address = \"" + SERVER + "/24\"");
        procs = Procs.create(server, Bsd4::new);
        for (int i = 0; i < serverCpus; i++) {
            serverStacks.get(i).sockets().serve(procs.parts().get(i));
        }
        clientStacks = stacks(clients, cable.far(), "net { address = \"10.88.0.1/16\", aliases = \"10.88.0.0/16\" }");
        server.start();
        clients.start();
        ready(server, serverStacks, cable.near());
        ready(clients, clientStacks, cable.far());
        run(0.001);
    }

    private Machine machine(final int member, final int first, final int cpus) {
        return Machine.inVirtualTime(
                conductor,
                member,
                IntStream.range(first, first + cpus).boxed().toList(),
                CpuSettings.defaults(),
                (cpu, cause) -> {
                    throw new AssertionError("panic of " + cpu, cause);
                });
    }

    private static List<Netstack> stacks(final Machine machine, final Nic nic, final String settings) {
        final List<Netstack> stacks = new ArrayList<>();
        for (final Cpu cpu : machine.cpus()) {
            final boolean first = stacks.isEmpty();
            stacks.add(Netstack.attach(
                    cpu,
                    NetSettings.from(ConfigFactory.parseString(settings + "\nnet.ident-seed = 1, net.packet-cost = 0ns")
                            .withFallback(ConfigFactory.defaultReference(NetSettings.class.getClassLoader()))
                            .resolve()),
                    first ? List.of(nic) : List.of(),
                    PartitionEvents.none(),
                    new TcpStack(new TcpSettings(), new TcpSecret(machine.member(), 5))));
        }
        return stacks;
    }

    private static void ready(final Machine machine, final List<Netstack> stacks, final Nic nic) {
        final int[] cpus = machine.cpus().stream().mapToInt(Cpu::id).toArray();
        stacks.forEach(stack -> {
            stack.routes(
                    RouteTable.<Ifnet>empty().with(Ipv4Prefix.ALL, new Ifnet(nic.ifIndex(), cpus[0], Ifnet.ETHER_MTU)));
            stack.apply(BucketMap.masked(1, cpus));
        });
    }

    /** A round trip takes a millisecond. */
    static LinkNic.Quality perfect() {
        return LinkNic.Quality.perfect(10_000_000_000L, 500_000);
    }

    /** A service at {@link #PORT} of each CPU. */
    void serve(final StreamService service) {
        procs.parts().forEach(part -> Inetd.exec(part, "served", PORT, service));
        run(0.001);
    }

    /** Begins the clients. */
    void begin(final ClientSettings settings) {
        final Cpu cpu = clients.cpus().get(0);
        cpu.inject(() -> {
            final SockAddr to = SockAddr.of(SERVER, PORT);
            final ClientNames names = new ClientNames(CLIENTS, Seed.of(3), flow -> true);
            dialer = new StackDialer(clientStacks.get(0).sockets(), to, () -> names.next(to));
            final Callout tick = cpu.callout(() -> lane.tick());
            lane = new Lane(
                    settings,
                    new Lane.Share(0, 1),
                    Dialogs.of(settings, Seed.of(4)),
                    dialer,
                    cpu.clock(),
                    atNs -> tick.reset(Math.max(0, atNs - cpu.clock().nowNs())));
            lane.tick();
        });
    }

    /** Lets virtual time pass. */
    void run(final double seconds) {
        conductor.runUntil(conductor.nowNs() + (long) (seconds * SECOND_NS));
    }

    /** Ends the clients, and lets what they left behind end. */
    Tally end() {
        clients.cpus().get(0).inject(() -> lane.end());
        run(200);
        return lane.tally();
    }

    static ClientSettings settings(
            final ClientSettings.Workload workload,
            final int connections,
            final int pipeline,
            final long requestsPerConnection,
            final OptionalDouble rate) {
        return new ClientSettings(
                workload,
                "10.77.77.1",
                connections,
                pipeline,
                requestsPerConnection,
                rate,
                Arrivals.FIXED,
                1,
                2,
                1,
                1,
                1,
                new ClientSettings.Http("/bytes/1000", 200),
                new ClientSettings.KeyValue(10, 0.5, 10),
                100,
                false);
    }

    @Override
    public void close() {
        server.close();
        clients.close();
    }
}
