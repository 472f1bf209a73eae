package odonata.actors.netisr;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import odonata.actors.port.Port;
import odonata.protocol.flow.BucketMap;
import odonata.protocol.flow.FlowHash;
import odonata.protocol.flow.FlowKey;
import odonata.protocol.ip.IpClass;
import odonata.protocol.ip.IpProto;
import odonata.protocol.ip.PacketClassifier;

/**
 * Chooses the protocol thread for a packet or a socket operation: {@code ip_mport}.
 *
 * <p>A table of functions by protocol number. A protocol that has threads of its own registers its function; the others
 * are the netisr's; unhashed packets go to CPU 0, which is the lowest live one (R32, R33, R36). Interrupt threads and sockets ask the same table (R30).
 * Owner: the CPU's carrier.
 */
public final class IpMport {
    private static final int PROTOCOLS = 256;

    private final Partition partition;
    private final FlowHash hash;
    private final Mport[] table = new Mport[PROTOCOLS];

    /** A protocol's choice of its thread. */
    @FunctionalInterface
    public interface Mport {
        /** Port of the thread on CPU {@code cpu}. */
        Port<NetMsg> on(int cpu);
    }

    /** A table in which every protocol is the netisr's. */
    public IpMport(final Partition partition, final FlowHash hash) {
        this.partition = partition;
        this.hash = hash;
        final Mport netisr = threads(Port.NETISR);
        for (int proto = 0; proto < PROTOCOLS; proto++) {
            table[proto] = netisr;
        }
    }

    /** The threads that have the port {@code index} on every CPU. */
    public static Mport threads(final int index) {
        final List<Port<NetMsg>> ports = new ArrayList<>();
        final IntFunction<Port<NetMsg>> make = cpu -> new Port<>(cpu, index);
        return cpu -> {
            while (ports.size() <= cpu) {
                ports.add(make.apply(ports.size()));
            }
            return ports.get(cpu);
        };
    }

    /** Has {@code proto} handled by threads of its own. */
    public void register(final int proto, final Mport mport) {
        table[proto] = mport;
    }

    /** Port index of the threads that handle {@code proto}. */
    int index(final int proto) {
        return table[proto].on(0).index();
    }

    /** Bucket of a classified packet, {@link Partition#UNHASHED} when it goes to CPU 0. */
    public static int bucketOf(final long classified) {
        return PacketClassifier.classOf(classified).hashed()
                ? BucketMap.bucketOf(PacketClassifier.hashOf(classified))
                : Partition.UNHASHED;
    }

    /** Bucket of a flow, the same in both directions. */
    int bucketOf(final FlowKey flow) {
        return bucketOf(flow.src(), flow.sport(), flow.dst(), flow.dport());
    }

    /** Bucket of a flow, as {@link #bucketOf(long)} finds it for each of its packets. */
    public int bucketOf(final int src, final int sport, final int dst, final int dport) {
        return BucketMap.bucketOf(hash.hash(src, sport, dst, dport));
    }

    /**
     * Thread for a packet that was accepted, or for a socket operation.
     *
     * @param ipClass FRAGMENT always means the netisr, whatever the protocol
     * @param proto protocol number
     * @return {@link Port#none()} when nobody owns the bucket
     */
    public Port<NetMsg> port(final IpClass ipClass, final int proto, final int bucket) {
        final int owner = partition.owner(bucket);
        if (owner == BucketMap.NONE) {
            return Port.none();
        }
        return switch (ipClass) {
            case TCP -> table[IpProto.TCP].on(owner);
            case UDP, MULTICAST -> table[IpProto.UDP].on(owner);
            case OTHER -> table[proto].on(owner);
            case FRAGMENT -> table[0].on(owner);
            case TOO_SHORT, BAD_VERSION, BAD_HEADER_CHECKSUM, BAD_LENGTH -> Port.none();
        };
    }
}
