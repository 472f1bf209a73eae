package odonata.actors.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import odonata.actors.netisr.NetCounter;
import odonata.actors.socket.PollFd;
import odonata.actors.socket.SockAddr;
import odonata.actors.socket.SockCall;
import odonata.actors.socket.SockOpt;
import odonata.actors.tcp.TcpHost.Caller;
import odonata.actors.tcp.TcpHost.Result;
import odonata.protocol.errno.NetError;
import odonata.protocol.flow.BucketMap;
import odonata.protocol.flow.FlowKey;
import odonata.protocol.ip.IpProto;
import odonata.protocol.ip.Ipv4Address;
import odonata.protocol.tcp.TcpHeader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** All buckets go to one CPU, or to another machine, and the connections with them. */
class MoveTest {
    private static final int CPUS = 4;

    private final OneHost one = new OneHost(CPUS);
    private final Caller client = one.client;
    private final Caller server = one.server;

    @AfterEach
    void close() {
        one.end();
        one.close();
    }

    /** All to a CPU, from those that have them; {@code other}: another machine's CPU that nobody hears of. */
    private void moveAllTo(final int cpu) {
        one.invariants.bucketsMove();
        final int[] owners = new int[BucketMap.BUCKETS];
        Arrays.fill(owners, cpu);
        final int[] froms = one.host.map.owners();
        for (int b = 0; b < froms.length; b++) {
            froms[b] = froms[b] == cpu ? BucketMap.NONE : froms[b];
        }
        one.host.apply(new BucketMap(one.host.map.version() + 1, new int[] {0, 1, 2, 3}, owners, froms));
        one.pass(50);
    }

    @Test
    void I42_connectionsAndWhatWaitsAtThemGoWithTheirBuckets() {
        final int listening = server.listen(80, 100);
        final List<int[]> pairs = new ArrayList<>();
        final List<Result<byte[]>> reading = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            final Caller caller = one.anywhere(i);
            final int out = caller.connect(OneHost.ME, 80);
            pairs.add(new int[] {out, server.accept(listening)});
            reading.add(server.begin(SockCall.Recv.of(pairs.get(i)[1], 10)));
        }
        final Result<List<PollFd>> poll =
                server.begin(new SockCall.Poll(List.of(PollFd.of(pairs.get(7)[1], PollFd.POLLPRI)), -1));
        one.pass(10);

        moveAllTo(2);

        assertThat(one.host.tcp(2).connections())
                .hasSize(40)
                .allMatch(so -> so.soPort().cpu() == 2);
        assertThat(one.host.connections()).hasSize(40);
        assertThat(one.host.sum(NetCounter.TCP_ADOPTED)).isPositive();
        assertThat(reading).noneMatch(result -> result.done);
        for (int i = 0; i < 20; i++) {
            one.anywhere(i).send(pairs.get(i)[0], "abc");
            one.host.await(reading.get(i));
            assertThat(reading.get(i).value).hasSize(3);
        }
        server.abort(poll);
        one.pass(10);
        assertThat(poll.error)
                .as("the abort found the message where it had gone")
                .isEqualTo(NetError.EINTR);
        moveAllTo(1);
        server.send(pairs.get(3)[1], "def");
        assertThat(one.anywhere(3).recv(pairs.get(3)[0], 10)).isEqualTo("def");
    }

    /** The timer goes too: TIME-WAIT ends on the new CPU, a lingering close ends in time. */
    @Test
    void I54_timersGoWithTheirConnections() {
        final int[] pair = one.pair(80);
        final int[] other = one.pair(81);
        client.close(pair[0]);
        server.close(pair[1]);
        client.ok(new SockCall.Setsockopt(other[0], SockOpt.SO_LINGER, 5));
        client.ok(SockCall.Send.of(other[0], new byte[80_000]));
        final Result<Void> close = client.begin(new SockCall.Close(other[0]));
        one.pass(100);
        moveAllTo(0);
        moveAllTo(3);
        moveAllTo(1);
        one.pass(6_000);
        assertThat(close.done).isTrue();
        one.pass(60_000);
        assertThat(one.host.connections()).hasSize(2);
    }

    /** A handshake that has begun is finished by the new owner. */
    @Test
    void I44_halfOpenConnectionsGoWithTheirBuckets() {
        final int listening = server.listen(80, 5);
        final int sport = 4_000;
        final Peer peer = new Peer(one, sport, 80);
        peer.syn(1_000);
        one.pass(1);
        assertThat(one.host.halfOpen()).isEqualTo(1);
        moveAllTo(1);
        moveAllTo(2);
        assertThat(one.host.tcp(2).halfOpen()).isEqualTo(1);
        peer.ack(1_001, peer.iss() + 1);
        one.pass(1);
        assertThat(one.host.halfOpen()).isZero();
        final int fd = server.accept(listening);
        assertThat(server.ok(new SockCall.Getpeername(fd)).port()).isEqualTo(sport);
        server.ok(new SockCall.Setsockopt(fd, SockOpt.SO_LINGER, 0));
    }

    private Peer peerOn(final int cpu, final int dport) {
        int sport = 4_000;
        while (one.host.ownerOf(new FlowKey(Ipv4Address.parse(OneHost.ME), dport, Peer.ADDR, sport, IpProto.TCP))
                != cpu) {
            sport++;
        }
        return new Peer(one, sport, dport);
    }

    /** The new owner has more to do than it can: segments that wait there do not overtake their connection. */
    @Test
    void I41_noSegmentIsServedBeforeItsConnectionIsThere() {
        server.listen(80, 5);
        final Peer peer = peerOn(1, 80);
        final Peer busy = peerOn(2, 81);
        peer.syn(1_000);
        one.pass(1);
        peer.ack(1_001, peer.iss() + 1);
        one.pass(1);
        assertThat(one.host.tcp(1).connections()).hasSize(1);
        final long start = one.conductor.nowNs();
        for (int i = 0; i < 4_000; i++) {
            one.conductor.at(start + i * 150L, () -> busy.send(1, 1, TcpHeader.RST));
        }
        for (int i = 0; i < 400; i++) {
            one.conductor.at(start + i * 1_500L, () -> peer.ack(1_001, peer.iss() + 1));
        }
        one.conductor.runUntil(start + 200_000);
        moveAllTo(2);
        assertThat(peer.count(TcpHeader.RST)).isZero();
        assertThat(one.host.tcp(2).connections()).hasSize(1);
        peer.send(1_001, peer.iss() + 1, TcpHeader.RST | TcpHeader.ACK);
        one.pass(1);
    }

    @Test
    void shouldLoseConnectionsWhoseBucketGoesToACpuThatIsNotThere() {
        final int[] pair = one.pair(80);
        moveAllTo(99);
        assertThat(one.host.connections()).isEmpty();
        assertThat(one.host.sum(NetCounter.TCP_LOST)).isPositive();
        assertThat(client.error(SockCall.Recv.of(pair[0], 1))).isIn(NetError.ECONNABORTED, NetError.ECONNRESET);
        assertThat(client.error(new SockCall.Connect(client.socket(), SockAddr.of(OneHost.ME, 80))))
                .isEqualTo(NetError.EADDRNOTAVAIL);
    }

    @Test
    void shouldConnectWhenTheBucketHasCome() {
        server.listen(80, 5);
        one.invariants.bucketsMove();
        final int[] owners = new int[BucketMap.BUCKETS];
        Arrays.fill(owners, 1);
        final int[] froms = new int[BucketMap.BUCKETS];
        Arrays.fill(froms, 0);
        final BucketMap next = new BucketMap(2, new int[] {0, 1, 2, 3}, owners, froms);
        List.of(1, 2, 3).forEach(cpu -> one.host.stacks.get(cpu).apply(next));
        one.pass(10);
        final Result<Void> connect = client.begin(new SockCall.Connect(client.socket(), SockAddr.of(OneHost.ME, 80)));
        one.pass(1_000);
        assertThat(connect.done)
                .as("CPU 0 does not know the map, and gives nothing")
                .isFalse();
        assertThat(one.host.connections())
                .as("nor is anything sent that CPU 0 would answer")
                .isEmpty();
        one.host.apply(next);
        one.host.await(connect);
        assertThat(connect.error).isEqualTo(NetError.OK);
        one.pass(10);
        assertThat(one.host.tcp(1).connections()).hasSize(2);
    }
}
