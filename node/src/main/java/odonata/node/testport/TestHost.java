package odonata.node.testport;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import odonata.actors.cpu.Conductor;
import odonata.actors.cpu.CostModel;
import odonata.actors.cpu.Cpu;
import odonata.actors.cpu.CpuSettings;
import odonata.actors.cpu.Machine;
import odonata.actors.net.Netstack;
import odonata.actors.netisr.Ifnet;
import odonata.actors.netisr.NetKnobs;
import odonata.actors.netisr.NetSettings;
import odonata.actors.netisr.PartitionEvents;
import odonata.actors.nic.Nic;
import odonata.actors.socket.SockCall;
import odonata.actors.socket.SockEntry;
import odonata.actors.socket.SockFiles;
import odonata.actors.tcp.TcpSecret;
import odonata.actors.tcp.TcpStack;
import odonata.protocol.errno.Kassert;
import odonata.protocol.errno.NetError;
import odonata.protocol.flow.BucketMap;
import odonata.protocol.ip.Ipv4Prefix;
import odonata.protocol.route.RouteChange;
import odonata.protocol.route.RouteTable;
import odonata.protocol.tcp.machine.TcpSettings;
import odonata.protocol.wire.Mbuf;

/**
 * One emulated host in virtual time, where work costs nothing: what a call or a packet causes at once has happened when the call is over,
 * at the same microsecond. Calls are made on the first CPU. Thread: one, that of the caller.
 */
final class TestHost implements AutoCloseable {
    /** The time at which a host begins, in microseconds. */
    static final long BEGIN_US = 1_700_000_000_000_000L;

    private static final long NS_PER_US = 1_000;
    private static final int WIRE = 1;
    private static final int MEMBER = 1;
    private static final int HEADERS = 40;
    private static final int UDP_RECVSPACE = 41_600;
    private static final int UDP_MAXDGRAM = 9_216;
    private static final long SECRET = 0x6f646f6e617461L;

    private final Conductor conductor = Conductor.create(CostModel.free());
    private final List<Netstack> stacks = new ArrayList<>();
    private final List<Throwable> panics = new ArrayList<>();
    private final SockFiles files = new SockFiles();
    private final TcpSettings tcp = new TcpSettings();
    private final Machine machine;
    private final WireEnd wire;
    private long nowUs;

    /** With so many CPUs and this address, in dotted form with the length of its network; {@code tap} sees all packets of the wire. */
    TestHost(final int cpus, final String address, final BiConsumer<Long, Mbuf> tap) {
        wire = new WireEnd(WIRE, (timeNs, mbuf) -> tap.accept(BEGIN_US * NS_PER_US + timeNs, mbuf));
        machine = Machine.inVirtualTime(
                conductor,
                MEMBER,
                IntStream.range(0, cpus).boxed().toList(),
                CpuSettings.defaults(),
                (cpu, cause) -> panics.add(cause));
        for (final Cpu cpu : machine.cpus()) {
            final List<Nic> nics = cpu.id() == 0 ? List.of(wire) : List.of();
            stacks.add(Netstack.attach(
                    cpu,
                    settings(address),
                    nics,
                    PartitionEvents.none(),
                    new TcpStack(tcp, new TcpSecret(MEMBER, SECRET))));
        }
        knobs().forEach(TestHost::asBsd);
        machine.start();
        final RouteTable<Ifnet> routes =
                RouteTable.<Ifnet>empty().with(Ipv4Prefix.ALL, new Ifnet(WIRE, 0, Ifnet.ETHER_MTU));
        final BucketMap map = BucketMap.masked(1, IntStream.range(0, cpus).toArray());
        stacks.forEach(stack -> {
            stack.routes(routes);
            stack.apply(map);
        });
        settle();
    }

    private static void asBsd(final NetKnobs knobs) {
        knobs.udpRecvSpace = UDP_RECVSPACE;
        knobs.udpMaxDatagram = UDP_MAXDGRAM;
    }

    private static NetSettings settings(final String address) {
        final Config own = ConfigFactory.parseString(
                "net { address = \"" + address + "\", packet-cost = 0ns, ident-seed = " + SECRET + " }");
        return NetSettings.from(own.withFallback(ConfigFactory.defaultReference(NetSettings.class.getClassLoader()))
                .resolve());
    }

    /** Now, in microseconds since 1970 as the host sees it. */
    long nowUs() {
        return BEGIN_US + nowUs;
    }

    /** When something happens next; {@link Long#MAX_VALUE} when nothing ever will by itself. */
    long nextUs() {
        final long nextNs = conductor.nextNs();
        return nextNs == Long.MAX_VALUE ? nextNs : BEGIN_US + (nextNs + NS_PER_US - 1) / NS_PER_US;
    }

    /** Lets time run; all that happens until then, has happened. */
    void runTo(final long timeUs) {
        nowUs = timeUs - BEGIN_US;
        settle();
    }

    /** All that happens now. */
    private void settle() {
        conductor.runUntil(nowUs * NS_PER_US);
        if (!panics.isEmpty()) {
            throw new IllegalStateException("a CPU of the host panicked", panics.get(0));
        }
    }

    /** The knobs of TCP, the same for all CPUs. */
    TcpSettings tcp() {
        return tcp;
    }

    /** The knobs of UDP and ICMP, of each CPU. */
    List<NetKnobs> knobs() {
        return stacks.stream().map(Netstack::knobs).toList();
    }

    /** Bytes of a packet that the wire carries, {@code 68..65535}. */
    void mtu(final int bytes) {
        tcp.mss = bytes - HEADERS;
        final CompletableFuture<NetError> changed =
                stacks.get(0).route(RouteChange.change(Ipv4Prefix.ALL, new Ifnet(WIRE, 0, bytes)));
        settle();
        Kassert.check(changed.join() == NetError.OK, "the route of the wire: %s", changed);
    }

    /** Forgets what ICMP said of the paths to other hosts. */
    void purgeHostCache() {
        stacks.forEach(Netstack::purgeHostCache);
        settle();
    }

    /** Makes a call; {@code done} is told, now or later, when it is over. */
    <R> SockEntry.Pending call(final SockCall<R> call, final BiConsumer<NetError, R> done) {
        final SockEntry.Pending[] begun = {() -> {}};
        machine.cpu(0)
                .inject(() -> begun[0] = stacks.get(0)
                        .sockets()
                        .call(files, call, (final NetError error, final R value) -> done.accept(error, value)));
        settle();
        return () -> {
            machine.cpu(0).inject(() -> begun[0].abort());
            settle();
        };
    }

    /** A packet arrives now. */
    void inject(final byte[] packet) {
        wire.inject(packet, nowUs * NS_PER_US);
        settle();
    }

    /** A packet that the host has sent. */
    @SuppressWarnings("ArrayRecordComponent") // handed over, not compared
    record Sent(long timeUs, byte[] packet) {}

    /** The oldest packet that the host has sent and nobody has taken. */
    Optional<Sent> take() {
        return wire.take().map(sent -> new Sent(BEGIN_US + sent.timeNs() / NS_PER_US, sent.packet()));
    }

    @Override
    public void close() {
        machine.close();
    }
}
