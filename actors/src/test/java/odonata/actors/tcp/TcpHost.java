package odonata.actors.tcp;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
import odonata.actors.nic.LinkNic;
import odonata.actors.nic.Nic;
import odonata.actors.socket.SockAddr;
import odonata.actors.socket.SockCall;
import odonata.actors.socket.SockEntry;
import odonata.actors.socket.SockFiles;
import odonata.protocol.clock.Seed;
import odonata.protocol.errno.NetError;
import odonata.protocol.flow.BucketMap;
import odonata.protocol.flow.FlowKey;
import odonata.protocol.ip.Ipv4Prefix;
import odonata.protocol.route.RouteTable;
import odonata.protocol.tcp.machine.TcpSettings;
import odonata.protocol.tcp.syn.Syncache;
import odonata.protocol.wire.Mbuf;

/** One emulated host in virtual time: a machine with TCP, driven by the kernel-side entry of its socket calls. */
final class TcpHost {
    private static final int WIRE = 100;
    private static final Config DEFAULTS = ConfigFactory.defaultReference(NetSettings.class.getClassLoader());

    final Machine machine;
    final String address;
    final List<Netstack> stacks = new ArrayList<>();

    final NetSettings settings;
    final List<Caller> callers = new ArrayList<>();
    final LinkNic.Pair wire;
    private final List<Consumer<Mbuf>> ears = new ArrayList<>();
    BucketMap map;
    private final Map<Integer, Long> tookOver = new HashMap<>();

    private final Conductor conductor;
    private final RouteTable<Ifnet> routes;

    /** With a syncache of BSD's size. */
    TcpHost(
            final Conductor conductor,
            final int member,
            final int firstCpu,
            final int cpus,
            final String address,
            final List<Nic> nics) {
        this(conductor, member, firstCpu, cpus, address, nics, Syncache.Limits.BSD);
    }

    /** CPUs from {@code firstCpu} on; devices belong to the first; 10.9/16 is a wire to the test, all else behind the device. */
    TcpHost(
            final Conductor conductor,
            final int member,
            final int firstCpu,
            final int cpus,
            final String address,
            final List<Nic> nics,
            final Syncache.Limits limits) {
        this.conductor = conductor;
        this.address = address;
        final List<Integer> ids =
                IntStream.range(firstCpu, firstCpu + cpus).boxed().toList();
        machine = Machine.inVirtualTime(conductor, member, ids, CpuSettings.defaults(), (cpu, cause) -> {
            throw new AssertionError("panic of " + cpu, cause);
        });
        settings =
                NetSettings.from(ConfigFactory.parseString("net { ident-seed = 1, address = \"" + address + "/24\" }")
                        .withFallback(DEFAULTS)
                        .resolve());
        wire = LinkNic.cable(
                WIRE + 2 * member,
                Ipv4Prefix.ALL,
                Ipv4Prefix.ALL,
                LinkNic.Quality.perfect(10_000_000_000L, 1_000),
                conductor::at,
                Seed.of(1));
        wire.far().start(() -> wire.far().receive(this::heard, Integer.MAX_VALUE, conductor.nowNs()));
        RouteTable<Ifnet> table = RouteTable.empty();
        for (final Nic nic : nics) {
            table = table.with(Ipv4Prefix.ALL, new Ifnet(nic.ifIndex(), firstCpu, Ifnet.ETHER_MTU));
        }
        routes = table.with(
                Ipv4Prefix.parse("10.9.0.0/16"), new Ifnet(wire.near().ifIndex(), firstCpu, Ifnet.ETHER_MTU));
        for (final Cpu cpu : machine.cpus()) {
            final List<Nic> mine = new ArrayList<>();
            if (cpu.id() == firstCpu) {
                mine.addAll(nics);
                mine.add(wire.near());
            }
            final TcpStack tcp = new TcpStack(new TcpSettings(), new TcpSecret(member, 77), limits);
            final Netstack stack = Netstack.attach(cpu, settings, mine, new Progress(), tcp);
            stacks.add(stack);
        }
        machine.start();
        stacks.forEach(stack -> stack.routes(routes));
        spread();
    }

    /** Shows what is sent to 10.9/16. */
    void hear(final Consumer<Mbuf> ear) {
        ears.add(ear);
    }

    private void heard(final Mbuf packet) {
        ears.forEach(ear -> ear.accept(packet));
    }

    /** Buckets go round the CPUs. */
    void spread() {
        final int[] cpus = machine.cpus().stream().mapToInt(Cpu::id).toArray();
        apply(BucketMap.masked(1, cpus));
    }

    void apply(final BucketMap newMap) {
        map = newMap;
        stacks.forEach(stack -> stack.apply(newMap));
    }

    /** Somebody who makes calls on the {@code index}-th CPU, with descriptors of his own. */
    Caller caller(final int index) {
        final Caller caller = new Caller(this, index);
        callers.add(caller);
        return caller;
    }

    TcpStack tcp(final int index) {
        return stacks.get(index).tcp();
    }

    int cpus() {
        return stacks.size();
    }

    List<TcpSocket> connections() {
        return stacks.stream()
                .flatMap(stack -> stack.tcp().connections().stream())
                .toList();
    }

    /** CPU to which a connection hashes, by the map in use. */
    int ownerOf(final FlowKey flow) {
        final int hash = settings.hash().hash(flow.src(), flow.sport(), flow.dst(), flow.dport());
        return map.owner(BucketMap.bucketOf(hash));
    }

    int portsInUse() {
        return stacks.stream().mapToInt(stack -> stack.tcp().portsInUse()).sum();
    }

    int halfOpen() {
        return stacks.stream().mapToInt(stack -> stack.tcp().halfOpen()).sum();
    }

    int pendingCalls() {
        return stacks.stream().mapToInt(stack -> stack.sockets().pending()).sum();
    }

    long sum(final NetCounter counter) {
        return stacks.stream().mapToLong(stack -> stack.counters().get(counter)).sum();
    }

    Conductor conductor() {
        return conductor;
    }

    /** As a coordinator: some settled buckets get another owner, those that have been taken over are settled. */
    void moveSome(final Seed seed, final double share) {
        final int[] owners = map.owners();
        final int[] froms = map.froms();
        for (int b = 0; b < BucketMap.BUCKETS; b++) {
            if (froms[b] != BucketMap.NONE && tookOver.getOrDefault(owners[b], 0L) >= map.version()) {
                froms[b] = BucketMap.NONE;
            }
            if (froms[b] == BucketMap.NONE && seed.chance(share)) {
                final int next = map.cpus()[seed.nextInt(map.cpus().length)];
                froms[b] = next == owners[b] ? BucketMap.NONE : owners[b];
                owners[b] = next;
            }
        }
        map = new BucketMap(map.version() + 1, map.cpus(), owners, froms);
        final BucketMap next = map;
        stacks.forEach(stack -> conductor.at(conductor.nowNs() + 1 + seed.nextInt(200_000), () -> stack.apply(next)));
    }

    private final class Progress implements PartitionEvents {
        @Override
        public void applied(final int cpu, final long version) {}

        @Override
        public void tookOver(final int cpu, final long version) {
            tookOver.put(cpu, version);
        }

        @Override
        public void left(final int cpu, final long version) {}
    }

    /** A call that was begun and what came of it. */
    static final class Result<R> {
        boolean done;
        NetError error;
        R value;
        SockEntry.Pending pending = () -> {};

        @Override
        public String toString() {
            return done ? error + " " + value : "waits";
        }
    }

    /** Makes calls, one after another or several at once. */
    static final class Caller {
        final TcpHost host;
        final int index;
        final SockFiles files = new SockFiles();

        private Caller(final TcpHost host, final int index) {
            this.host = host;
            this.index = index;
        }

        private Cpu cpu() {
            return host.machine.cpus().get(index);
        }

        /** Begins a call. */
        <R> Result<R> begin(final SockCall<R> call) {
            final Result<R> result = new Result<>();
            cpu().inject(() -> result.pending = host.stacks.get(index).sockets().call(files, call, (error, value) -> {
                if (result.done) {
                    throw new AssertionError("answered twice: " + call);
                }
                result.done = true;
                result.error = error;
                result.value = value;
            }));
            return result;
        }

        /** Makes a call; on the carrier of its CPU. */
        <R> void now(final SockCall<R> call, final BiConsumer<NetError, R> done) {
            host.stacks.get(index).sockets().call(files, call, done);
        }

        /** Runs a function on the carrier of its CPU. */
        void run(final Runnable function) {
            cpu().inject(function);
        }

        void abort(final Result<?> result) {
            cpu().inject(() -> result.pending.abort());
        }

        /** Makes a call and lets time run until it is answered, or a minute has passed. */
        <R> Result<R> call(final SockCall<R> call) {
            final Result<R> result = begin(call);
            host.await(result);
            return result;
        }

        /** A call that must not succeed. */
        NetError error(final SockCall<?> call) {
            final Result<?> result = call(call);
            if (!result.done || result.error == NetError.OK) {
                throw new AssertionError(call + ": " + result);
            }
            return result.error;
        }

        void close(final int fd) {
            ok(new SockCall.Close(fd));
        }

        /** A call that must succeed. */
        <R> R ok(final SockCall<R> call) {
            final Result<R> result = call(call);
            if (!result.done || result.error != NetError.OK) {
                throw new AssertionError(call + ": " + result);
            }
            return result.value;
        }

        int socket() {
            return ok(SockCall.Socket.tcp());
        }

        int listen(final int port, final int backlog) {
            final int fd = socket();
            ok(new SockCall.Bind(fd, SockAddr.any(port)));
            ok(new SockCall.Listen(fd, backlog));
            return fd;
        }

        int connect(final String addr, final int port) {
            final int fd = socket();
            ok(new SockCall.Connect(fd, SockAddr.of(addr, port)));
            return fd;
        }

        int accept(final int fd) {
            return ok(new SockCall.Accept(fd)).fd();
        }

        void send(final int fd, final String text) {
            ok(SockCall.Send.of(fd, text.getBytes(StandardCharsets.US_ASCII)));
        }

        String recv(final int fd, final int length) {
            return new String(ok(SockCall.Recv.of(fd, length)), StandardCharsets.US_ASCII);
        }
    }

    /** Steps until a call is answered; at most a minute of virtual time. */
    void await(final Result<?> result) {
        final long limit = conductor.nowNs() + 60_000_000_000L;
        while (!result.done && conductor.nextNs() <= limit) {
            conductor.step();
        }
    }
}
