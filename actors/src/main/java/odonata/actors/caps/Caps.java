package odonata.actors.caps;

import odonata.actors.proc.SysCall;

/**
 * System calls of named services. An endpoint belongs to the process that made it: to any other, its children included, and when it
 * is closed, calls on it are ENOTCONN; those of the wrong side are EINVAL. Source: {@code kern_caps.c} of 2004.
 *
 * <p>A request goes REQUEST, REPLY, DISPOSE: from client to service, back, and when the client has taken the reply the service is told
 * that nobody needs what it keeps for it.
 */
public sealed interface Caps<R> extends SysCall<R> {
    /** Any user, any group. */
    int ANY = -1;

    /** Longest name. */
    int MAX_NAME = 64;

    /** Requests of one client that are unanswered, or whose replies it has not taken. */
    int MOST_OPEN = 256;

    /**
     * Registers a service. EEXIST: the same triple is, on this member; EPERM: in the name of a user or group that is not the caller's, and not root;
     * EINVAL: no name, or a long one. Returns an endpoint.
     */
    record Service(String name, int uid, int gid) implements Caps<Integer> {}

    /**
     * Opens a service; {@link #ANY} on either side matches all, the oldest that matches is opened: one of this member, else of the first other
     * member that has one. ENOENT: there is none. Returns an endpoint.
     */
    record Client(String name, int uid, int gid) implements Caps<Integer> {}

    /**
     * A client's request; the payload must be immutable. Does not wait. ENOTCONN: the service has gone; ENOBUFS: take replies first; EINVAL:
     * the service is on another member, and the payload cannot go there. Returns its number.
     */
    record Put(int endpoint, Object payload) implements Caps<Long> {}

    /** The next message of an endpoint, without waiting: EAGAIN when there is none. */
    record Get(int endpoint) implements Caps<CapsMsg> {}

    /** The next message of an endpoint. ENOTCONN also for a client whose service has gone, when it has taken all replies. */
    record Wait(int endpoint) implements Caps<CapsMsg> {}

    /**
     * A service's answer to a request that it has taken; the payload must be immutable. ENOENT: it has not, or has answered; EINVAL: the
     * client is on another member, and the payload cannot go there.
     */
    record Reply(int endpoint, long id, Object payload) implements Caps<Void> {}

    /** Closes an endpoint, as the end of its process does. */
    record Close(int endpoint) implements Caps<Void> {}
}
