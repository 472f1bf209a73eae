package odonata.loadgen.client;

import java.util.function.Predicate;
import odonata.actors.socket.SockAddr;
import odonata.protocol.clock.Seed;
import odonata.protocol.flow.FlowKey;
import odonata.protocol.ip.IpProto;
import odonata.protocol.ip.Ipv4Prefix;

/** Own ends for connections: addresses of a prefix and ports, drawn at random until the flow suits. Owner: one lane. */
final class ClientNames {
    private static final int FIRST_PORT = 1_024;
    private static final int PORTS = 65_536 - FIRST_PORT;
    private static final int SMALL = 31;

    private final Ipv4Prefix clients;
    private final Seed seed;
    private final Predicate<FlowKey> suits;

    /** Of a prefix at most {@code /8}; some ports of each address must suit. */
    ClientNames(final Ipv4Prefix clients, final Seed seed, final Predicate<FlowKey> suits) {
        this.clients = clients;
        this.seed = seed;
        this.suits = suits;
    }

    /** The next one for a connection to {@code server}; neither the network's nor the broadcast address. */
    SockAddr next(final SockAddr server) {
        while (true) {
            final int size = 1 << (32 - clients.length());
            final int host = clients.length() < SMALL ? 1 + seed.nextInt(size - 2) : seed.nextInt(size);
            final SockAddr name = new SockAddr(clients.network() + host, FIRST_PORT + seed.nextInt(PORTS));
            if (suits.test(new FlowKey(name.addr(), name.port(), server.addr(), server.port(), IpProto.TCP))) {
                return name;
            }
        }
    }
}
