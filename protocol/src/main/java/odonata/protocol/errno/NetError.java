package odonata.protocol.errno;

/** Result of a message, named and numbered as in errno(2) of DragonFly BSD. */
public enum NetError {
    /** No error. */
    OK(0),
    /** For root only. */
    EPERM(1),
    /** No such file, name or bucket. */
    ENOENT(2),
    /** No such thread: the port is not there, or its thread has exited. */
    ESRCH(3),
    /** The operation was aborted on request. */
    EINTR(4),
    /** A packet too short or damaged. */
    EIO(5),
    /** No such descriptor. */
    EBADF(9),
    /** No such child, or none at all. */
    ECHILD(10),
    /** No memory. */
    ENOMEM(12),
    /** Not permitted. */
    EACCES(13),
    /** The thread that held the message died of a defect. */
    EFAULT(14),
    /** Already there. */
    EEXIST(17),
    /** An argument that can never be right. */
    EINVAL(22),
    /** Too many descriptors. */
    EMFILE(24),
    /** The sending side was shut down. */
    EPIPE(32),
    /** Nothing now, try again. */
    EAGAIN(35),
    /** Started, not yet finished. */
    EINPROGRESS(36),
    /** Begun before, not yet finished. */
    EALREADY(37),
    /** A destination is needed. */
    EDESTADDRREQ(39),
    /** Longer than a datagram may be. */
    EMSGSIZE(40),
    /** No such option of this kind of object. */
    ENOPROTOOPT(42),
    /** This protocol is not spoken here. */
    EPROTONOSUPPORT(43),
    /** Not supported by this kind of object. */
    EOPNOTSUPP(45),
    /** This family of addresses is not spoken here. */
    EAFNOSUPPORT(47),
    /** The local address is taken. */
    EADDRINUSE(48),
    /** The local address is not ours. */
    EADDRNOTAVAIL(49),
    /** The interface is down. */
    ENETDOWN(50),
    /** No route. */
    ENETUNREACH(51),
    /** Given up on our side. */
    ECONNABORTED(53),
    /** Reset by the peer. */
    ECONNRESET(54),
    /** A bounded queue or table is full. */
    ENOBUFS(55),
    /** Already connected. */
    EISCONN(56),
    /** Not connected. */
    ENOTCONN(57),
    /** The peer did not answer in time. */
    ETIMEDOUT(60),
    /** Nobody listens there. */
    ECONNREFUSED(61),
    /** The CPU that held the message, or was to get it, is not reachable. */
    EHOSTDOWN(64),
    /** No way to the host. */
    EHOSTUNREACH(65),
    /** No such system call. */
    ENOSYS(78),
    /** Not a result: the port has taken the message, its reply follows. */
    EASYNC(99);

    private final int number;

    NetError(final int number) {
        this.number = number;
    }

    /** The number of errno(2). */
    public int number() {
        return number;
    }
}
