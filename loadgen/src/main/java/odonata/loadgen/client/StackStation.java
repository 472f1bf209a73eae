package odonata.loadgen.client;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import odonata.actors.cpu.Callout;
import odonata.actors.cpu.Cpu;
import odonata.actors.cpu.CpuSettings;
import odonata.actors.cpu.Machine;
import odonata.actors.net.Netstack;
import odonata.actors.netisr.Ifnet;
import odonata.actors.netisr.NetSettings;
import odonata.actors.netisr.PartitionEvents;
import odonata.actors.nic.Nic;
import odonata.actors.socket.SockAddr;
import odonata.protocol.clock.Seed;
import odonata.protocol.flow.BucketMap;
import odonata.protocol.flow.FlowKey;
import odonata.protocol.ip.Ipv4Address;
import odonata.protocol.ip.Ipv4Prefix;
import odonata.protocol.route.RouteTable;

/**
 * Lanes on the CPUs of a machine of this project's stack, a lane a CPU. All addresses of a prefix are its own; each connection has an address and a port
 * drawn from them so that its flow belongs to the CPU that uses it. Its CPUs do not poll when they are idle: what comes, comes by the device, which is asked
 * when a callout is due.
 */
public final class StackStation implements Station {
    private static final int MEMBER = 1;

    private final Machine machine;
    private final List<Netstack> stacks = new ArrayList<>();
    private final List<Lane> lanes = new ArrayList<>();
    private final CompletableFuture<Void> panic = new CompletableFuture<>();
    private final NetSettings settings;
    private final Ipv4Prefix clients;
    private final SockAddr server;
    private final Seed seed;
    private BucketMap map = spread(0);

    private StackStation(
            final Config config, final int cpus, final Ipv4Prefix clients, final SockAddr server, final Seed seed) {
        this.clients = clients;
        this.server = server;
        this.seed = seed;
        settings = NetSettings.from(ConfigFactory.parseString("net { address = \"" + Ipv4Address.format(first(clients))
                        + "/" + clients.length() + "\", aliases = \"" + clients + "\" }")
                .withFallback(config));
        machine = Machine.onWallClock(
                MEMBER,
                IntStream.range(0, cpus).boxed().toList(),
                CpuSettings.from(config).withoutPolling(),
                (cpu, cause) -> panic.completeExceptionally(
                        new IllegalStateException("CPU " + cpu.id() + " of the load generator panicked", cause)));
    }

    /**
     * Starts the machine.
     *
     * @param config settings of CPUs and network
     * @param device makes the device of the first CPU, by which everything travels; it is closed with the station
     * @param seed of addresses and ports
     */
    public static StackStation start(
            final Config config,
            final int cpus,
            final Ipv4Prefix clients,
            final SockAddr server,
            final Seed seed,
            final Function<Cpu, Nic> device) {
        final StackStation station = new StackStation(config, cpus, clients, server, seed);
        station.start(device);
        return station;
    }

    private void start(final Function<Cpu, Nic> device) {
        final Nic nic = device.apply(machine.cpus().get(0));
        final RouteTable<Ifnet> routes =
                RouteTable.<Ifnet>empty().with(Ipv4Prefix.ALL, new Ifnet(nic.ifIndex(), 0, nic.mtu()));
        for (final Cpu cpu : machine.cpus()) {
            stacks.add(
                    Netstack.attach(cpu, settings, cpu.id() == 0 ? List.of(nic) : List.of(), PartitionEvents.none()));
        }
        map = spread(machine.cpus().stream().mapToInt(Cpu::id).toArray());
        machine.start();
        stacks.forEach(stack -> {
            stack.routes(routes);
            stack.apply(map);
        });
    }

    /** All CPUs own buckets, how many there may be. */
    private static BucketMap spread(final int... cpus) {
        final int[] owners = IntStream.range(0, BucketMap.BUCKETS)
                .map(bucket -> cpus[bucket % cpus.length])
                .toArray();
        final int[] nobody = new int[BucketMap.BUCKETS];
        Arrays.fill(nobody, BucketMap.NONE);
        return new BucketMap(1, cpus, owners, nobody);
    }

    private static int first(final Ipv4Prefix prefix) {
        return prefix.network() + (prefix.length() < 31 ? 1 : 0);
    }

    @Override
    public int lanes() {
        return stacks.size();
    }

    @Override
    public void begin(final LaneMaker maker) {
        for (final Cpu cpu : machine.cpus()) {
            final int index = cpu.id();
            on(cpu, () -> {
                final ClientNames names = new ClientNames(clients, seed.split(index), flow -> isOf(index, flow));
                final StackDialer dialer =
                        new StackDialer(stacks.get(index).sockets(), server, () -> names.next(server));
                final Lane[] lane = new Lane[1];
                final Callout tick = cpu.callout(() -> lane[0].tick());
                lane[0] = maker.make(
                        new Lane.Share(index, lanes()),
                        dialer,
                        cpu.clock(),
                        atNs -> tick.reset(Math.max(0, atNs - cpu.clock().nowNs())));
                lanes.add(lane[0]);
                lane[0].tick();
            });
        }
    }

    private boolean isOf(final int cpu, final FlowKey flow) {
        final int hash = settings.hash().hash(flow.src(), flow.sport(), flow.dst(), flow.dport());
        return map.owner(BucketMap.bucketOf(hash)) == cpu;
    }

    @Override
    public void each(final Consumer<Lane> visit) {
        for (int i = 0; i < lanes.size(); i++) {
            final Lane lane = lanes.get(i);
            on(machine.cpus().get(i), () -> visit.accept(lane));
        }
    }

    private void on(final Cpu cpu, final Runnable work) {
        final CompletableFuture<Void> done = new CompletableFuture<>();
        cpu.inject(() -> {
            work.run();
            done.complete(null);
        });
        CompletableFuture.anyOf(done, panic).join();
    }

    @Override
    public void close() {
        machine.close();
    }
}
