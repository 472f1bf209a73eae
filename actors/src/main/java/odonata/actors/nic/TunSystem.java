package odonata.actors.nic;

import com.sun.jna.Native;

/**
 * System calls of Linux that a TUN device needs, mapped directly; addresses are raw, as that halves the cost of a call.
 *
 * <p>All answer -1 on failure, with the reason in {@link Native#getLastError}.
 */
final class TunSystem {
    static final int EPERM = 1;
    static final int ENOENT = 2;
    static final int EINTR = 4;
    static final int ENXIO = 6;
    static final int EAGAIN = 11;
    static final int EACCES = 13;
    static final int EBUSY = 16;
    static final int ENODEV = 19;
    static final int EINVAL = 22;

    static final int O_RDWR = 2;
    static final int O_NONBLOCK = 04000;
    static final int O_CLOEXEC = 02000000;
    static final int EPOLLIN = 1;
    static final int EPOLLONESHOT = 1 << 30;
    static final int EPOLL_CTL_ADD = 1;
    static final int EPOLL_CTL_MOD = 3;

    /** At least {@code sizeof(struct epoll_event)} on every processor; the events are its first four bytes. */
    static final int EPOLL_EVENT_BYTES = 16;

    static final long TUNSETIFF = 0x400454caL;
    static final long TUNSETOFFLOAD = 0x400454d0L;
    static final int TUN_F_CSUM = 1;
    static final int TUN_F_TSO4 = 2;
    static final int TUN_F_TSO_ECN = 8;
    static final int IFF_TUN = 1;
    static final int IFF_MULTI_QUEUE = 0x100;
    static final int IFF_NO_PI = 0x1000;
    static final int IFF_VNET_HDR = 0x4000;
    static final int IFNAMSIZ = 16;
    static final int IFREQ_BYTES = 40;

    static {
        Native.register(TunSystem.class, "c");
    }

    private TunSystem() {}

    static native int open(String path, int flags);

    static native int close(int fd);

    static native int ioctl(int fd, long request, long argument);

    static native long read(int fd, long buffer, long count);

    static native long write(int fd, long buffer, long count);

    static native int eventfd(int initial, int flags);

    @SuppressWarnings("checkstyle:MethodName") // the name of the call
    static native int epoll_create1(int flags);

    @SuppressWarnings("checkstyle:MethodName") // the name of the call
    static native int epoll_ctl(int epfd, int operation, int fd, long event);

    @SuppressWarnings("checkstyle:MethodName") // the name of the call
    static native int epoll_wait(int epfd, long events, int count, int timeoutMs);
}
