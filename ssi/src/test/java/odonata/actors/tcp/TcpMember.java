package odonata.actors.tcp;

import com.typesafe.config.ConfigFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
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
import odonata.actors.socket.SockAddr;
import odonata.actors.socket.SockCall;
import odonata.actors.socket.SockEntry;
import odonata.actors.socket.SockFiles;
import odonata.actors.socket.SockOpt;
import odonata.protocol.clock.Seed;
import odonata.protocol.errno.NetError;
import odonata.protocol.flow.BucketMap;
import odonata.protocol.ip.Ipv4Prefix;
import odonata.protocol.route.RouteTable;
import odonata.protocol.tcp.machine.TcpCounter;
import odonata.protocol.tcp.machine.TcpSettings;

/** One machine with TCP in virtual time: a member of a cluster, or its peer. */
final class TcpMember {
    final int id;
    final Machine machine;
    final List<Integer> cpuIds;
    final List<Netstack> stacks = new ArrayList<>();
    final LinkNic.Pair cable;
    boolean alive = true;
    private final Conductor conductor;
    private final List<Caller> callers = new ArrayList<>();

    TcpMember(
            final Conductor conductor,
            final int id,
            final List<Integer> cpuIds,
            final String address,
            final LinkNic.Quality quality,
            final Seed seed,
            final PartitionEvents events) {
        this.conductor = conductor;
        this.id = id;
        this.cpuIds = cpuIds;
        machine = Machine.inVirtualTime(conductor, id, cpuIds, CpuSettings.defaults(), (cpu, cause) -> {
            throw new AssertionError("panic of " + cpu, cause);
        });
        final NetSettings settings =
                NetSettings.from(ConfigFactory.parseString("net { ident-seed = 1, address = \"" + address + "/24\" }")
                        .withFallback(ConfigFactory.defaultReference(NetSettings.class.getClassLoader()))
                        .resolve());
        cable = LinkNic.cable(10 * id, Ipv4Prefix.ALL, Ipv4Prefix.ALL, quality, conductor::at, seed);
        final int device = cpuIds.get(seed.nextInt(cpuIds.size()));
        for (final Cpu cpu : machine.cpus()) {
            stacks.add(Netstack.attach(
                    cpu,
                    settings,
                    cpu.id() == device ? List.of(cable.near()) : List.of(),
                    events,
                    new TcpStack(new TcpSettings(), new TcpSecret(id, 77))));
        }
        final RouteTable<Ifnet> routes = RouteTable.<Ifnet>empty()
                .with(Ipv4Prefix.ALL, new Ifnet(cable.near().ifIndex(), device, Ifnet.ETHER_MTU));
        stacks.forEach(stack -> stack.routes(routes));
    }

    void apply(final BucketMap map) {
        if (alive) {
            stacks.forEach(stack -> stack.apply(map));
        }
    }

    long sum(final NetCounter counter) {
        return stacks.stream().mapToLong(stack -> stack.counters().get(counter)).sum();
    }

    /** What the TCP machines of its CPUs have counted. */
    long counted(final TcpCounter counter) {
        return stacks.stream()
                .mapToLong(stack -> stack.tcp().counters().orElseThrow().get(counter))
                .sum();
    }

    List<TcpSocket> connections() {
        return stacks.stream()
                .flatMap(stack -> stack.tcp().connections().stream())
                .toList();
    }

    List<TcpListener> listeners() {
        return stacks.stream().flatMap(stack -> stack.tcp().replica().stream()).toList();
    }

    /** What must be nothing when all is over. */
    String left() {
        final StringBuilder left = new StringBuilder();
        for (final Netstack stack : stacks) {
            final TcpStack tcp = stack.tcp();
            final int[] counts = {
                tcp.connections().size(),
                tcp.named(),
                tcp.held(),
                tcp.halfOpen(),
                tcp.portsInUse(),
                tcp.replica().size(),
                stack.sockets().pending()
            };
            for (final int count : counts) {
                left.append(count == 0 ? "" : stack.tcp().connections() + " " + java.util.Arrays.toString(counts));
            }
        }
        return left.toString();
    }

    /** Somebody who makes calls on the {@code index}-th CPU, with descriptors of his own. */
    Caller caller(final int index) {
        final Caller caller = new Caller(this, index);
        callers.add(caller);
        return caller;
    }

    /** Steps until a call is answered; at most two minutes of virtual time. */
    void await(final Result<?> result) {
        final long limit = conductor.nowNs() + 120_000_000_000L;
        while (!result.done && conductor.nextNs() <= limit) {
            conductor.step();
        }
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
        final TcpMember host;
        final int index;
        final SockFiles files = new SockFiles();

        private Caller(final TcpMember host, final int index) {
            this.host = host;
            this.index = index;
        }

        private Cpu cpu() {
            return host.machine.cpus().get(index);
        }

        void run(final Runnable function) {
            cpu().inject(function);
        }

        /** Begins a call. */
        <R> Result<R> begin(final SockCall<R> call) {
            final Result<R> result = new Result<>();
            run(() -> result.pending = host.stacks.get(index).sockets().call(files, call, (error, value) -> {
                if (result.done) {
                    throw new AssertionError("I21: answered twice: " + call);
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

        /** A call that must succeed. */
        <R> R ok(final SockCall<R> call) {
            final Result<R> result = call(call);
            if (!result.done || result.error != NetError.OK) {
                throw new AssertionError(call + ": " + result);
            }
            return result.value;
        }

        int listen(final int port, final int backlog, final SockOpt... options) {
            final int fd = socket(options);
            ok(new SockCall.Bind(fd, SockAddr.any(port)));
            ok(new SockCall.Listen(fd, backlog));
            return fd;
        }

        int socket(final SockOpt... options) {
            final int fd = ok(SockCall.Socket.tcp());
            for (final SockOpt option : options) {
                ok(new SockCall.Setsockopt(fd, option, 1));
            }
            return fd;
        }

        int connect(final String addr, final int port) {
            final int fd = socket();
            connect(fd, addr, port);
            return fd;
        }

        void connect(final int fd, final String addr, final int port) {
            ok(new SockCall.Connect(fd, SockAddr.of(addr, port)));
        }

        int accept(final int fd) {
            return ok(new SockCall.Accept(fd)).fd();
        }

        void close(final int fd) {
            ok(new SockCall.Close(fd));
        }

        void send(final int fd, final String text) {
            ok(SockCall.Send.of(fd, text.getBytes(StandardCharsets.US_ASCII)));
        }

        String recv(final int fd, final int length) {
            return new String(
                    ok(new SockCall.Recv(fd, length, Set.of(odonata.actors.socket.MsgFlag.MSG_WAITALL))),
                    StandardCharsets.US_ASCII);
        }
    }
}
