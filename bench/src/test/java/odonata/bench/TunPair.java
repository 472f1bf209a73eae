package odonata.bench;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.io.IOException;

/**
 * Two TUN devices joined by a pump: what one's kernel sends comes in at the other. Large segments and their virtio header are passed on as they
 * are, by one thread a direction that sleeps in the read. This is the least that a Java program between two kernels can do.
 */
final class TunPair {
    private static final int O_RDWR = 2;
    private static final long TUNSETIFF = 0x400454caL;
    private static final long TUNSETOFFLOAD = 0x400454d0L;
    private static final int CSUM_TSO4_TSO6_ECN = 15;
    private static final short TUN_NO_PI_VNET_HDR = 0x5001;
    private static final int IFREQ_BYTES = 40;
    private static final int IFNAMSIZ = 16;
    private static final int BUFFER = 10 + 65_536;

    static final class Libc {
        static {
            Native.register(Libc.class, "c");
        }

        private Libc() {}

        static native int open(String path, int flags);

        static native int ioctl(int fd, long request, long argument);

        static native long read(int fd, long buffer, long count);

        static native long write(int fd, long buffer, long count);
    }

    private TunPair() {}

    /** Makes the two devices that are named, says {@code ready}, and pumps until its input ends. */
    public static void main(final String[] args) throws IOException {
        final int near = open(args[0]);
        final int far = open(args[1]);
        start(near, far);
        start(far, near);
        System.out.println("ready");
        while (System.in.read() >= 0) {
            // until the end
        }
        System.exit(0); // its threads sleep in reads
    }

    private static int open(final String name) throws IOException {
        final int tun = Libc.open("/dev/net/tun", O_RDWR);
        try (Memory ifreq = new Memory(IFREQ_BYTES)) {
            ifreq.clear();
            ifreq.setString(0, name, "US-ASCII");
            ifreq.setShort(IFNAMSIZ, TUN_NO_PI_VNET_HDR);
            if (tun < 0
                    || Libc.ioctl(tun, TUNSETIFF, Pointer.nativeValue(ifreq)) < 0
                    || Libc.ioctl(tun, TUNSETOFFLOAD, CSUM_TSO4_TSO6_ECN) < 0) {
                throw new IOException("no TUN device " + name + ": errno " + Native.getLastError());
            }
        }
        return tun;
    }

    private static void start(final int from, final int to) {
        final Thread thread = new Thread(() -> pump(from, to), "pump");
        thread.setDaemon(true);
        thread.start();
    }

    private static void pump(final int from, final int to) {
        try (Memory buffer = new Memory(BUFFER)) {
            final long address = Pointer.nativeValue(buffer);
            for (long n = 0; n >= 0; n = Libc.read(from, address, BUFFER)) {
                if (n > 0) {
                    Libc.write(to, address, n);
                }
            }
        }
    }
}
