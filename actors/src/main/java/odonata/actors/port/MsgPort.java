package odonata.actors.port;

/** API FIRST: filled next. */
public final class MsgPort {
    /** What a port needs of its thread. */
    public interface Owner {
        /** Passes a held message on. */
        void forward(Msg<?> msg, Port<?> port);

        /** Replies a held message. */
        void reply(Msg<?> msg, odonata.protocol.errno.NetError error, Object result);
    }
}
