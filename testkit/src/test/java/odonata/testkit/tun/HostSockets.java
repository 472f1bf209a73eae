package odonata.testkit.tun;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import odonata.protocol.wire.NetOrder;

/** Sockets of the host's kernel in a namespace, used from this JVM. */
final class HostSockets {
    private static final int CLONE_NEWNET = 0x4000_0000;
    private static final int AF_INET = 2;
    private static final int SOCK_RAW = 3;
    private static final int IPPROTO_RAW = 255;
    private static final int SOCKADDR_BYTES = 16;
    private static final long LIMIT_S = 240;

    static final class Libc {
        static {
            Native.register(Libc.class, "c");
        }

        private Libc() {}

        static native int open(String path, int flags);

        static native int close(int fd);

        static native int setns(int fd, int kind);

        static native int socket(int domain, int type, int protocol);

        static native long sendto(int fd, long buffer, long length, int flags, long address, int addressLength);
    }

    private HostSockets() {}

    /** Runs {@code work} on a thread that is in a namespace: its sockets are. */
    static <T> T inside(final NetNamespace namespace, final Callable<T> work) throws Exception {
        final FutureTask<T> task = new FutureTask<>(() -> {
            final int fd = Libc.open("/var/run/netns/" + namespace.name(), 0);
            if (fd < 0 || Libc.setns(fd, CLONE_NEWNET) != 0) {
                throw new AssertionError("setns " + namespace.name() + ": errno " + Native.getLastError());
            }
            Libc.close(fd);
            return work.call();
        });
        final Thread thread = new Thread(task, "in-" + namespace.name());
        thread.start();
        return task.get(LIMIT_S, TimeUnit.SECONDS);
    }

    /** Sends whole IP packets as they are; the kernel corrects only the IP header's own checksum. In {@link #inside}. */
    static void sendRaw(final List<byte[]> packets) {
        final int fd = Libc.socket(AF_INET, SOCK_RAW, IPPROTO_RAW);
        try (Memory address = new Memory(SOCKADDR_BYTES);
                Memory buffer = new Memory(65_536)) {
            for (final byte[] packet : packets) {
                address.clear();
                address.setShort(0, (short) AF_INET);
                address.setInt(4, Integer.reverseBytes(NetOrder.getInt(packet, 16)));
                buffer.write(0, packet, 0, packet.length);
                final long sent = Libc.sendto(
                        fd,
                        Pointer.nativeValue(buffer),
                        packet.length,
                        0,
                        Pointer.nativeValue(address),
                        SOCKADDR_BYTES);
                if (sent != packet.length) {
                    throw new AssertionError("sendto: errno " + Native.getLastError());
                }
            }
        } finally {
            Libc.close(fd);
        }
    }
}
