package odonata.actors.netisr;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.security.SecureRandom;
import odonata.protocol.flow.FlowHash;
import odonata.protocol.flow.FlowHashes;
import odonata.protocol.flow.FlowTable;
import odonata.protocol.ip.Ipv4Address;
import odonata.protocol.ip.Ipv4Prefix;
import odonata.protocol.tcp.TcpHeader;
import odonata.protocol.tcp.machine.TcpSettings;
import odonata.protocol.wire.Mbuf;

/**
 * Settings of the network part of a CPU, read from section {@code net}. The same on all members.
 *
 * @param address the cluster's one address
 * @param network the network it is in
 * @param aliases addresses that are its own too
 * @param hash flow hash
 * @param flows flows that each of tcp_thread and udp_thread keeps per CPU
 * @param holdMax packets that each protocol thread holds while buckets move
 * @param pullBatch packets that an interrupt thread takes from its device at a time
 * @param pullPauseNs time before an interrupt thread looks again whether its CPU is above the mark
 * @param icmpLimit ICMP errors that a CPU sends in a second
 * @param identSeed secret from which the identifications of datagrams and the ports of sockets are made
 * @param socketBuffer datagrams that wait in a socket
 * @param socketBytes memory of the datagrams that wait in a socket
 * @param udpRoundRobin true when UDP datagrams go to all CPUs in turn, not by their hash
 * @param tso whether TCP hands several segments at once to the devices (R45)
 * @param sendSpace send buffer of a TCP socket that asks for no other, bytes
 * @param recvSpace its receive buffer
 * @param maxTcpTw connections of a CPU that may be in TIME-WAIT
 * @param packetCostNs what serving a packet costs in virtual time
 */
public record NetSettings(
        int address,
        Ipv4Prefix network,
        Ipv4Prefix aliases,
        FlowHash hash,
        int flows,
        int holdMax,
        int pullBatch,
        long pullPauseNs,
        int icmpLimit,
        long identSeed,
        int socketBuffer,
        long socketBytes,
        boolean udpRoundRobin,
        boolean tso,
        int sendSpace,
        int recvSpace,
        int maxTcpTw,
        long packetCostNs) {
    /** Most text that TCP hands over at once: what is left of the largest IP packet when both headers are as long as they can be. */
    public static final int TSO_BYTES = Mbuf.MAX_LENGTH - 2 * TcpHeader.MAX_LENGTH;

    private static final int MAX_SOCKBUF = new TcpSettings().maxSockbuf;

    /** Checks every range. */
    public NetSettings {
        range("net.flows", flows, 1, FlowTable.MAX_CAPACITY);
        range("net.netisr.holdmax", holdMax, 1, 16_777_216);
        range("net.intr.batch", pullBatch, 1, 4_096);
        range("net.intr.pause", pullPauseNs, 1_000, 1_000_000_000);
        range("net.icmp.limit", icmpLimit, 0, 1_000_000);
        range("net.socket-buffer", socketBuffer, 1, 1_048_576);
        range("net.socket-bytes", socketBytes, 65_535, 1L << 32);
        range("net.tcp.sendspace", sendSpace, 4_096, MAX_SOCKBUF);
        range("net.tcp.recvspace", recvSpace, 4_096, MAX_SOCKBUF);
        range("net.tcp.maxtcptw", maxTcpTw, 0, 16_777_216);
        range("net.packet-cost", packetCostNs, 0, 1_000_000_000);
    }

    /** The defaults of this module's reference.conf, with a secret that is always the same. */
    public static NetSettings defaults() {
        return Defaults.SETTINGS;
    }

    /** Reads section {@code net}. */
    public static NetSettings from(final Config config) {
        final Config net = config.getConfig("net");
        final String[] address = net.getString("address").split("/", -1);
        if (address.length != 2) {
            throw new IllegalArgumentException(
                    "net.address=" + net.getString("address") + ": want address/length like 10.77.77.1/24");
        }
        final Ipv4Prefix length = Ipv4Prefix.parse("0.0.0.0/" + address[1]);
        final int own = Ipv4Address.parse(address[0]);
        return new NetSettings(
                own,
                Ipv4Prefix.around(own, length.length()),
                aliases(own, net.getString("aliases")),
                FlowHashes.byName(net.getString("hash"), net.getLong("hash-key")),
                net.getInt("flows"),
                net.getInt("netisr.holdmax"),
                net.getInt("intr.batch"),
                net.getDuration("intr.pause").toNanos(),
                net.getInt("icmp.limit"),
                secret(net.getLong("ident-seed")),
                net.getInt("socket-buffer"),
                net.getBytes("socket-bytes"),
                roundRobin(net.getString("udp-spread")),
                net.getBoolean("tcp.tso"),
                (int) Math.min(Integer.MAX_VALUE, net.getBytes("tcp.sendspace")),
                (int) Math.min(Integer.MAX_VALUE, net.getBytes("tcp.recvspace")),
                net.getInt("tcp.maxtcptw"),
                net.getDuration("packet-cost").toNanos());
    }

    /** None: the prefix that has the one address only. */
    private static Ipv4Prefix aliases(final int own, final String prefix) {
        return prefix.isEmpty() ? Ipv4Prefix.around(own, 32) : Ipv4Prefix.parse(prefix);
    }

    /** What TCP of one CPU is set to at first; each CPU has its own. */
    public TcpSettings tcp() {
        final TcpSettings tcp = new TcpSettings();
        tcp.tsoBytes = tso ? TSO_BYTES : 0;
        tcp.sendSpace = sendSpace;
        tcp.recvSpace = recvSpace;
        tcp.maxTcpTw = maxTcpTw;
        return tcp;
    }

    private static long secret(final long configured) {
        return configured == 0 ? new SecureRandom().nextLong() : configured;
    }

    private static boolean roundRobin(final String spread) {
        return switch (spread) {
            case "hash" -> false;
            case "round-robin" -> true;
            default ->
                throw new IllegalArgumentException("net.udp-spread=" + spread + ": allowed are hash, round-robin");
        };
    }

    private static void range(final String key, final long value, final long least, final long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(key + "=" + value + ": allowed are " + least + ".." + most);
        }
    }

    private static final class Defaults {
        private static final NetSettings SETTINGS = from(ConfigFactory.parseString("net.ident-seed = 1")
                .withFallback(ConfigFactory.defaultReference(NetSettings.class.getClassLoader())));
    }
}
