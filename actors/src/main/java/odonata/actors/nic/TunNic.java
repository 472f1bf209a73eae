package odonata.actors.nic;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import odonata.protocol.ip.Ipv4Prefix;
import odonata.protocol.wire.Mbuf;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One queue of a Linux TUN device: the packets of real clients, without link layer.
 *
 * <p>The carrier reads and writes by itself and never waits: what it has not read waits in the kernel's queue, which drops what exceeds it. When it
 * finds nothing twice in a row it asks the kernel to be told once, and a thread that sleeps until then wakes it. So while packets come there is no other
 * thread on their way, as with an interrupt that is off while its device is polled.
 *
 * <p>A device has a queue for each CPU, if the kernel agrees: it gives the packets of a flow to the queue that the flow's answers left by last, which
 * is that of the CPU that owns the flow. With {@link TunSettings#offload} a packet that comes may be several TCP segments in one (R45); its bytes are
 * complete, as if a peer with that MTU had sent it.
 *
 * <p>Addresses and link state are set from outside: {@code ip addr add 10.77.77.2/24 dev NAME; ip link set NAME up}. The device vanishes when
 * its last queue is closed, unless {@code ip tuntap add} made it.
 */
public final class TunNic implements Nic {
    private static final Logger LOG = LoggerFactory.getLogger(TunNic.class);
    private static final String DEVICE = "/dev/net/tun";
    private static final int BUFFER = VnetHeader.LENGTH + Mbuf.MAX_LENGTH;
    private static final int FOREVER = -1;

    /** A wake-up that the CPU could not take, as its inbox was full, is repeated after this time. */
    private static final int REPEAT_MS = 100;

    private final String name;
    private final int ifIndex;
    private final Ipv4Prefix prefix;
    private final int tun;
    private final int stopEvent;
    private final int epoll;
    private final NicCounters counters = new NicCounters();
    private final ByteBuffer input = ByteBuffer.allocateDirect(BUFFER).order(ByteOrder.nativeOrder());
    private final long inputAddress = Pointer.nativeValue(Native.getDirectBufferPointer(input));
    private final ByteBuffer output = ByteBuffer.allocateDirect(BUFFER).order(ByteOrder.nativeOrder());
    private final long outputAddress = Pointer.nativeValue(Native.getDirectBufferPointer(output));
    private final Memory armEvent = new Memory(TunSystem.EPOLL_EVENT_BYTES);
    private final AtomicBoolean started = new AtomicBoolean();
    private final AtomicBoolean stopping = new AtomicBoolean();
    private Runnable doorbell = () -> {};
    private volatile boolean armed = true;

    private TunNic(final String name, final int ifIndex, final Ipv4Prefix prefix, final int tun) throws IOException {
        this.name = name;
        this.ifIndex = ifIndex;
        this.prefix = prefix;
        this.tun = tun;
        stopEvent = TunSystem.eventfd(0, TunSystem.O_NONBLOCK | TunSystem.O_CLOEXEC);
        epoll = TunSystem.epoll_create1(TunSystem.O_CLOEXEC);
        armEvent.clear();
        armEvent.setInt(0, TunSystem.EPOLLIN | TunSystem.EPOLLONESHOT);
        if (stopEvent < 0
                || epoll < 0
                || !watch(TunSystem.EPOLL_CTL_ADD, tun)
                || !watch(TunSystem.EPOLL_CTL_ADD, stopEvent)) {
            final int errno = Native.getLastError();
            closeDescriptors();
            throw new IOException("no event for TUN device " + name + ": errno " + errno + ": too many open files?");
        }
    }

    private boolean watch(final int operation, final int fd) {
        return TunSystem.epoll_ctl(epoll, operation, fd, Pointer.nativeValue(armEvent)) == 0;
    }

    /**
     * Opens or creates a device.
     *
     * @param name interface name, 1 to 15 bytes without {@code /} and blanks; {@code tun%d} lets the kernel choose the number
     * @param ifIndex cluster-wide interface number, not the kernel's
     * @param prefix what is routed to it
     * @param settings whether large segments come from it, and how many queues it has at most
     * @param cpus CPUs that want a queue of it
     * @return its queues, for one CPU each; only one when the device is there already and was made with one
     * @throws IOException saying what is missing and what to do about it
     */
    public static List<TunNic> open(
            final String name, final int ifIndex, final Ipv4Prefix prefix, final TunSettings settings, final int cpus)
            throws IOException {
        checkName(name);
        final int wanted = Math.min(cpus, settings.queues());
        final List<TunNic> queues = new ArrayList<>();
        try {
            queues.add(first(name, ifIndex, prefix, settings, wanted));
            while (queues.size() < wanted) {
                final Queue next = attach(queues.get(0).name, true);
                if (next.errno() != 0) {
                    break;
                }
                queues.add(next.nic(ifIndex, prefix, settings));
            }
            return queues;
        } catch (final IOException e) {
            queues.forEach(TunNic::close);
            throw e;
        }
    }

    /** With the kind of queues that is wanted, else with the other: a device that is there already has one kind. */
    private static TunNic first(
            final String name, final int ifIndex, final Ipv4Prefix prefix, final TunSettings settings, final int wanted)
            throws IOException {
        Queue queue = attach(name, wanted > 1);
        if (queue.errno() == TunSystem.EINVAL) {
            queue = attach(name, wanted <= 1);
        }
        if (queue.errno() != 0) {
            throw new IOException(whyNotAttached(name, queue.errno()));
        }
        return queue.nic(ifIndex, prefix, settings);
    }

    /** A descriptor that is attached to a device, or why it is not. */
    private record Queue(String name, int tun, int errno) {

        TunNic nic(final int ifIndex, final Ipv4Prefix prefix, final TunSettings settings) throws IOException {
            final int offload =
                    settings.offload() ? TunSystem.TUN_F_CSUM | TunSystem.TUN_F_TSO4 | TunSystem.TUN_F_TSO_ECN : 0;
            if (TunSystem.ioctl(tun, TunSystem.TUNSETOFFLOAD, offload) < 0) {
                LOG.warn("no offload device={} errno={}: packets come one by one", name, Native.getLastError());
            }
            return new TunNic(name, ifIndex, prefix, tun);
        }
    }

    private static Queue attach(final String name, final boolean multiQueue) throws IOException {
        final int tun = openDevice();
        try (Memory ifreq = new Memory(TunSystem.IFREQ_BYTES)) {
            ifreq.clear();
            ifreq.setString(0, name, "US-ASCII");
            final int flags = TunSystem.IFF_TUN
                    | TunSystem.IFF_NO_PI
                    | TunSystem.IFF_VNET_HDR
                    | (multiQueue ? TunSystem.IFF_MULTI_QUEUE : 0);
            ifreq.setShort(TunSystem.IFNAMSIZ, (short) flags);
            if (TunSystem.ioctl(tun, TunSystem.TUNSETIFF, Pointer.nativeValue(ifreq)) < 0) {
                final int errno = Native.getLastError();
                TunSystem.close(tun);
                return new Queue(name, -1, errno);
            }
            return new Queue(ifreq.getString(0, "US-ASCII"), tun, 0);
        }
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
            doorbell = wake;
            final Thread waiter = new Thread(() -> await(wake), name + "-waiter");
            waiter.setDaemon(true);
            waiter.start();
        }
    }

    /** The thread that sleeps until there are packets; it closes the descriptors, so that it never waits for another's. */
    private void await(final Runnable wake) {
        try (Memory event = new Memory(TunSystem.EPOLL_EVENT_BYTES)) {
            while (!stopping.get()) {
                final int ready =
                        TunSystem.epoll_wait(epoll, Pointer.nativeValue(event), 1, armed ? FOREVER : REPEAT_MS);
                if (ready > 0) {
                    armed = false;
                }
                if (!armed) {
                    wake.run();
                }
            }
        } finally {
            closeDescriptors();
        }
    }

    @Override
    public int receive(final NicPort port, final int limit, final long nowNs) {
        int n = 0;
        while (n < limit && !stopping.get()) {
            final int length = (int) TunSystem.read(tun, inputAddress, BUFFER);
            if (length < 0) {
                empty(n, Native.getLastError());
                break;
            }
            if (length > VnetHeader.LENGTH) {
                n++;
                counters.received(length - VnetHeader.LENGTH);
                port.input(packet(length - VnetHeader.LENGTH, nowNs));
            }
        }
        return n;
    }

    private Mbuf packet(final int length, final long nowNs) {
        final byte[] packet = new byte[length];
        input.get(VnetHeader.LENGTH, packet);
        VnetHeader.complete(input, packet);
        return new Mbuf(packet, 0, length, ifIndex, nowNs);
    }

    /** Where packets came there will be more: it is looked again, behind what they cause. A device that was deleted is not asked any more. */
    private void empty(final int received, final int errno) {
        if (received > 0 || errno == TunSystem.EINTR) {
            doorbell.run();
        } else if (errno == TunSystem.EAGAIN) {
            armed = true;
            watch(TunSystem.EPOLL_CTL_MOD, tun);
        }
    }

    @Override
    public boolean transmit(final Mbuf mbuf, final long nowNs) {
        VnetHeader.putWhole(output);
        return write(mbuf);
    }

    /** The kernel takes it as one, and cuts it only where it must: on the way to another device. */
    @Override
    public boolean transmitTso(final Mbuf mbuf, final int segmentSize, final long nowNs) {
        VnetHeader.putTso(output, mbuf, segmentSize);
        return write(mbuf);
    }

    private boolean write(final Mbuf mbuf) {
        if (stopping.get()) {
            counters.outputDropped();
            return false;
        }
        final int length = VnetHeader.LENGTH + mbuf.length();
        output.put(VnetHeader.LENGTH, mbuf.data(), mbuf.offset(), mbuf.length());
        if (TunSystem.write(tun, outputAddress, length) != length) {
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
        TunSystem.close(epoll);
    }
}
