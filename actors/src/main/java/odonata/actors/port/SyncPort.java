package odonata.actors.port;

import java.util.function.Consumer;
import java.util.function.Function;
import odonata.protocol.errno.KernelPanic;
import odonata.protocol.errno.NetError;

/**
 * A port without a thread: what is sent or replied to it runs at once, on the CPU where it lives, in the context of the
 * sender. It must not block; a put that cannot finish at once keeps the message, returns EASYNC and replies later.
 * Source: {@code lwkt_initport_putonly}, {@code _replyonly}, {@code _replyonly_null}, {@code _panic}.
 *
 * @param <C> commands
 */
public interface SyncPort<C> {

    /** Takes a request: the final result, or EASYNC when the message was kept and will be replied. */
    NetError put(Msg<C> msg);

    /** Takes a reply; the message is done already. */
    void reply(Msg<?> msg);

    /** The originator of a message that was kept wants it to end early: to be replied now, or not to be cared about. */
    default void abort(final Msg<?> msg) {}

    /** A synchronous service; replies to it are a panic. */
    static <C> SyncPort<C> putOnly(final Function<Msg<C>, NetError> service) {
        return new SyncPort<>() {
            @Override
            public NetError put(final Msg<C> msg) {
                return service.apply(msg);
            }

            @Override
            public void reply(final Msg<?> msg) {
                throw new KernelPanic("reply to a put-only port: " + msg);
            }
        };
    }

    /** A port that nothing may be sent or replied to: finds what must never be replied. */
    static <C> SyncPort<C> panic() {
        return new SyncPort<>() {
            @Override
            public NetError put(final Msg<C> msg) {
                throw new KernelPanic("request to a panic port: " + msg);
            }

            @Override
            public void reply(final Msg<?> msg) {
                throw new KernelPanic("reply to a panic port: " + msg);
            }
        };
    }

    /** Runs a function on each reply (free the object, drop references); requests to it are a panic. */
    static <C> SyncPort<C> replyOnly(final Consumer<Msg<?>> onReply) {
        return new SyncPort<>() {
            @Override
            public NetError put(final Msg<C> msg) {
                throw new KernelPanic("request to a reply-only port: " + msg);
            }

            @Override
            public void reply(final Msg<?> msg) {
                onReply.accept(msg);
            }
        };
    }
}
