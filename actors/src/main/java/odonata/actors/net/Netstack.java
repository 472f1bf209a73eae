package odonata.actors.net;

import akka.actor.typed.Behavior;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import odonata.actors.app.Services;
import odonata.actors.app.UdpServer;
import odonata.actors.cpu.Cpu;
import odonata.actors.cpu.ThreadClass;
import odonata.actors.kv.KvCpu;
import odonata.actors.kv.KvSettings;
import odonata.actors.lwkt.Pri;
import odonata.actors.netisr.CpuNet;
import odonata.actors.netisr.DeviceTap;
import odonata.actors.netisr.FlowCounters;
import odonata.actors.netisr.Ifnet;
import odonata.actors.netisr.InterruptThread;
import odonata.actors.netisr.IntrMsg;
import odonata.actors.netisr.NetCounters;
import odonata.actors.netisr.NetKnobs;
import odonata.actors.netisr.NetMsg;
import odonata.actors.netisr.NetSettings;
import odonata.actors.netisr.NetisrThread;
import odonata.actors.netisr.PacketTap;
import odonata.actors.netisr.PartitionEvents;
import odonata.actors.nic.Nic;
import odonata.actors.nic.NicLine;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.actors.proc.ProcCpu;
import odonata.actors.socket.SockMsg;
import odonata.actors.socket.UdpLine;
import odonata.actors.socket.UdpSockets;
import odonata.actors.socket.UdpThread;
import odonata.actors.tcp.TcpFigures;
import odonata.actors.tcp.TcpFound;
import odonata.actors.tcp.TcpLine;
import odonata.actors.tcp.TcpMsg;
import odonata.actors.tcp.TcpSearch;
import odonata.actors.tcp.TcpSecret;
import odonata.actors.tcp.TcpStack;
import odonata.actors.tcp.TcpThread;
import odonata.actors.uipc.SockCpu;
import odonata.protocol.errno.Kassert;
import odonata.protocol.errno.NetError;
import odonata.protocol.flow.BucketMap;
import odonata.protocol.flow.FlowKey;
import odonata.protocol.route.RouteChange;
import odonata.protocol.route.RouteTable;
import odonata.protocol.tcp.machine.TcpState;

/**
 * The network of one CPU: its protocol threads, its devices with their interrupt threads, echo and discard.
 *
 * <p>Methods may be called from any thread unless they say otherwise; what they ask for is done by the CPU, in the order of
 * the calls of one thread.
 */
public final class Netstack {
    private static final int MAX_DEVICES = Port.FIRST_DYNAMIC - Port.INTR0;

    private final CpuNet net;
    private final UdpSockets udp;
    private final IdentityHashMap<Nic, Port<IntrMsg>> interrupts = new IdentityHashMap<>();
    private int lastSlot = MAX_DEVICES - 1;

    private final TcpStack tcp;
    private final SockCpu sockets;

    private Netstack(final CpuNet net, final TcpStack tcp) {
        this.net = net;
        this.tcp = tcp;
        this.udp = new UdpSockets(net);
        this.sockets = SockCpu.attach(net.cpu(), tcp);
    }

    /**
     * Gives {@code cpu} its network. Before the machine is started, or on the carrier.
     *
     * @param nics devices of this CPU; each is started. Routes are set apart, by {@link #routes}
     * @param events told of the CPU's progress with the bucket map, on the carrier
     */
    public static Netstack attach(
            final Cpu cpu, final NetSettings settings, final List<? extends Nic> nics, final PartitionEvents events) {
        return attach(cpu, settings, nics, events, new TcpStack(settings.tcp(), TcpSecret.random()));
    }

    /** As {@link #attach(Cpu, NetSettings, List, PartitionEvents)}, with a TCP of the caller's. */
    public static Netstack attach(
            final Cpu cpu,
            final NetSettings settings,
            final List<? extends Nic> nics,
            final PartitionEvents events,
            final TcpStack tcp) {
        final Netstack stack = new Netstack(new CpuNet(cpu, settings, events), tcp);
        stack.spawnThreads();
        nics.forEach(stack::addOnCarrier);
        return stack;
    }

    private void spawnThreads() {
        spawn("tcp_thread", Port.TCP_THREAD, ThreadClass.TCP, TcpThread.create(net, tcp));
        spawn("udp_thread", Port.UDP_THREAD, ThreadClass.UDP, UdpThread.create(net, udp));
        spawn("netisr", Port.NETISR, ThreadClass.NETISR, NetisrThread.create(net));
        serve("echo", Services.ECHO_PORT, Services.echo());
        serve("discard", Services.DISCARD_PORT, Services.discard());
    }

    private void spawn(
            final String name, final int index, final ThreadClass threadClass, final Behavior<Msg<NetMsg>> behavior) {
        net.cpu().spawn(name + "_" + net.cpu().id(), Pri.KERN_DAEMON, index, threadClass, behavior);
    }

    private void serve(final String name, final int lport, final UdpServer.Service service) {
        final Port<SockMsg> port = net.cpu()
                .spawn(name + "_" + net.cpu().id(), Pri.USER_NORM, 0, ThreadClass.USER, UdpServer.create(service));
        final NetError bound = udp.serve(lport, port);
        Kassert.check(bound == NetError.OK, "port %d is taken twice", lport);
    }

    /** The socket calls of this CPU. */
    public SockCpu sockets() {
        return sockets;
    }

    /** Gives this CPU its share of the keys of the key-value service, and its processes the call for them; before the first bucket map. */
    public KvCpu keys(final ProcCpu procs, final KvSettings settings) {
        return KvCpu.attach(net, procs, settings);
    }

    /** What may be changed of UDP and ICMP while this CPU runs; on its carrier. */
    public NetKnobs knobs() {
        return net.knobs();
    }

    /** TCP of this CPU; on its carrier. */
    public TcpStack tcp() {
        return tcp;
    }

    /** Adds a device to this CPU while it runs, and starts it. */
    public void add(final Nic nic) {
        net.cpu().inject(() -> addOnCarrier(nic));
    }

    private void addOnCarrier(final Nic nic) {
        final Port<IntrMsg> port = new Port<>(net.cpu().id(), Port.INTR0 + freeSlot());
        final InterruptThread.Doorbell doorbell = new InterruptThread.Doorbell(net, port);
        interrupts.put(nic, port);
        net.attach(nic);
        net.cpu()
                .spawn(
                        "intr_" + nic.name(),
                        Pri.INT_MED,
                        port.index(),
                        ThreadClass.INTERRUPT,
                        InterruptThread.create(net, nic, doorbell));
        nic.start(doorbell);
    }

    /** Goes round, so that a port is given again as late as can be. */
    private int freeSlot() {
        Kassert.check(
                interrupts.size() < MAX_DEVICES,
                "cpu %d has %d devices already",
                net.cpu().id(),
                MAX_DEVICES);
        do {
            lastSlot = (lastSlot + 1) % MAX_DEVICES;
        } while (interrupts.containsValue(new Port<IntrMsg>(net.cpu().id(), Port.INTR0 + lastSlot)));
        return lastSlot;
    }

    /** Takes a device from this CPU: it is neither pulled nor sent to any more. Its owner closes it then. */
    public CompletableFuture<Void> remove(final Nic nic) {
        final CompletableFuture<Void> done = new CompletableFuture<>();
        net.cpu().inject(() -> {
            net.detach(nic);
            final Port<IntrMsg> port = interrupts.remove(nic);
            if (port == null) {
                done.complete(null);
            } else {
                send(port, new IntrMsg.Detach(() -> done.complete(null)));
            }
        });
        return done;
    }

    /** A newer version of the bucket map; older ones change nothing. False when the CPU's inbox is full: try again. */
    public boolean apply(final BucketMap map) {
        return net.cpu()
                .injectMsg(
                        new Port<NetMsg>(net.cpu().id(), Port.NETISR),
                        Msg.init((NetMsg) new NetMsg.MapChanged(map), Port.none()));
    }

    /**
     * Changes the routes of all CPUs of this member, one after the other. Done with OK, EEXIST or ESRCH when the last has applied it, or with
     * ENOBUFS, and nothing changed, when the CPU's inbox is full.
     */
    public CompletableFuture<NetError> route(final RouteChange<Ifnet> change) {
        final CompletableFuture<NetError> done = new CompletableFuture<>();
        final NetMsg ask = new NetMsg.RtAsk(change, done::complete);
        if (!net.cpu().injectMsg(new Port<NetMsg>(net.cpu().id(), Port.NETISR), Msg.init(ask, Port.none()))) {
            done.complete(NetError.ENOBUFS);
        }
        return done;
    }

    /** The routes of this CPU. */
    public CompletableFuture<RouteTable<Ifnet>> routes() {
        final CompletableFuture<RouteTable<Ifnet>> answer = new CompletableFuture<>();
        net.cpu().inject(() -> answer.complete(net.routes()));
        return answer;
    }

    /** Replaces the routes of this CPU, before any are changed by {@link #route}. */
    public void routes(final RouteTable<Ifnet> table) {
        net.cpu().inject(() -> net.routes(table));
    }

    /** The TCP connections and listeners that this CPU owns; see {@link TcpStack#lines}. */
    public CompletableFuture<List<TcpLine>> tcpLines(final Predicate<TcpState> which, final int most) {
        final CompletableFuture<List<TcpLine>> answer = new CompletableFuture<>();
        net.cpu().inject(() -> answer.complete(tcp.lines(which, most)));
        return answer;
    }

    /** The TCP connections of this CPU that are meant; see {@link TcpStack#search}. */
    public CompletableFuture<TcpFound> tcpFind(final BiPredicate<FlowKey, TcpState> which, final int most) {
        final CompletableFuture<TcpFound> answer = new CompletableFuture<>();
        net.cpu().inject(() -> tcp.search(which, most)
                .ifPresentOrElse(search -> goOn(search, answer), () -> answer.complete(TcpFound.NONE)));
        return answer;
    }

    /** Others have their turn between the steps. */
    private void goOn(final TcpSearch search, final CompletableFuture<TcpFound> answer) {
        if (search.step()) {
            answer.complete(search.result());
        } else {
            net.cpu().inject(() -> goOn(search, answer));
        }
    }

    /** TCP of this CPU in short, with at most {@code lines} connections. */
    public CompletableFuture<TcpFigures> tcpFigures(final int lines) {
        final CompletableFuture<TcpFigures> answer = new CompletableFuture<>();
        net.cpu().inject(() -> answer.complete(tcp.figures(lines)));
        return answer;
    }

    /** The UDP sockets of this CPU. */
    public CompletableFuture<List<UdpLine>> udpLines() {
        final CompletableFuture<List<UdpLine>> answer = new CompletableFuture<>();
        net.cpu().inject(() -> answer.complete(udp.lines()));
        return answer;
    }

    /** This CPU's member leaves: the others find its listeners no more. They still serve what they have. */
    public void withdraw() {
        send(new Port<NetMsg>(net.cpu().id(), Port.TCP_THREAD), TcpMsg.Withdraw.INSTANCE);
    }

    /** Forgets what ICMP said of the paths to other hosts. */
    public void purgeHostCache() {
        net.cpu().inject(net::purgeHostCache);
    }

    /** Shows every packet that this CPU serves to {@code tap}; before the machine is started. */
    public void tap(final PacketTap tap) {
        net.tap(tap);
    }

    /** Shows every packet that passes a device of this CPU to {@code tap} too, until {@link #untapDevices}. */
    public void tapDevices(final DeviceTap tap) {
        net.cpu().inject(() -> net.tapDevices(tap));
    }

    /** Done when {@code tap} is shown nothing more. */
    public CompletableFuture<Void> untapDevices(final DeviceTap tap) {
        final CompletableFuture<Void> done = new CompletableFuture<>();
        net.cpu().inject(() -> {
            net.untapDevices(tap);
            done.complete(null);
        });
        return done;
    }

    /** The devices of this CPU. */
    public CompletableFuture<List<NicLine>> devices() {
        final CompletableFuture<List<NicLine>> answer = new CompletableFuture<>();
        net.cpu().inject(() -> answer.complete(net.devices()));
        return answer;
    }

    /** The UDP sockets of this CPU, and the control blocks that it knows; on the carrier. */
    public UdpSockets udp() {
        return udp;
    }

    /** The counters; read them at any time. */
    public NetCounters counters() {
        return net.counters();
    }

    /** The busiest flows, most packets first. */
    public CompletableFuture<List<FlowCounters.Top>> topFlows(final int n) {
        final CompletableFuture<List<FlowCounters.Top>> answer = new CompletableFuture<>();
        net.cpu().inject(() -> answer.complete(net.topFlows(n)));
        return answer;
    }

    /**
     * Done when every device of this CPU is empty and all that they had is on its way to the protocol threads. For a member
     * whose devices have told their peers to stop.
     */
    public CompletableFuture<Void> drainDevices() {
        final CompletableFuture<Void> done = new CompletableFuture<>();
        net.cpu().inject(() -> {
            final int[] missing = {1 + interrupts.size()};
            final Runnable one = () -> {
                if (--missing[0] == 0) {
                    done.complete(null);
                }
            };
            interrupts.values().forEach(port -> send(port, new IntrMsg.Drain(one)));
            one.run();
        });
        return done;
    }

    private <C> void send(final Port<C> port, final C command) {
        net.cpu().injectMsg(port, Msg.init(command, Port.none()));
    }
}
