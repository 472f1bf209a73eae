package odonata.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import odonata.actors.cpu.Conductor;
import odonata.actors.cpu.Cpu;
import odonata.actors.cpu.CpuSettings;
import odonata.actors.cpu.Machine;
import odonata.actors.net.Netstack;
import odonata.actors.netisr.Ifnet;
import odonata.actors.netisr.NetCounter;
import odonata.actors.netisr.NetSettings;
import odonata.actors.netisr.PartitionEvents;
import odonata.actors.nic.Nic;
import odonata.actors.socket.SockCall;
import odonata.actors.socket.SockFiles;
import odonata.actors.tcp.TcpSecret;
import odonata.actors.tcp.TcpStack;
import odonata.protocol.errno.NetError;
import odonata.protocol.flow.BucketMap;
import odonata.protocol.ip.Ipv4Prefix;
import odonata.protocol.route.RouteTable;
import odonata.protocol.tcp.machine.TcpSettings;

/** A member with the network of every CPU and one device on each of its first CPUs, over which it reaches everybody. */
final class NetHost implements AutoCloseable {
    private final Machine machine;
    private final List<Netstack> stacks = new ArrayList<>();

    /** CPUs on carriers of their own. */
    static NetHost onWallClock(
            final int member, final int cpus, final NetSettings net, final TcpSettings tcp, final List<Nic> nics) {
        final Machine machine =
                Machine.onWallClock(member, ids(member, cpus), CpuSettings.defaults(), Failures::panicked);
        return new NetHost(machine, net, tcp, nics);
    }

    /** CPUs under a conductor. */
    static NetHost inVirtualTime(
            final Conductor conductor,
            final int member,
            final int cpus,
            final NetSettings net,
            final TcpSettings tcp,
            final List<Nic> nics) {
        final Machine machine =
                Machine.inVirtualTime(conductor, member, ids(member, cpus), CpuSettings.defaults(), Failures::panicked);
        return new NetHost(machine, net, tcp, nics);
    }

    private static List<Integer> ids(final int member, final int cpus) {
        final int first = (member - 1) * cpus;
        return IntStream.range(first, first + cpus).boxed().toList();
    }

    private NetHost(final Machine machine, final NetSettings net, final TcpSettings tcp, final List<Nic> nics) {
        this.machine = machine;
        final int[] ids = machine.cpus().stream().mapToInt(Cpu::id).toArray();
        final BucketMap map = BucketMap.masked(1, ids);
        for (int i = 0; i < ids.length; i++) {
            final Cpu cpu = machine.cpu(ids[i]);
            final List<Nic> mine = i < nics.size() ? List.of(nics.get(i)) : List.of();
            final TcpStack stack = new TcpStack(tcp, TcpSecret.random());
            stacks.add(Netstack.attach(cpu, net, mine, PartitionEvents.none(), stack));
        }
        machine.start();
        for (int i = 0; i < ids.length; i++) {
            final int of = Math.min(i, nics.size() - 1);
            final Nic nic = nics.get(of);
            stacks.get(i)
                    .routes(RouteTable.<Ifnet>empty()
                            .with(Ipv4Prefix.ALL, new Ifnet(nic.ifIndex(), ids[of], nic.mtu())));
            stacks.get(i).apply(map);
        }
    }

    /** Network settings with another address than the defaults have. */
    static NetSettings settings(final String address) {
        return NetSettings.from(com.typesafe.config.ConfigFactory.parseString(
                        "net { ident-seed = 1, address = \"" + address + "/24\" }")
                .withFallback(com.typesafe.config.ConfigFactory.defaultReference(NetSettings.class.getClassLoader())));
    }

    int cpus() {
        return stacks.size();
    }

    long sum(final NetCounter counter) {
        return stacks.stream().mapToLong(stack -> stack.counters().get(counter)).sum();
    }

    /** Runs a function on the carrier of the {@code index}-th CPU. */
    void run(final int index, final Runnable function) {
        machine.cpus().get(index).inject(function);
    }

    /** Makes a socket call that may fail; on the carrier of the {@code index}-th CPU. */
    <R> void call(final int index, final SockFiles files, final SockCall<R> call, final BiConsumer<NetError, R> then) {
        stacks.get(index).sockets().call(files, call, then);
    }

    /** Makes a socket call that must succeed; on the carrier of the {@code index}-th CPU. */
    <R> void ok(final int index, final SockFiles files, final SockCall<R> call, final Consumer<R> then) {
        call(index, files, call, (error, value) -> {
            if (error == NetError.OK) {
                then.accept(value);
            } else {
                Failures.failed(new IllegalStateException(call + ": " + error));
            }
        });
    }

    @Override
    public void close() {
        machine.close();
    }
}
