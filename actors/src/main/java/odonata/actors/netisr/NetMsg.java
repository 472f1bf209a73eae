package odonata.actors.netisr;

import java.util.Map;
import java.util.function.Consumer;
import odonata.protocol.errno.NetError;
import odonata.protocol.flow.BucketMap;
import odonata.protocol.flow.FlowKey;
import odonata.protocol.icmp.IcmpNotice;
import odonata.protocol.route.RouteChange;
import odonata.protocol.wire.Mbuf;

/**
 * Requests served by the protocol threads of a CPU: netisr, tcp_thread and udp_thread. Those that are replied say so.
 */
public sealed interface NetMsg {

    /**
     * One inbound packet, steered to its owner CPU. Never replied: the packet is the message.
     *
     * @param mbuf the packet; whoever holds the message owns it
     * @param bucket {@code 0..}{@link BucketMap#BUCKETS}{@code -1} by its hash, or {@link Partition#UNHASHED}
     * @param mapVersion version of the bucket map by which it was steered; a receiver with an older one lets it wait
     */
    record Packet(Mbuf mbuf, int bucket, long mapVersion) implements NetMsg {

        /** Rejects a bucket that does not exist. */
        public Packet {
            if (bucket < 0 || bucket > Partition.UNHASHED) {
                throw new IllegalArgumentException("bucket=" + bucket + " want 0.." + Partition.UNHASHED);
            }
        }
    }

    /** A newer version of the bucket map, from the control plane to the netisr of each CPU. */
    record MapChanged(BucketMap map) implements NetMsg {}

    /**
     * To a netisr: {@code fromCpu} steers by {@code version} or newer; all it had steered to this CPU by older ones came before.
     */
    record Marker(int fromCpu, long version) implements NetMsg {}

    /**
     * Flow state of one bucket, on its way from its old to its new owner's netisr, in parts that arrive in order.
     *
     * @param fromCpu the old owner
     * @param version version of the map in which the new owner was named
     * @param bucket the bucket, {@code 0..}{@link BucketMap#BUCKETS}{@code -1}
     * @param last true for the part that completes the bucket
     * @param sentNs the old owner's clock, which the times in {@code flows} refer to
     * @param flows at most {@link #MAX_FLOWS} flows; not to be changed
     */
    @SuppressWarnings("ArrayRecordComponent") // read once by the receiver, never compared
    record Handover(int fromCpu, long version, int bucket, boolean last, long sentNs, FlowState[] flows)
            implements NetMsg {
        /** Flows in one part, so that no message outgrows a frame of the uplink. */
        public static final int MAX_FLOWS = 64;

        /** Rejects a bucket that does not exist and parts that are too big. */
        public Handover {
            if (bucket < 0 || bucket >= BucketMap.BUCKETS || flows.length > MAX_FLOWS) {
                throw new IllegalArgumentException("bucket=" + bucket + " flows=" + flows.length);
            }
        }
    }

    /** One flow's counters; times in nanoseconds of the clock of the CPU that sends them. */
    record FlowState(FlowKey key, long packets, long bytes, long firstNs, long lastNs) {}

    /**
     * To the thread that owns the flow: an ICMP error message about a packet that this system is said to have sent. It leads to the
     * owner by the flow that it quotes, whose hash is the same in both directions (trap 18). Never replied.
     *
     * @param notice what the message says; to be compared with an endpoint before anything is done about it
     */
    record CtlInput(IcmpNotice notice) implements NetMsg {}

    /** What is asked of a netisr about the routes of its member (R53). */
    sealed interface RouteReq extends NetMsg {}

    /**
     * A change of the routes, to the netisr of the member's first CPU, which applies it and passes it on to the next CPU, and so on; the last
     * one replies (5.9). Replied EEXIST or ESRCH, with nothing changed, when it does not fit the first CPU's table.
     */
    record RtChange(RouteChange<Ifnet> change) implements RouteReq {}

    /** The same from a foreign Java thread, to any netisr of the member; {@code done} is called on that CPU's carrier. */
    record RtAsk(RouteChange<Ifnet> change, Consumer<NetError> done) implements RouteReq {}

    /**
     * A socket operation: the commands of one protocol's thread, which it adds to these ({@code netmsg_pru_*}). A thread of another protocol
     * answers EOPNOTSUPP.
     */
    non-sealed interface Pru extends NetMsg {}

    /** Barrier: replied when every message queued before it has been handled. */
    enum ServiceSync implements NetMsg {
        INSTANCE
    }

    /**
     * To a protocol thread of the same CPU: what it has in these buckets goes to their new owners. Replied when it is there. Packets of these
     * buckets are forwarded already.
     *
     * @param owners new owner by bucket; {@link BucketMap#NONE}: somebody has the bucket already, without its state
     */
    record Give(Map<Integer, Integer> owners) implements NetMsg {

        /** Copies them. */
        public Give {
            owners = Map.copyOf(owners);
        }
    }

    /** To a protocol thread of the same CPU: look again at the packets that are held. */
    enum Release implements NetMsg {
        INSTANCE
    }

    /**
     * A packet to send by a device of the CPU whose netisr gets this.
     *
     * @param ifIndex cluster-wide number of the device
     * @param segmentSize text of each segment that the device is to make of it; 0: it is sent as it is. Only 0 goes to another member
     */
    record Output(Mbuf mbuf, int ifIndex, int segmentSize) implements NetMsg {
        /** A packet that is sent as it is. */
        public Output(final Mbuf mbuf, final int ifIndex) {
            this(mbuf, ifIndex, 0);
        }
    }

    /**
     * To the udp_thread of the same CPU: send a datagram from a socket. The socket is not changed (I46). Nobody waits for it.
     *
     * @param laddr address of the socket, 0 for that of the way to the peer
     * @param lport port of the socket
     * @param faddr address to send to
     * @param fport port to send to
     * @param dontFragment true when the datagram may not be cut
     * @param ttl time to live
     * @param tos type of service
     * @param payload the bytes to send; the array may have room for headers before them, which is then used
     */
    record PruSend(int laddr, int lport, int faddr, int fport, boolean dontFragment, int ttl, int tos, Mbuf payload)
            implements NetMsg {

        /** Rejects ports that no header can carry. */
        public PruSend {
            if ((lport & ~0xffff) != 0 || (fport & ~0xffff) != 0) {
                throw new IllegalArgumentException("lport=" + lport + " fport=" + fport);
            }
        }
    }
}
