package odonata.actors.caps;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import odonata.actors.caps.CapsCmd.Answer;
import odonata.actors.caps.CapsCmd.Dispose;
import odonata.actors.caps.CapsCmd.Lookup;
import odonata.actors.caps.CapsCmd.Register;
import odonata.actors.caps.CapsCmd.Request;
import odonata.actors.caps.CapsCmd.Unregister;
import odonata.actors.caps.CapsCmd.Watch;
import odonata.actors.caps.CapsMsg.Sender;
import odonata.actors.caps.CapsMsg.State;
import odonata.actors.caps.Endpoint.OfClient;
import odonata.actors.caps.Endpoint.OfService;
import odonata.actors.cpu.Cpu;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.actors.port.SyncPort;
import odonata.actors.proc.Proc;
import odonata.actors.proc.ProcCpu;
import odonata.actors.proc.Procs;
import odonata.protocol.errno.Kassert;
import odonata.protocol.errno.NetError;

/**
 * Named services on one CPU: its share of the names, the endpoints of the processes that were started here, and the port at which the
 * CPUs tell each other. A request is one message between two of these ports, so that it is answered once (R15): by the service, or by the
 * kernel when that goes.
 *
 * <p>An endpoint is worked on where its process is; what comes for it comes by the CPU that the port of the process names, and follows the
 * thread from there, in order. Owner: the CPU's carrier.
 */
public final class CapsCpu implements SyncPort<CapsCmd> {
    private static final int COUNT_BITS = 40;

    private final Procs machine;
    private final ProcCpu procs;
    private final List<CapsCpu> parts;
    private final CapsPeers peers;
    private final Port<CapsCmd> port;
    private final CapsNames names = new CapsNames();

    /** Of the processes whose ports are here, wherever they are. */
    private final Map<Integer, Endpoint> endpoints = new HashMap<>();

    private final Map<Integer, Opening> opening = new HashMap<>();
    /** CPUs of other members whose end this one will learn of. */
    private final Set<Integer> watched = new HashSet<>();

    private long made;
    private long sent;

    /** A call that waits for the CPU that keeps the name; {@code doors} are the members to be asked after that. */
    private record Opening(Proc caller, Msg<?> call, Iterator<Integer> doors) {}

    private CapsCpu(final Procs machine, final ProcCpu procs, final List<CapsCpu> parts, final CapsPeers peers) {
        this.machine = machine;
        this.procs = procs;
        this.parts = parts;
        this.peers = peers;
        port = procs.cpu().register(Port.CAPS, this);
        parts.add(this);
        procs.register(Caps.Service.class, this::onService);
        procs.register(Caps.Client.class, this::onClient);
        procs.register(Caps.Put.class, this::onPut);
        procs.register(Caps.Get.class, this::onGet);
        procs.register(Caps.Wait.class, this::onWait);
        procs.register(Caps.Reply.class, this::onReply);
        procs.register(Caps.Close.class, this::onClose);
        procs.onExit(this::exited);
    }

    /** Gives the processes of a machine named services of their own; before it is started. */
    public static void attach(final Procs procs) {
        attach(procs, CapsPeers.none());
    }

    /** As {@link #attach(Procs)}, and those of other members. */
    public static void attach(final Procs procs, final CapsPeers peers) {
        final List<CapsCpu> parts = new ArrayList<>();
        procs.parts().forEach(part -> new CapsCpu(procs, part, parts, peers));
    }

    // What another CPU, or this one, sends.

    @Override
    public NetError put(final Msg<CapsCmd> msg) {
        final Object command = msg.command();
        if (command instanceof Register register) {
            return names.register(register.key(), register.ref());
        } else if (command instanceof Unregister gone) {
            names.unregister(gone.key(), gone.ref());
            return NetError.OK;
        } else if (command instanceof Lookup lookup) {
            return lookedUp(lookup, msg);
        } else if (command instanceof Watch) {
            return NetError.EASYNC;
        } else if (command instanceof Request request) {
            return requested(request, msg);
        } else if (command instanceof Dispose dispose) {
            disposed(dispose);
            return NetError.OK;
        }
        return NetError.EINVAL;
    }

    @Override
    public void reply(final Msg<?> msg) {
        final Object command = msg.command();
        if (command instanceof Register register) {
            registered(register, msg.error());
        } else if (command instanceof Lookup lookup) {
            found(lookup, msg.error(), msg.result());
        } else if (command instanceof Request request) {
            answered(request, msg);
        } else if (command instanceof Watch) {
            memberGone(msg.target().cpu());
        }
    }

    /** Another member asks any CPU of this one; that passes it on to the one that keeps the name. */
    private NetError lookedUp(final Lookup lookup, final Msg<?> msg) {
        final Port<CapsCmd> keeper = homeOf(lookup.key());
        if (!keeper.equals(port)) {
            procs.cpu().transport().forwardMsg(msg, keeper);
            return NetError.EASYNC;
        }
        final ServiceRef found = names.find(lookup.key());
        return found == null ? NetError.ENOENT : procs.sysReturn(msg, NetError.OK, found);
    }

    private NetError requested(final Request request, final Msg<?> msg) {
        if (!(endpoints.get(request.service()) instanceof OfService service)) {
            return NetError.ENOTCONN;
        }
        atOwner(service, there -> there.deliver(service, request, msg));
        if (msg.isProxy() && watched.add(msg.originCpu())) {
            ask(port.on(msg.originCpu()), Watch.INSTANCE, port);
        }
        return NetError.EASYNC;
    }

    /** Nobody there disposes of anything any more: the kernel does. */
    private void memberGone(final int cpu) {
        watched.remove(cpu);
        for (final Endpoint endpoint : List.copyOf(endpoints.values())) {
            if (endpoint instanceof OfService service) {
                atOwner(service, there -> service.answeredFor(cpu).forEach(id -> dispose(service, id)));
            }
        }
    }

    private void deliver(final OfService service, final Request request, final Msg<?> msg) {
        checkHere(service);
        if (service.isClosed()) {
            procs.sysReturn(msg, NetError.ENOTCONN, null);
        } else {
            if (msg.isProxy()) {
                service.from(msg.originCpu(), request.id());
            }
            service.add(
                    new CapsMsg(request.id(), State.REQUEST, request.sender(), NetError.OK, request.payload()), msg);
            wake(service);
        }
    }

    private void disposed(final Dispose dispose) {
        if (endpoints.get(dispose.service()) instanceof OfService service) {
            atOwner(service, there -> dispose(service, dispose.id()));
        }
    }

    /** Wakes nobody: the service notices it with its next request. */
    private static void dispose(final OfService service, final long id) {
        service.disposed(id);
        service.add(new CapsMsg(id, State.DISPOSE, Sender.KERNEL, NetError.OK, null), null);
    }

    private void registered(final Register register, final NetError error) {
        final int id = register.ref().endpoint();
        opened(opening.remove(id), error, endpoints.get(id));
    }

    private void found(final Lookup lookup, final NetError error, final Object service) {
        final Opening call = opening.get(lookup.client());
        if (error != NetError.OK && call.doors().hasNext()) {
            ask(port.on(call.doors().next()), lookup, port);
            return;
        }
        opening.remove(lookup.client());
        final OfClient client = new OfClient(lookup.client(), call.caller(), (ServiceRef) service);
        endpoints.put(client.id(), client);
        opened(call, error, client);
    }

    /** The CPU that keeps the name has answered: the endpoint is there, unless its process has gone meanwhile. */
    private void opened(final Opening opening, final NetError error, final Endpoint endpoint) {
        if (error != NetError.OK) {
            endpoints.remove(endpoint.id());
        }
        atOwner(endpoint, there -> {
            if (error != NetError.OK) {
                there.procs.sysReturn(opening.call(), error, null);
            } else if (opening.caller().isAlive()) {
                endpointsOf(opening.caller()).add(endpoint);
                there.procs.sysReturn(opening.call(), NetError.OK, endpoint.id());
            } else {
                there.close(endpoint);
            }
        });
    }

    private void answered(final Request request, final Msg<?> msg) {
        final boolean real = msg.error() == NetError.OK;
        final Answer answer = real ? (Answer) msg.result() : new Answer(Sender.KERNEL, null);
        if (endpoints.get(request.client()) instanceof OfClient client) {
            atOwner(client, there -> there.take(client, request, real, answer));
        } else if (real) {
            tell(msg.target(), new Dispose(request.service(), request.id()));
        }
    }

    /** The reply to a client that is gone is disposed of at once. */
    private void take(final OfClient client, final Request request, final boolean real, final Answer answer) {
        checkHere(client);
        if (client.isClosed()) {
            if (real) {
                tell(client.service().port(), new Dispose(request.service(), request.id()));
            }
            return;
        }
        if (!real) {
            client.serviceGone();
        }
        final NetError error = real ? NetError.OK : NetError.ENOTCONN;
        client.add(new CapsMsg(request.id(), State.REPLY, answer.sender(), error, answer.payload()), null);
        wake(client);
    }

    /** On the CPU where the process of an endpoint is, after all that was sent there before. */
    private void atOwner(final Endpoint endpoint, final Consumer<CapsCpu> function) {
        procs.cpu().transport().toOwner(endpoint.owner().port(), there -> function.accept(partOf(there)));
    }

    private void checkHere(final Endpoint endpoint) {
        final Proc owner = endpoint.owner();
        Kassert.check(
                !owner.isAlive() || owner.place() == procs,
                "message for an endpoint of %s on %s, and it is elsewhere",
                owner,
                procs.cpu());
    }

    /** An endpoint for a process of this CPU is opened by the CPU that the port of the process names. */
    private NetError open(final Proc caller, final Consumer<CapsCpu> ask) {
        procs.cpu().sendIpi(caller.port().cpu(), home -> ask.accept(homeOf(caller)));
        return NetError.EASYNC;
    }

    private CapsCpu partOf(final Cpu cpu) {
        return parts.get(machine.parts().indexOf(machine.of(cpu)));
    }

    // The system calls.

    private NetError onService(final Proc caller, final Msg<Caps.Service> msg) {
        final CapsKey key = new CapsKey(
                msg.command().name(), msg.command().uid(), msg.command().gid());
        if (!isName(key.name())) {
            return NetError.EINVAL;
        }
        if (!caller.cred().isRoot() && !speaksFor(caller, key)) {
            return NetError.EPERM;
        }
        final OfService service = new OfService(nextEndpoint(), caller, key);
        return open(caller, home -> {
            home.endpoints.put(service.id(), service);
            home.opening.put(service.id(), new Opening(caller, msg, Collections.emptyIterator()));
            home.ask(homeOf(key), new Register(key, new ServiceRef(home.port, service.id())), home.port);
        });
    }

    private NetError onClient(final Proc caller, final Msg<Caps.Client> msg) {
        final CapsKey key = new CapsKey(
                msg.command().name(), msg.command().uid(), msg.command().gid());
        if (!isName(key.name())) {
            return NetError.EINVAL;
        }
        final int id = nextEndpoint();
        return open(caller, home -> {
            home.opening.put(id, new Opening(caller, msg, peers.doors().iterator()));
            home.ask(homeOf(key), new Lookup(key, id), home.port);
        });
    }

    private NetError onPut(final Proc caller, final Msg<Caps.Put> msg) {
        final Endpoint endpoint = endpointOf(caller, msg.command().endpoint());
        if (!(endpoint instanceof OfClient client)) {
            return notMine(endpoint);
        }
        if (client.isServiceGone()) {
            return NetError.ENOTCONN;
        }
        final boolean remote =
                !procs.cpu().machine().hosts(client.service().port().cpu());
        if (remote && !peers.canTravel(msg.command().payload())) {
            return NetError.EINVAL;
        }
        if (!client.put()) {
            return NetError.ENOBUFS;
        }
        final ServiceRef service = client.service();
        final long id = requestNumber();
        ask(
                service.port(),
                new Request(
                        service.endpoint(),
                        client.id(),
                        id,
                        senderOf(caller),
                        msg.command().payload()),
                homeOf(caller).port);
        return procs.sysReturn(msg, NetError.OK, id);
    }

    private NetError onGet(final Proc caller, final Msg<Caps.Get> msg) {
        final Endpoint endpoint = endpointOf(caller, msg.command().endpoint());
        if (endpoint == null || isOver(endpoint)) {
            return NetError.ENOTCONN;
        }
        final CapsMsg next = take(endpoint);
        return next == null ? NetError.EAGAIN : procs.sysReturn(msg, NetError.OK, next);
    }

    private NetError onWait(final Proc caller, final Msg<Caps.Wait> msg) {
        final Endpoint endpoint = endpointOf(caller, msg.command().endpoint());
        if (endpoint == null || isOver(endpoint)) {
            return NetError.ENOTCONN;
        }
        final CapsMsg next = take(endpoint);
        if (next != null) {
            return procs.sysReturn(msg, NetError.OK, next);
        }
        endpoint.waiters().add(msg);
        return procs.sysSleep(caller, msg, () -> endpoint.waiters().remove(msg));
    }

    private NetError onReply(final Proc caller, final Msg<Caps.Reply> msg) {
        final Endpoint endpoint = endpointOf(caller, msg.command().endpoint());
        if (!(endpoint instanceof OfService service)) {
            return notMine(endpoint);
        }
        final Msg<?> request = service.held(msg.command().id());
        if (request == null) {
            return NetError.ENOENT;
        }
        if (request.isProxy() && !peers.canTravel(msg.command().payload())) {
            return NetError.EINVAL;
        }
        service.answered(msg.command().id());
        if (request.isProxy() && !procs.cpu().machine().reaches(request.originCpu())) {
            dispose(service, msg.command().id());
        }
        procs.sysReturn(
                request, NetError.OK, new Answer(senderOf(caller), msg.command().payload()));
        return NetError.OK;
    }

    private NetError onClose(final Proc caller, final Msg<Caps.Close> msg) {
        final Endpoint endpoint = endpointOf(caller, msg.command().endpoint());
        if (endpoint == null) {
            return NetError.ENOTCONN;
        }
        close(endpoint);
        return NetError.OK;
    }

    private void exited(final Proc proc) {
        endpointsOf(proc).all().forEach(this::close);
    }

    /** First it is gone, so that what comes meanwhile finds it gone; then everybody who waits for it is told. */
    private void close(final Endpoint endpoint) {
        endpoint.closes();
        endpointsOf(endpoint.owner()).remove(endpoint);
        final CapsCpu home = homeOf(endpoint.owner());
        procs.cpu().sendIpi(home.procs.cpu().id(), there -> home.endpoints.remove(endpoint.id()));
        if (endpoint instanceof OfService service) {
            tell(homeOf(service.key()), new Unregister(service.key(), new ServiceRef(home.port, service.id())));
            service.abandon().forEach(request -> procs.sysReturn(request, NetError.ENOTCONN, null));
        } else {
            while (take(endpoint) != null) {
                // each reply that was not taken is disposed of
            }
        }
        endpoint.waiters().forEach(call -> procs.sysReturn(call, NetError.ENOTCONN, null));
    }

    /** The next message for the process of an endpoint; of a reply that is taken the service is told. */
    private CapsMsg take(final Endpoint endpoint) {
        final CapsMsg next = endpoint.take();
        if (next != null && next.error() == NetError.OK && endpoint instanceof OfClient client) {
            tell(client.service().port(), new Dispose(client.service().endpoint(), next.id()));
        }
        return next;
    }

    private void wake(final Endpoint endpoint) {
        while (!endpoint.waiters().isEmpty() && !endpoint.isEmpty()) {
            final Msg<?> call = endpoint.waiters().poll();
            procs.sysReturn(call, NetError.OK, take(endpoint));
        }
    }

    private void ask(final Port<CapsCmd> target, final CapsCmd command, final Port<CapsCmd> reply) {
        procs.cpu().transport().sendMsg(Msg.init(command, reply), target);
    }

    private void tell(final Port<?> target, final CapsCmd command) {
        procs.cpu().transport().sendMsg(Msg.init(command, Port.none()), target);
    }

    private Port<CapsCmd> homeOf(final CapsKey key) {
        return parts.get(Math.floorMod(key.name().hashCode(), parts.size())).port;
    }

    /** The part of the CPU that the port of a process names. */
    private CapsCpu homeOf(final Proc proc) {
        return partOf(procs.cpu().machine().cpu(proc.port().cpu()));
    }

    private Endpoint endpointOf(final Proc caller, final int id) {
        return endpointsOf(caller).find(id);
    }

    private static CapsProc endpointsOf(final Proc proc) {
        return proc.attached(CapsProc.class, CapsProc::new);
    }

    /** Of all requests in the cluster: a service tells those of its clients apart by it. */
    private long requestNumber() {
        return (long) (procs.cpu().id() + 1) << COUNT_BITS | sent++;
    }

    private int nextEndpoint() {
        return (int) procs.numberOf(made++);
    }

    private static boolean isOver(final Endpoint endpoint) {
        return endpoint instanceof OfClient client && client.isOver();
    }

    private static NetError notMine(final Endpoint endpoint) {
        return endpoint == null ? NetError.ENOTCONN : NetError.EINVAL;
    }

    private static Sender senderOf(final Proc caller) {
        return new Sender(caller.pid(), caller.cred());
    }

    private static boolean speaksFor(final Proc caller, final CapsKey key) {
        final boolean user = key.uid() == Caps.ANY || key.uid() == caller.cred().euid();
        final boolean group = key.gid() == Caps.ANY
                || key.gid() == caller.cred().gid()
                || caller.cred().groups().contains(key.gid());
        return user && group;
    }

    private static boolean isName(final String name) {
        return name != null && !name.isEmpty() && name.length() <= Caps.MAX_NAME;
    }
}
