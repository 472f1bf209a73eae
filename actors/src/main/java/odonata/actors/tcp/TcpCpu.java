package odonata.actors.tcp;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import odonata.actors.cpu.Callout;
import odonata.actors.cpu.Cpu;
import odonata.actors.lwkt.Td;
import odonata.actors.netisr.CpuNet;
import odonata.actors.netisr.NetCounter;
import odonata.actors.netisr.NetMsg;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.actors.socket.SockOpt;
import odonata.protocol.errno.KernelPanic;
import odonata.protocol.errno.NetError;
import odonata.protocol.flow.FlowKey;
import odonata.protocol.ip.Ipv4Header;
import odonata.protocol.tcp.machine.IssGenerator;
import odonata.protocol.tcp.machine.TcpCb;
import odonata.protocol.tcp.machine.TcpMachine;
import odonata.protocol.tcp.machine.TcpOut;
import odonata.protocol.tcp.machine.TcpState;
import odonata.protocol.tcp.machine.TcpTimer;

/**
 * What all of TCP on one CPU works with: the machine, the tables, the time, the other tcp_threads; and what follows each call of the machine,
 * {@link #settle}. Owner: the tcp_thread, on which all of it runs.
 */
final class TcpCpu {
    /** Bytes of the headers of IP and TCP without options. */
    static final int HEADERS = 40;

    private static final long NS_PER_US = 1_000;
    private static final int ISS = 1;
    private static final int PORTS = 2;
    private static final int SYNCACHE = 3;
    private static final int COOKIES = 4;
    private static final int CONNS = 5;

    /** Bits of a name under the CPU that gave it. */
    private static final int NAMES = 40;

    final Td td;
    final CpuNet net;
    final TcpMachine machine;
    final ConnTable conns;
    final ListenTable listens;
    final PortSlice ports;
    final IssGenerator iss;
    final TcpSyns syns;
    final TcpCargo cargo;
    final TcpHeld held;
    final TcpTrouble trouble;
    private final TcpIo io;
    private final Port<NetMsg> port;
    private final List<Integer> cpus;
    private final Callout waits;
    private long waitsUs = TcpTimer.NEVER;
    private long names;

    TcpCpu(final Td td, final CpuNet net, final CpuNet.Lane lane, final TcpStack stack) {
        this.td = td;
        this.net = net;
        cargo = new TcpCargo(this);
        held = new TcpHeld(lane);
        port = td.port();
        cpus = net.cpu().machine().cpus().stream().map(Cpu::id).toList();
        conns = new ConnTable(stack.secret().forPurpose(CONNS), stack.settings(), port);
        trouble = new TcpTrouble(conns, td.cpu());
        listens = new ListenTable(td.cpu());
        io = new TcpIo(this);
        machine = new TcpMachine(stack.settings(), io);
        ports = new PortSlice(
                cpus.indexOf(td.cpu()), cpus.size(), stack.secret().forPurpose(PORTS));
        final TcpSecret secret = stack.secret().forPurpose(ISS);
        iss = new IssGenerator(secret.k0(), secret.k1());
        syns = new TcpSyns(
                this,
                stack.settings(),
                stack.limits(),
                stack.secret().forPurpose(SYNCACHE),
                stack.secret().forPurpose(COOKIES));
        waits = td.callout(this::waited);
        stack.bind(this);
    }

    /** The machine's time. */
    long nowUs() {
        return td.now() / NS_PER_US;
    }

    /** The own port. */
    Port<NetMsg> port() {
        return port;
    }

    /** True when this CPU owns the socket. */
    boolean owns(final TcpSocket so) {
        return so.soPort().cpu() == td.cpu();
    }

    /** Port of the tcp_thread on a CPU. */
    Port<NetMsg> on(final int cpu) {
        return port.on(cpu);
    }

    /** CPUs of this machine, ascending. */
    List<Integer> cpus() {
        return cpus;
    }

    /** True for a CPU of this machine. */
    boolean isHere(final int cpu) {
        return net.cpu().machine().hosts(cpu);
    }

    /** True for a CPU of another member that is there. */
    boolean reaches(final int cpu) {
        return net.cpu().transport().reaches(cpu);
    }

    /** A socket gets a name by which the whole cluster knows it, unless it has one. */
    void nameFor(final TcpSocket so) {
        if (so.id() == 0) {
            so.id(((long) td.cpu() << NAMES) | ++names);
        }
    }

    /** The same, and it is found by it here. */
    void name(final TcpSocket so) {
        nameFor(so);
        conns.addName(so);
    }

    int firstCpu() {
        return cpus.get(0);
    }

    /** The CPU after this one, or after the last the first. */
    int nextCpu() {
        return cpus.get((cpus.indexOf(td.cpu()) + 1) % cpus.size());
    }

    boolean isLastCpu() {
        return cpus.get(cpus.size() - 1) == td.cpu();
    }

    /** CPU that keeps a local port. */
    int keeperOf(final int lport) {
        return cpus.get(PortSlice.positionOf(lport, cpus.size()));
    }

    /** Bucket of a flow. */
    int bucketOf(final FlowKey flow) {
        return net.mport().bucketOf(flow.src(), flow.sport(), flow.dst(), flow.dport());
    }

    /** Flow hash of a connection. */
    int hashOf(final FlowKey flow) {
        return net.hash().hash(flow.src(), flow.sport(), flow.dst(), flow.dport());
    }

    /** The way out. */
    TcpIo io() {
        return io;
    }

    /** Tells another tcp_thread, or this one, something that is not replied. */
    void tell(final int cpu, final TcpMsg command) {
        td.sendMsg(on(cpu), td.initMsg((NetMsg) command, Port.none()));
    }

    /** A new control block for a socket. */
    TcpCb open(final TcpSocket so, final FlowKey flow) {
        final TcpCb tcb = new TcpCb(flow, machine.settings());
        so.options.applyTo(tcb);
        limit(tcb, so.options);
        so.tcb = tcb;
        so.flow(flow);
        so.laddr = flow.src();
        so.lport = flow.sport();
        machine.keepAlive(tcb, so.options.has(SockOpt.SO_KEEPALIVE), nowUs());
        return tcb;
    }

    /** Segments are no longer than the path carries, as far as that is known (RFC 6691). */
    void limit(final TcpCb tcb, final SockOptions options) {
        final int most = net.pathMtu(tcb.flow().dst()) - HEADERS;
        if (most > 0 && most < machine.settings().mss) {
            tcb.maxSegment(
                    options.get(SockOpt.TCP_MAXSEG) > 0 ? Math.min(most, options.get(SockOpt.TCP_MAXSEG)) : most);
        }
    }

    /** Sends a segment that belongs to no connection. */
    void output(final TcpOut segment, final FlowKey flow) {
        io.output(segment, flow.src(), flow.dst(), Ipv4Header.DEFAULT_TTL, 0);
    }

    /** The socket that the next calls of the machine are about. */
    TcpMachine with(final TcpSocket so) {
        if (!owns(so)) {
            throw new KernelPanic("I41: " + so + " of " + so.soPort() + " is worked on by CPU " + td.cpu());
        }
        io.current(so);
        return machine;
    }

    /** Nobody has it, or ever will: the peer is reset. */
    void abort(final TcpSocket so) {
        so.detached = true;
        if (!so.gone) {
            with(so).abort(so.tcb, nowUs());
        }
        settle(so);
    }

    /** Its timer is due. */
    void expire(final TcpSocket so) {
        with(so).expire(so.tcb, nowUs());
        settle(so);
    }

    /** Tries an operation; what cannot be done yet waits at the socket, and what may wait does so behind others of its kind. */
    void serve(final TcpSocket so, final Msg<?> msg, final boolean mayWait, final BooleanSupplier attempt) {
        if ((mayWait && so.hasWaiting(msg.command().getClass())) || !attempt.getAsBoolean()) {
            so.park(msg, attempt);
        }
    }

    /**
     * Sees to what a call of the machine has changed: a handshake that is over, a connection that is, operations that can go on, one too many in
     * TIME-WAIT.
     */
    void settle(final TcpSocket so) {
        settleOne(so);
        limitWaits();
        watchWaits();
    }

    /** One too many in TIME-WAIT: the oldest that nobody holds ends, where there is none the oldest. */
    private void limitWaits() {
        while (conns.timeWait() > machine.settings().maxTcpTw) {
            if (conns.waitEndsUs() == TcpTimer.NEVER) {
                final TcpSocket so = conns.oldestKept();
                with(so).recycle(so.tcb, nowUs());
                settleOne(so);
            } else {
                machine.waited(true);
                conns.endWait();
            }
        }
    }

    /** A timer is set for the first of those in TIME-WAIT that have none. */
    private void watchWaits() {
        final long endsUs = conns.waitEndsUs();
        if (endsUs == TcpTimer.NEVER) {
            if (waitsUs != TcpTimer.NEVER) {
                waitsUs = TcpTimer.NEVER;
                waits.stop();
            }
        } else if (endsUs < waitsUs) {
            waitsUs = endsUs;
            waits.reset(Math.max(0, endsUs * NS_PER_US - td.now()));
        }
    }

    private void waited() {
        waitsUs = TcpTimer.NEVER;
        final long nowUs = nowUs();
        while (conns.waitEndsUs() <= nowUs) {
            machine.waited(false);
            conns.endWait();
        }
        watchWaits();
    }

    private void settleOne(final TcpSocket so) {
        if (so.tooLong) {
            so.tooLong = false;
            with(so).pathMss(so.tcb, net.pathMtu(so.flow().dst()) - HEADERS, nowUs());
        }
        if (so.cantReceive) {
            discard(so);
        }
        if (so.parent != null) {
            settleEmbryo(so);
        }
        if (so.tcb != null && so.tcb.state() == TcpState.CLOSED && !so.gone) {
            end(so);
        }
        if (so.id() != 0 && so.isOver()) {
            conns.removeName(so);
        }
        wake(so);
        conns.settled(so); // a send that waited may have ended the stream
    }

    /** Nobody will read what has come ({@code SS_CANTRCVMORE}); the peer may go on. */
    private void discard(final TcpSocket so) {
        final int unread = so.tcb.receiveBuffer().available();
        if (unread > 0) {
            with(so).receive(so.tcb, unread, nowUs());
        }
    }

    private void settleEmbryo(final TcpSocket so) {
        if (so.connected) {
            final TcpListener parent = so.parent;
            so.parent = null;
            so.home = parent.id.home();
            if (!parent.isHere()) {
                name(so);
            }
            if (parent.enqueue()) {
                tell(so.home, new TcpMsg.Completed(parent.id, so));
            } else {
                net.counters().count(NetCounter.TCP_LISTENDROP);
                with(so).abort(so.tcb, nowUs());
            }
        } else if (so.tcb.state() == TcpState.LISTEN) {
            so.parent = null;
            drop(so);
        } else if (so.tcb.state() == TcpState.CLOSED) {
            so.parent = null;
        }
    }

    /** The connection is over: out of the tables, its port free; the user is told when he asks. */
    private void end(final TcpSocket so) {
        if (so.tcb.error() != NetError.OK && so.tcb.error() != NetError.ECONNABORTED) {
            so.error(so.tcb.error());
        }
        drop(so);
    }

    /** Takes a connection out of all that knows it. */
    void drop(final TcpSocket so) {
        so.gone = true;
        conns.remove(so);
        if (so.timer != null) {
            so.timer.stop();
            so.timer = null;
        }
        release(so);
    }

    /** Its port is used by it no more. */
    void release(final TcpSocket so) {
        if (so.reserved) {
            so.reserved = false;
            if (!isHere(so.home)) {
                tell(so.home, new TcpMsg.Release(so, so.lport));
                return;
            }
            final int keeper = keeperOf(so.lport);
            if (keeper == td.cpu()) {
                ports.release(so, so.lport);
            } else {
                tell(keeper, new TcpMsg.Release(so, so.lport));
            }
        }
    }

    /** Operations of one kind go on in the order in which they came. */
    void wake(final TcpSocket so) {
        if (so.waiters().isEmpty()) {
            return;
        }
        final List<TcpSocket.Waiter> waiters = so.takeWaiters();
        if (waiters.size() == 1) {
            if (!waiters.get(0).attempt().getAsBoolean()) {
                so.keepWaiters(waiters);
            }
            return;
        }
        final List<TcpSocket.Waiter> left = new ArrayList<>();
        final Set<Class<?>> blocked = new HashSet<>();
        for (final TcpSocket.Waiter waiter : waiters) {
            final Class<?> kind = waiter.msg().command().getClass();
            final boolean predicate = kind == TcpMsg.Await.class;
            if ((!predicate && blocked.contains(kind)) || !waiter.attempt().getAsBoolean()) {
                blocked.add(kind);
                left.add(waiter);
            }
        }
        so.keepWaiters(left);
    }

    /**
     * Gives a socket to another CPU. The caller has taken it out of the tables, and must not touch it again: its new owner may be at work
     * already. What waits at it is to be passed on there, where it is tried anew.
     *
     * @return what waited at it
     */
    List<TcpSocket.Waiter> give(final TcpSocket so, final Port<NetMsg> to) {
        so.stopTimers();
        final List<TcpSocket.Waiter> waiters = so.takeWaiters();
        so.soPort(to);
        return waiters;
    }

    /** Passes on what waited at a socket that was given away. */
    void passOn(final List<TcpSocket.Waiter> waiters, final Port<NetMsg> to) {
        waiters.forEach(waiter -> passOn(waiter.msg(), to));
    }

    @SuppressWarnings("unchecked") // what waits at a socket came to a tcp_thread
    private void passOn(final Msg<?> msg, final Port<NetMsg> to) {
        td.forwardMsg(to, (Msg<NetMsg>) msg);
    }
}
