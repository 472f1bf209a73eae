package odonata.actors.caps;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import odonata.actors.caps.CapsCmd.Answer;
import odonata.actors.caps.CapsCmd.Dispose;
import odonata.actors.caps.CapsCmd.Lookup;
import odonata.actors.caps.CapsCmd.Register;
import odonata.actors.caps.CapsCmd.Request;
import odonata.actors.caps.CapsCmd.Unregister;
import odonata.actors.caps.CapsMsg.Sender;
import odonata.actors.caps.CapsMsg.State;
import odonata.actors.caps.Endpoint.OfClient;
import odonata.actors.caps.Endpoint.OfService;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.actors.port.SyncPort;
import odonata.actors.proc.Proc;
import odonata.actors.proc.ProcCpu;
import odonata.actors.proc.Procs;
import odonata.protocol.errno.NetError;

/**
 * Named services on one CPU: the endpoints of its processes, its share of the names, and the port at which the CPUs of the machine
 * tell each other. A request is one message between two of these ports, so that it is answered once (R15): by the service, or by the
 * kernel when that goes. Owner: the CPU's carrier.
 */
public final class CapsCpu implements SyncPort<CapsCmd> {
    private final ProcCpu procs;
    private final List<Port<CapsCmd>> ports;
    private final Port<CapsCmd> port;
    private final CapsNames names = new CapsNames();
    private final Map<Integer, Endpoint> endpoints = new TreeMap<>();
    private final Map<Integer, Opening> opening = new HashMap<>();
    private long made;
    private long sent;

    /** A call that waits for the CPU that keeps the name. */
    private record Opening(Proc caller, Msg<?> call) {}

    private CapsCpu(final ProcCpu procs, final List<Port<CapsCmd>> ports) {
        this.procs = procs;
        this.ports = ports;
        port = procs.cpu().register(0, this);
        ports.add(port);
        procs.register(Caps.Service.class, this::onService);
        procs.register(Caps.Client.class, this::onClient);
        procs.register(Caps.Put.class, this::onPut);
        procs.register(Caps.Get.class, this::onGet);
        procs.register(Caps.Wait.class, this::onWait);
        procs.register(Caps.Reply.class, this::onReply);
        procs.register(Caps.Close.class, this::onClose);
        procs.onExit(this::exited);
    }

    /** Gives the processes of a machine named services; before it is started. */
    public static void attach(final Procs procs) {
        final List<Port<CapsCmd>> ports = new ArrayList<>();
        procs.parts().forEach(part -> new CapsCpu(part, ports));
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
            final ServiceRef found = names.find(lookup.key());
            return found == null ? NetError.ENOENT : procs.sysReturn(msg, NetError.OK, found);
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
        }
    }

    private NetError requested(final Request request, final Msg<?> msg) {
        if (!(endpoints.get(request.service()) instanceof OfService service)) {
            return NetError.ENOTCONN;
        }
        service.add(new CapsMsg(request.id(), State.REQUEST, request.sender(), NetError.OK, request.payload()), msg);
        wake(service);
        return NetError.EASYNC;
    }

    /** Wakes nobody: the service notices it with its next request. */
    private void disposed(final Dispose dispose) {
        if (endpoints.get(dispose.service()) instanceof OfService service) {
            service.add(new CapsMsg(dispose.id(), State.DISPOSE, Sender.KERNEL, NetError.OK, null), null);
        }
    }

    private void registered(final Register register, final NetError error) {
        final int id = register.ref().endpoint();
        final Opening call = opening.remove(id);
        if (call == null) {
            if (error == NetError.OK) {
                tell(homeOf(register.key()), new Unregister(register.key(), register.ref()));
            }
        } else if (error == NetError.OK) {
            endpoints.put(id, new OfService(id, call.caller(), register.key()));
            procs.sysReturn(call.call(), NetError.OK, id);
        } else {
            procs.sysReturn(call.call(), error, null);
        }
    }

    private void found(final Lookup lookup, final NetError error, final Object service) {
        final Opening call = opening.remove(lookup.client());
        if (call != null && error == NetError.OK) {
            endpoints.put(lookup.client(), new OfClient(lookup.client(), call.caller(), (ServiceRef) service));
            procs.sysReturn(call.call(), NetError.OK, lookup.client());
        } else if (call != null) {
            procs.sysReturn(call.call(), error, null);
        }
    }

    /** The reply to a client that is gone is disposed of at once. */
    private void answered(final Request request, final Msg<?> msg) {
        final boolean real = msg.error() == NetError.OK;
        if (endpoints.get(request.client()) instanceof OfClient client) {
            final Answer answer = real ? (Answer) msg.result() : new Answer(Sender.KERNEL, null);
            if (!real) {
                client.serviceGone();
            }
            client.add(new CapsMsg(request.id(), State.REPLY, answer.sender(), msg.error(), answer.payload()), null);
            wake(client);
        } else if (real) {
            tell(msg.target(), new Dispose(request.service(), request.id()));
        }
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
        final int id = nextEndpoint();
        opening.put(id, new Opening(caller, msg));
        ask(homeOf(key), new Register(key, new ServiceRef(port, id)));
        return NetError.EASYNC;
    }

    private NetError onClient(final Proc caller, final Msg<Caps.Client> msg) {
        final CapsKey key = new CapsKey(
                msg.command().name(), msg.command().uid(), msg.command().gid());
        if (!isName(key.name())) {
            return NetError.EINVAL;
        }
        final int id = nextEndpoint();
        opening.put(id, new Opening(caller, msg));
        ask(homeOf(key), new Lookup(key, id));
        return NetError.EASYNC;
    }

    private NetError onPut(final Proc caller, final Msg<Caps.Put> msg) {
        final Endpoint endpoint = endpointOf(caller, msg.command().endpoint());
        if (!(endpoint instanceof OfClient client)) {
            return notMine(endpoint);
        }
        if (client.isServiceGone()) {
            return NetError.ENOTCONN;
        }
        if (!client.put()) {
            return NetError.ENOBUFS;
        }
        final ServiceRef service = client.service();
        final long id = procs.numberOf(sent++);
        ask(
                service.port(),
                new Request(
                        service.endpoint(),
                        client.id(),
                        id,
                        senderOf(caller),
                        msg.command().payload()));
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
        final Msg<?> request = service.answer(msg.command().id());
        if (request == null) {
            return NetError.ENOENT;
        }
        procs.cpu()
                .transport()
                .replyMsg(
                        request,
                        NetError.OK,
                        new Answer(senderOf(caller), msg.command().payload()));
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
        opening.values().removeIf(call -> call.caller() == proc);
        for (final Endpoint endpoint : List.copyOf(endpoints.values())) {
            if (endpoint.owner() == proc) {
                close(endpoint);
            }
        }
    }

    /** First it is gone, so that what comes meanwhile finds it gone; then everybody who waits for it is told. */
    private void close(final Endpoint endpoint) {
        endpoints.remove(endpoint.id());
        if (endpoint instanceof OfService service) {
            tell(homeOf(service.key()), new Unregister(service.key(), new ServiceRef(port, service.id())));
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

    private void ask(final Port<CapsCmd> target, final CapsCmd command) {
        procs.cpu().transport().sendMsg(Msg.init(command, port), target);
    }

    private void tell(final Port<?> target, final CapsCmd command) {
        procs.cpu().transport().sendMsg(Msg.init(command, Port.none()), target);
    }

    private Port<CapsCmd> homeOf(final CapsKey key) {
        return ports.get(Math.floorMod(key.name().hashCode(), ports.size()));
    }

    private Endpoint endpointOf(final Proc caller, final int id) {
        final Endpoint endpoint = endpoints.get(id);
        return endpoint != null && endpoint.owner() == caller ? endpoint : null;
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
