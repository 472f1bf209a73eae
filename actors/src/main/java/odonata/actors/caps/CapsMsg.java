package odonata.actors.caps;

import odonata.actors.proc.Cred;
import odonata.protocol.errno.NetError;

/**
 * What an endpoint is given.
 *
 * @param id number of the request that it is, answers or disposes of
 * @param state which of these
 * @param sender who sent it, as the kernel knows it; of an error reply, nobody
 * @param error of a reply: OK, or ENOTCONN when the service has gone without one
 * @param payload what the sender wrote; null in a DISPOSE and in an error reply
 */
public record CapsMsg(long id, State state, Sender sender, NetError error, Object payload) {

    /** Where a message is in its life. */
    public enum State {
        /** From client to service. */
        REQUEST,
        /** From service to client. */
        REPLY,
        /** The client has taken the reply, or is gone: the service may forget the request. */
        DISPOSE
    }

    /**
     * A sender, stamped by the kernel (I59).
     *
     * @param pid its process, on its member; 0 for the kernel
     * @param cred who it was when it sent
     */
    public record Sender(int pid, Cred cred) {
        /** The kernel itself. */
        public static final Sender KERNEL = new Sender(0, Cred.ROOT);
    }
}
