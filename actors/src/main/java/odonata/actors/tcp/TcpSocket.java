package odonata.actors.tcp;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import odonata.actors.cpu.Callout;
import odonata.actors.netisr.NetMsg;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.protocol.errno.Kassert;
import odonata.protocol.errno.NetError;
import odonata.protocol.flow.FlowKey;
import odonata.protocol.tcp.machine.TcpCb;
import odonata.protocol.tcp.machine.TcpSettings;
import odonata.protocol.tcp.machine.TcpState;
import odonata.protocol.wire.Fields;

/**
 * A TCP socket with its control block ({@code struct socket}, {@code inpcb}).
 *
 * <p>Owner: the tcp_thread at {@link #soPort}; nobody else reads or writes a field, but for that one, which tells everybody where to send
 * what concerns the socket. An owner that gives the socket away writes it last.
 *
 * <p>At another member it is another object. The one that stays is then no more than its name: a CPU of this member that knows by the
 * bucket map where to send what concerns it. When the connection comes back {@link #here} leads to the object that it is then.
 */
public final class TcpSocket {
    /** Bytes of a name. */
    public static final int NAME_BYTES = 36;

    private static final List<Waiter> NONE = List.of();

    /** An operation that waits at the socket, and how to try it again: true when it has been replied. */
    record Waiter(Msg<?> msg, BooleanSupplier attempt) {}

    /** A CPU of the member whose process has it, or will have it. */
    int home;
    /** Own end first; null while there is no connection. */
    private FlowKey flow;
    /** What it is known by in the whole cluster; 0 as long as nobody at another member has to know it. */
    private volatile long id;
    /** Version of the map by which a message about it was sent on last. */
    private volatile long mapVersion;

    private volatile TcpSocket here = this;

    /** Shared with its listener, and so never changed, but replaced. */
    SockOptions options;

    int laddr;
    int lport;
    /** A slice has noted that this socket uses its port. */
    boolean reserved;
    /** It asks for a port, and waits for the answer. */
    boolean binding;
    /** Another member opens its connection: whatever else is asked of it waits for the answer. */
    boolean opening;
    /** Its connection, from connect or the SYN on; null before. */
    TcpCb tcb;
    /** Set while it listens. */
    TcpListener listener;
    /** Who will give it out, while its handshake goes on; null after. */
    TcpListener parent;
    /** State under which its table counts it; null while it is in none. */
    TcpState counted;
    /** The handshake has been completed. */
    boolean connected;
    /** The connection has ended and is in no table. */
    boolean gone;
    /** No descriptor names it any more. */
    boolean detached;
    /** The user wants to receive no more. */
    boolean cantReceive;
    /** The user sends no more. */
    boolean cantSend;
    /** The urgent byte at the mark has been received out of band ({@code TCPOOB_HADDATA}). */
    boolean urgentTaken;
    /** A segment was longer than its path carries. */
    boolean tooLong;

    /** The connection's timer; null before it is first set here. */
    Callout timer;
    /** How long a close waits yet; null when none does. */
    Callout lingering;

    private NetError error = NetError.OK;
    private List<Waiter> waiters = NONE;
    private volatile Port<NetMsg> soPort;

    /** A socket without a name, owned by the tcp_thread of the CPU that makes it. */
    public TcpSocket(final int cpu, final TcpSettings settings) {
        this(new Port<>(cpu, Port.TCP_THREAD), new SockOptions(settings));
    }

    TcpSocket(final Port<NetMsg> soPort, final SockOptions options) {
        this.soPort = soPort;
        this.home = soPort.cpu();
        this.options = options;
    }

    /** One that is at another member. */
    TcpSocket(final long id, final FlowKey flow, final long mapVersion) {
        this.id = id;
        this.flow = flow;
        this.mapVersion = mapVersion;
        this.soPort = Port.none();
        here = null;
    }

    /** What another member needs to send a message about it. It must have a name. */
    public byte[] toName() {
        Kassert.check(id != 0, "%s is sent to another member without a name", this);
        final Fields f = Fields.writer(0);
        f.int64(id);
        flow.fields(f);
        f.int64(mapVersion);
        return f.toBytes();
    }

    /** One that is known by name. */
    public static TcpSocket ofName(final byte[] name) {
        final Fields f = Fields.reader(name, 0);
        return new TcpSocket(f.int64(0), FlowKey.NONE.fields(f), f.int64(0));
    }

    /** The object that the socket is on this member; null while it is at another. */
    TcpSocket here() {
        TcpSocket at = here;
        while (at != null && at.here != at) {
            at = at.here;
        }
        return at;
    }

    /** It has come back, as {@code other}. */
    void is(final TcpSocket other) {
        here = other;
    }

    /** It leaves this member; what concerns it is to be sent to {@code agent}, who knows by a map of this version where it is. */
    void leave(final Port<NetMsg> agent, final long version) {
        mapVersion = version;
        here = null;
        soPort = agent;
        tcb = null;
        parent = null;
    }

    long id() {
        return id;
    }

    void id(final long newId) {
        id = newId;
    }

    /** True when both name one socket. */
    boolean isSame(final TcpSocket other) {
        return this == other || (id != 0 && id == other.id);
    }

    long mapVersion() {
        return mapVersion;
    }

    void mapVersion(final long version) {
        mapVersion = version;
    }

    /** Stops what would run on the CPU that owns it. */
    void stopTimers() {
        if (timer != null) {
            timer.stop();
            timer = null;
        }
        if (lingering != null) {
            lingering.stop();
            lingering = null;
        }
    }

    /** Where to send what concerns it ({@code so_port}). It may be another the next time; any thread. */
    public Port<NetMsg> soPort() {
        final TcpSocket at = here();
        return at == null || at == this ? soPort : at.soPort();
    }

    void soPort(final Port<NetMsg> port) {
        soPort = port;
    }

    /** Its connection, own end first; for one that was accepted. */
    public FlowKey flow() {
        return flow;
    }

    void flow(final FlowKey newFlow) {
        flow = newFlow;
    }

    /** Nobody will ask for it any more. */
    boolean isOver() {
        return gone && detached;
    }

    boolean isListening() {
        return listener != null;
    }

    /** What went wrong and nobody has been told yet ({@code so_error}). */
    NetError error() {
        return error;
    }

    void error(final NetError newError) {
        error = newError;
    }

    NetError takeError() {
        final NetError taken = error;
        error = NetError.OK;
        return taken;
    }

    List<Waiter> waiters() {
        return waiters;
    }

    void park(final Msg<?> msg, final BooleanSupplier attempt) {
        if (waiters.isEmpty()) {
            waiters = new ArrayList<>(2);
        }
        waiters.add(new Waiter(msg, attempt));
    }

    /** True when an operation of this kind waits. */
    boolean hasWaiting(final Class<?> kind) {
        return !waiters.isEmpty()
                && waiters.stream().anyMatch(waiter -> waiter.msg().command().getClass() == kind);
    }

    /** True when it waited here. */
    boolean unpark(final Msg<?> msg) {
        return !waiters.isEmpty() && waiters.removeIf(waiter -> waiter.msg() == msg);
    }

    /** All that wait, which do so no more. */
    List<Waiter> takeWaiters() {
        final List<Waiter> taken = waiters;
        waiters = NONE;
        return taken;
    }

    void keepWaiters(final List<Waiter> kept) {
        waiters = kept.isEmpty() ? NONE : kept;
    }

    @Override
    public String toString() {
        return "tcp socket " + lport + (flow == null ? "" : " " + flow) + (tcb == null ? "" : " " + tcb.state());
    }
}
