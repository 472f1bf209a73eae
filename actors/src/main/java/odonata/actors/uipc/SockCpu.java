package odonata.actors.uipc;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import odonata.actors.cpu.Cpu;
import odonata.actors.netisr.NetMsg;
import odonata.actors.port.Port;
import odonata.actors.proc.ProcCpu;
import odonata.actors.socket.SockAddr;
import odonata.actors.socket.SockCall;
import odonata.actors.socket.SockEntry;
import odonata.actors.socket.SockFile;
import odonata.actors.socket.SockFiles;
import odonata.actors.socket.UdpMsg;
import odonata.actors.socket.UdpSocket;
import odonata.actors.tcp.TcpSocket;
import odonata.actors.tcp.TcpStack;
import odonata.protocol.errno.NetError;
import odonata.protocol.ip.IpProto;

/** Serves the socket calls of one CPU. Owner: the CPU's carrier. */
public final class SockCpu implements SockEntry {
    private static final Pending OVER = () -> {};

    private final Cpu cpu;
    private final TcpStack tcp;
    private final Requests requests;
    private final Wakeups wakeups;
    private final Map<Class<?>, Service<?, ?>> services = new HashMap<>();

    /** Serves one kind of call. */
    @FunctionalInterface
    private interface Service<R, S extends SockCall<R>> {
        Pending serve(SockFiles files, S call, BiConsumer<NetError, R> done);
    }

    /** Serves one kind of call on a descriptor that is there. */
    @FunctionalInterface
    private interface FileService<R, S extends SockCall<R>> {
        Pending serve(SockFile file, S call, BiConsumer<NetError, R> done);
    }

    private SockCpu(final Cpu cpu, final TcpStack tcp) {
        this.cpu = cpu;
        this.tcp = tcp;
        this.requests = new Requests(cpu);
        this.wakeups = new Wakeups(cpu);
        services.put(SockCall.Socket.class, service(this::socket));
        services.put(SockCall.Accept.class, service(this::accept));
        services.put(SockCall.Close.class, service(this::close));
        services.put(
                SockCall.Poll.class,
                service(
                        (final SockFiles files,
                                final SockCall.Poll poll,
                                final BiConsumer<NetError, java.util.List<odonata.actors.socket.PollFd>> done) ->
                                PollCall.begin(cpu, files, poll, done)));
        onNames();
        onData();
        onOptions();
    }

    /** The socket calls of {@code cpu}; before its machine is started. */
    public static SockCpu attach(final Cpu cpu, final TcpStack tcp) {
        return new SockCpu(cpu, tcp);
    }

    /** Serves the processes of this CPU too. */
    public void serve(final ProcCpu procs) {
        SockProcs.attach(this, procs);
    }

    /** Calls that wait for a protocol thread. */
    public int pending() {
        return requests.size();
    }

    /** TCP descriptors that have, or had, a connection, and are not closed. */
    public int connections() {
        return requests.connections();
    }

    /** UDP sockets that are open. */
    public int udpSockets() {
        return wakeups.size();
    }

    @Override
    @SuppressWarnings("unchecked") // a service was put for the class of its call
    public <R> Pending call(final SockFiles files, final SockCall<R> call, final BiConsumer<NetError, ? super R> done) {
        final Service<R, SockCall<R>> service = (Service<R, SockCall<R>>) services.get(call.getClass());
        return service.serve(files, call, (error, value) -> done.accept(error, value));
    }

    @Override
    public void closeAll(final SockFiles files) {
        files.removeAll().forEach(file -> file.close(false, (error, nothing) -> {}));
    }

    /** The calls that there are. */
    Set<Class<?>> calls() {
        return services.keySet();
    }

    private static <R, S extends SockCall<R>> Service<R, S> service(final Service<R, S> service) {
        return service;
    }

    private <R, S extends SockCall<R>> void on(
            final Class<S> call, final java.util.function.ToIntFunction<S> fd, final FileService<R, S> service) {
        services.put(call, service((final SockFiles files, final S command, final BiConsumer<NetError, R> done) -> {
            final Optional<SockFile> file = files.get(fd.applyAsInt(command));
            return file.isPresent() ? service.serve(file.get(), command, done) : over(done, NetError.EBADF, null);
        }));
    }

    private static <R> Pending over(final BiConsumer<NetError, R> done, final NetError error, final R value) {
        done.accept(error, value);
        return OVER;
    }

    private void onNames() {
        on(SockCall.Bind.class, SockCall.Bind::fd, (file, call, done) -> file.bind(call.addr(), done));
        on(SockCall.Listen.class, SockCall.Listen::fd, (file, call, done) -> file.listen(call.backlog(), done));
        on(SockCall.Connect.class, SockCall.Connect::fd, (file, call, done) -> file.connect(call.addr(), done));
        on(SockCall.Getsockname.class, SockCall.Getsockname::fd, (file, call, done) -> file.sockname(done));
        on(SockCall.Getpeername.class, SockCall.Getpeername::fd, (file, call, done) -> file.peername(done));
        on(SockCall.Shutdown.class, SockCall.Shutdown::fd, (file, call, done) -> file.shutdown(call.how(), done));
    }

    private void onData() {
        on(
                SockCall.Send.class,
                SockCall.Send::fd,
                (file, call, done) ->
                        file.send(call.data(), call.offset(), call.length(), call.flags(), SockAddr.any(0), done));
        on(
                SockCall.Sendto.class,
                SockCall.Sendto::fd,
                (file, call, done) ->
                        file.send(call.data(), call.offset(), call.length(), call.flags(), call.to(), done));
        on(
                SockCall.Recv.class,
                SockCall.Recv::fd,
                (file, call, done) -> file.receive(
                        call.length(),
                        call.flags(),
                        (error, received) -> done.accept(error, error == NetError.OK ? received.data() : null)));
        on(
                SockCall.Recvfrom.class,
                SockCall.Recvfrom::fd,
                (file, call, done) -> file.receive(call.length(), call.flags(), done));
        on(SockCall.Fionread.class, SockCall.Fionread::fd, (file, call, done) -> file.readable(done));
        on(SockCall.Sockatmark.class, SockCall.Sockatmark::fd, (file, call, done) -> file.atMark(done));
    }

    private void onOptions() {
        on(
                SockCall.Getsockopt.class,
                SockCall.Getsockopt::fd,
                (file, call, done) -> file.getOption(call.option(), done));
        on(
                SockCall.Setsockopt.class,
                SockCall.Setsockopt::fd,
                (file, call, done) -> file.setOption(call.option(), call.value(), done));
        on(SockCall.GetTcpInfo.class, SockCall.GetTcpInfo::fd, (file, call, done) -> file.info(done));
        on(SockCall.SetNonblock.class, SockCall.SetNonblock::fd, (file, call, done) -> {
            file.nonblocking(call.on());
            return over(done, NetError.OK, null);
        });
        on(
                SockCall.GetNonblock.class,
                SockCall.GetNonblock::fd,
                (file, call, done) -> over(done, NetError.OK, file.isNonblocking()));
    }

    private Pending socket(
            final SockFiles files, final SockCall.Socket call, final BiConsumer<NetError, Integer> done) {
        if (call.domain() != SockCall.AF_INET) {
            return over(done, NetError.EAFNOSUPPORT, null);
        }
        if (files.isFull()) {
            return over(done, NetError.EMFILE, null);
        }
        if (is(call, SockCall.SOCK_STREAM, IpProto.TCP)) {
            final TcpSocket so = new TcpSocket(cpu.id(), tcp.settings());
            return over(done, NetError.OK, files.add(new TcpFile(requests, so)));
        }
        return is(call, SockCall.SOCK_DGRAM, IpProto.UDP)
                ? udpSocket(files, done)
                : over(done, NetError.EPROTONOSUPPORT, null);
    }

    private static boolean is(final SockCall.Socket call, final int type, final int protocol) {
        return call.type() == type && (call.protocol() == 0 || call.protocol() == protocol);
    }

    private Pending udpSocket(final SockFiles files, final BiConsumer<NetError, Integer> done) {
        final Port<NetMsg> udpThread = new Port<>(cpu.id(), Port.UDP_THREAD);
        return requests.ask(udpThread, (NetMsg) new UdpMsg.Attach(wakeups.port()), (error, result) -> {
            if (error != NetError.OK) {
                done.accept(error, null);
                return;
            }
            final UdpFile file = wakeups.open(requests, (UdpSocket) result);
            if (files.isFull()) {
                file.close(false, (closed, nothing) -> done.accept(NetError.EMFILE, null));
            } else {
                done.accept(NetError.OK, files.add(file));
            }
        });
    }

    /** A connection for which there is no descriptor is closed. */
    private Pending accept(
            final SockFiles files, final SockCall.Accept call, final BiConsumer<NetError, SockCall.Accepted> done) {
        final Optional<SockFile> file = files.get(call.fd());
        if (file.isEmpty()) {
            return over(done, NetError.EBADF, null);
        }
        if (files.isFull()) {
            return over(done, NetError.EMFILE, null);
        }
        return file.get().accept((error, incoming) -> {
            if (error != NetError.OK) {
                done.accept(error, null);
            } else if (files.isFull()) {
                incoming.file().close(false, (closed, nothing) -> {});
                done.accept(NetError.EMFILE, null);
            } else {
                done.accept(NetError.OK, new SockCall.Accepted(files.add(incoming.file()), incoming.peer()));
            }
        });
    }

    /** The descriptor is free at once, also while the close lingers. */
    private Pending close(final SockFiles files, final SockCall.Close call, final BiConsumer<NetError, Void> done) {
        final Optional<SockFile> file = files.remove(call.fd());
        return file.isPresent() ? file.get().close(true, done) : over(done, NetError.EBADF, null);
    }
}
