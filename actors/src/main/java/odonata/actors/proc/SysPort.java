package odonata.actors.proc;

import java.util.HashMap;
import java.util.Map;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.actors.port.SyncPort;
import odonata.protocol.errno.NetError;

/**
 * The port that takes the system calls of one CPU's processes ({@code sendsys}): synchronous, so that a call that does not block is
 * served in the thread of its caller without queue and switch (I57). Who calls is known from the gate the message came through, never
 * from what it says.
 */
final class SysPort implements SyncPort<SysCall<?>> {
    private final Map<Class<?>, SysHandler<?, ?>> handlers = new HashMap<>();
    private Msg<?> trapped;
    private Proc trapping;
    private boolean upcall;

    void register(final Class<?> call, final SysHandler<?, ?> handler) {
        handlers.put(call, handler);
    }

    /** A process is about to send a message; {@code byUpcall}: its reply goes to the kernel, which tells the process by an upcall. */
    void trap(final Proc proc, final Msg<?> msg, final boolean byUpcall) {
        trapped = msg;
        trapping = proc;
        upcall = byUpcall;
    }

    /** The message has been sent: who has it now cannot make it a call of its sender. */
    void closeGate() {
        trapped = null;
    }

    /** Not a process of this CPU, or asynchronous and not root: EPERM; a reply to somebody else: EINVAL; unknown: ENOSYS. */
    @Override
    @SuppressWarnings({"unchecked", "rawtypes"}) // a handler was registered for the class of its call
    public NetError put(final Msg<SysCall<?>> msg) {
        final boolean gate = trapped == (Msg<?>) msg;
        closeGate();
        if (!gate || (!msg.isSync() && !upcall && !trapping.cred().isRoot())) {
            return NetError.EPERM;
        }
        final Port<?> reply = msg.replyPort();
        if (!upcall && !reply.equals(trapping.port()) && !reply.isAdone()) {
            return NetError.EINVAL;
        }
        final SysHandler handler = handlers.get(((Object) msg.command()).getClass());
        return handler == null ? NetError.ENOSYS : handler.call(trapping, msg);
    }

    /** A message may name this port as where its reply goes; nobody is there. */
    @Override
    public void reply(final Msg<?> msg) {}
}
