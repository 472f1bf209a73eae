package odonata.actors.nic;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import odonata.protocol.ip.IpProto;
import odonata.protocol.ip.Ipv4Header;
import odonata.protocol.ip.Ipv4Prefix;
import odonata.protocol.tcp.TcpSegmenter;
import odonata.protocol.wire.InetChecksum;
import odonata.protocol.wire.Mbuf;
import odonata.protocol.wire.NetOrder;
import org.agrona.concurrent.OneToOneConcurrentArrayQueue;

/**
 * A Linux TUN device: the packets of real clients, without link layer.
 *
 * <p>A thread of its own waits for packets and puts them in a bounded ring; while that is full it leaves them in the kernel's
 * queue, which drops what exceeds it. The carrier pulls from the ring, and writes without waiting. Addresses and link state
 * are set from outside: {@code ip addr add 10.77.77.2/24 dev NAME; ip link set NAME up}. The device vanishes when it is
 * closed, unless {@code ip tuntap add} made it.
 */
public final class TunNic implements Nic {
    private static final String DEVICE = "/dev/net/tun";
    private static final int RING = 4096;
    private static final int RING_FULL_WAIT_MS = 1;
    private static final int FOREVER = -1;
    private static final int POLLFD_BYTES = 8;
    private static final int POLLFD_EVENTS = 4;
    private static final int POLLFD_REVENTS = 6;

    /** {@code struct virtio_net_hdr} before each packet: flags, GSO type, then four shorts in the order of the host. */
    private static final int VNET_HDR = 10;

    private static final int VNET_GSO_TYPE = 1;
    private static final int VNET_HDR_LEN = 2;
    private static final int VNET_GSO_SIZE = 4;
    private static final int VNET_CSUM_START = 6;
    private static final int VNET_CSUM_OFFSET = 8;
    private static final byte VNET_NEEDS_CSUM = 1;
    private static final byte VNET_GSO_TCPV4 = 1;
    private static final int TCP_CHECKSUM = 16;

    private final String name;
    private final int ifIndex;
    private final Ipv4Prefix prefix;
    private final int tun;
    private final int stopEvent;
    private final NicCounters counters = new NicCounters();
    private final OneToOneConcurrentArrayQueue<byte[]> ring = new OneToOneConcurrentArrayQueue<>(RING);
    private final Memory output = new Memory(VNET_HDR + Mbuf.MAX_LENGTH);
    private final AtomicBoolean started = new AtomicBoolean();
    private final AtomicBoolean stopping = new AtomicBoolean();
    private boolean gone;

    private TunNic(final String name, final int ifIndex, final Ipv4Prefix prefix, final int tun, final int stopEvent) {
        this.name = name;
        this.ifIndex = ifIndex;
        this.prefix = prefix;
        this.tun = tun;
        this.stopEvent = stopEvent;
    }

    /**
     * Opens or creates a device.
     *
     * @param name interface name, 1 to 15 bytes without {@code /} and blanks; {@code tun%d} lets the kernel choose the number
     * @param ifIndex cluster-wide interface number, not the kernel's
     * @param prefix what is routed to it
     * @throws IOException saying what is missing and what to do about it
     */
    public static TunNic open(final String name, final int ifIndex, final Ipv4Prefix prefix) throws IOException {
        checkName(name);
        final int tun = openDevice();
        final Memory ifreq = new Memory(TunSystem.IFREQ_BYTES);
        ifreq.clear();
        ifreq.setString(0, name, "US-ASCII");
        ifreq.setShort(TunSystem.IFNAMSIZ, (short) (TunSystem.IFF_TUN | TunSystem.IFF_NO_PI | TunSystem.IFF_VNET_HDR));
        if (TunSystem.ioctl(tun, TunSystem.TUNSETIFF, Pointer.nativeValue(ifreq)) < 0) {
            final int errno = Native.getLastError();
            TunSystem.close(tun);
            throw new IOException(whyNotAttached(name, errno));
        }
        final int stopEvent = TunSystem.eventfd(0, TunSystem.O_NONBLOCK | TunSystem.O_CLOEXEC);
        if (stopEvent < 0) {
            final int errno = Native.getLastError();
            TunSystem.close(tun);
            throw new IOException("eventfd: errno " + errno + ": too many open files?");
        }
        return new TunNic(ifreq.getString(0, "US-ASCII"), ifIndex, prefix, tun, stopEvent);
    }

    private static void checkName(final String name) throws IOException {
        if (!name.matches("[!-.0-~]{1,15}")) {
            throw new IOException(
                    "'" + name + "' is no interface name: want 1 to 15 ASCII characters without blanks and '/'");
        }
    }

    private static int openDevice() throws IOException {
        final int tun;
        try {
            tun = TunSystem.open(DEVICE, TunSystem.O_RDWR | TunSystem.O_NONBLOCK | TunSystem.O_CLOEXEC);
        } catch (final UnsatisfiedLinkError e) {
            throw new IOException("TUN devices need Linux: " + e.getMessage(), e);
        }
        if (tun < 0) {
            throw new IOException(whyNotOpened(Native.getLastError()));
        }
        return tun;
    }

    private static String whyNotOpened(final int errno) {
        return switch (errno) {
            case TunSystem.ENOENT, TunSystem.ENODEV, TunSystem.ENXIO ->
                DEVICE + " does not exist: load the module (modprobe tun), or give it to the container (--device "
                        + DEVICE + ")";
            case TunSystem.EACCES, TunSystem.EPERM -> "no permission to open " + DEVICE + ": run as root, or chmod it";
            default -> DEVICE + ": errno " + errno;
        };
    }

    private static String whyNotAttached(final String name, final int errno) {
        return switch (errno) {
            case TunSystem.EBUSY ->
                "TUN device " + name + " is in use by another process: stop it, or choose another name";
            case TunSystem.EPERM, TunSystem.EACCES ->
                "no permission to create TUN device " + name
                        + ": run as root or with CAP_NET_ADMIN, or have root do: ip tuntap add dev " + name
                        + " mode tun user $USER";
            case TunSystem.EINVAL -> "interface " + name + " exists and is no TUN device: choose another name";
            default -> "TUN device " + name + ": errno " + errno;
        };
    }

    @Override
    public int ifIndex() {
        return ifIndex;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Ipv4Prefix prefix() {
        return prefix;
    }

    /** What Linux gives a TUN device unless somebody says otherwise. */
    @Override
    public int mtu() {
        return 1_500;
    }

    @Override
    public void start(final Runnable wake) {
        if (started.compareAndSet(false, true)) {
            final Thread reader = new Thread(() -> read(wake), name + "-reader");
            reader.setDaemon(true);
            reader.start();
        }
    }

    /** The reader thread; it alone closes the descriptors, when it is told to end, so that it never reads from another's. */
    private void read(final Runnable wake) {
        try (Memory buffer = new Memory(VNET_HDR + Mbuf.MAX_LENGTH);
                Memory polled = new Memory(2L * POLLFD_BYTES)) {
            while (!await(polled)) {
                if (readAll(buffer)) {
                    wake.run();
                }
            }
        } finally {
            closeDescriptors();
        }
    }

    /** Waits for packets, unless there is no room for them; true when the device is to be closed. */
    private boolean await(final Memory polled) {
        final boolean room = ring.size() < RING;
        pollfd(polled, 0, stopEvent);
        pollfd(polled, POLLFD_BYTES, tun);
        final int timeout = room || gone ? FOREVER : RING_FULL_WAIT_MS;
        TunSystem.poll(Pointer.nativeValue(polled), room && !gone ? 2 : 1, timeout);
        return polled.getShort(POLLFD_REVENTS) != 0;
    }

    private static void pollfd(final Memory memory, final long at, final int fd) {
        memory.setInt(at, fd);
        memory.setShort(at + POLLFD_EVENTS, TunSystem.POLLIN);
        memory.setShort(at + POLLFD_REVENTS, (short) 0);
    }

    /** True when packets were read. */
    private boolean readAll(final Memory buffer) {
        boolean some = false;
        while (ring.size() < RING) {
            final long n = TunSystem.read(tun, Pointer.nativeValue(buffer), VNET_HDR + Mbuf.MAX_LENGTH);
            if (n <= 0) {
                noticeError(Native.getLastError());
                return some;
            }
            ring.offer(buffer.getByteArray(VNET_HDR, Math.max(0, (int) n - VNET_HDR)));
            some = true;
        }
        return some;
    }

    /** A device that was deleted would report errors for ever: then wait for the close alone. */
    private void noticeError(final int errno) {
        gone = errno != TunSystem.EAGAIN && errno != TunSystem.EINTR;
    }

    @Override
    public int receive(final NicPort port, final int limit, final long nowNs) {
        int n = 0;
        for (; n < limit; n++) {
            final byte[] packet = ring.poll();
            if (packet == null) {
                break;
            }
            counters.received(packet.length);
            port.input(new Mbuf(packet, 0, packet.length, ifIndex, nowNs));
        }
        return n;
    }

    @Override
    public boolean transmit(final Mbuf mbuf, final long nowNs) {
        output.clear(VNET_HDR);
        return write(mbuf);
    }

    /**
     * The kernel takes it as one, and cuts it only where it must: on the way to another device. The checksum field then holds the sum of the
     * pseudo header alone.
     */
    @Override
    public boolean transmitTso(final Mbuf mbuf, final int segmentSize, final long nowNs) {
        final Ipv4Header ip = new Ipv4Header().wrap(mbuf.data(), mbuf.offset(), mbuf.length());
        output.setByte(0, VNET_NEEDS_CSUM);
        output.setByte(VNET_GSO_TYPE, VNET_GSO_TCPV4);
        output.setShort(VNET_HDR_LEN, (short) TcpSegmenter.headers(mbuf));
        output.setShort(VNET_GSO_SIZE, (short) segmentSize);
        output.setShort(VNET_CSUM_START, (short) ip.headerLength());
        output.setShort(VNET_CSUM_OFFSET, (short) TCP_CHECKSUM);
        final long pseudo = InetChecksum.pseudoHeader(ip.src(), ip.dst(), IpProto.TCP, ip.payloadLength());
        NetOrder.putShort(mbuf.data(), ip.payloadOffset() + TCP_CHECKSUM, InetChecksum.fold(pseudo));
        return write(mbuf);
    }

    private boolean write(final Mbuf mbuf) {
        if (stopping.get()) {
            counters.outputDropped();
            return false;
        }
        final int length = VNET_HDR + mbuf.length();
        output.write(VNET_HDR, mbuf.data(), mbuf.offset(), mbuf.length());
        if (TunSystem.write(tun, Pointer.nativeValue(output), length) != length) {
            counters.outputDropped();
            return false;
        }
        counters.sent(mbuf.length());
        return true;
    }

    @Override
    public NicCounters counters() {
        return counters;
    }

    /** To be called after the device was taken from its CPU, which may be writing to it. */
    @Override
    public void close() {
        if (!stopping.compareAndSet(false, true)) {
            return;
        }
        if (started.compareAndSet(false, true)) {
            closeDescriptors();
            return;
        }
        try (Memory one = new Memory(Long.BYTES)) {
            one.setLong(0, 1);
            TunSystem.write(stopEvent, Pointer.nativeValue(one), Long.BYTES);
        }
    }

    private void closeDescriptors() {
        TunSystem.close(tun);
        TunSystem.close(stopEvent);
    }
}
