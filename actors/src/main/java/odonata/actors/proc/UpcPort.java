package odonata.actors.proc;

import java.util.IdentityHashMap;
import java.util.function.BiConsumer;
import odonata.actors.port.Msg;
import odonata.actors.port.SyncPort;
import odonata.protocol.errno.NetError;

/** Where replies go to system calls that end with an upcall. Nothing is sent here. Owner: the carrier of the CPU where the calls were made. */
final class UpcPort implements SyncPort<Object> {
    private final IdentityHashMap<Msg<?>, Call> calls = new IdentityHashMap<>();
    private final BiConsumer<Call, Upc.Returned> ended;

    /** Who called, by which upcall it is to be told, and what it knows the call by. */
    record Call(Proc caller, int upcall, Object tag) {}

    UpcPort(final BiConsumer<Call, Upc.Returned> ended) {
        this.ended = ended;
    }

    /** A call that did not end at once. */
    void waits(final Msg<?> msg, final Call call) {
        calls.put(msg, call);
    }

    /** Calls that have not ended. */
    int waiting() {
        return calls.size();
    }

    @Override
    public NetError put(final Msg<Object> msg) {
        return NetError.EINVAL;
    }

    @Override
    public void reply(final Msg<?> msg) {
        final Call call = calls.remove(msg);
        if (call != null) {
            ended.accept(call, new Upc.Returned(call.tag(), msg.error(), msg.result()));
        }
    }
}
