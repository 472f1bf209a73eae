package odonata.actors.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import odonata.actors.socket.SockCall;
import odonata.actors.tcp.TcpMember.Caller;
import odonata.actors.tcp.TcpMember.Result;
import odonata.protocol.clock.Seed;
import odonata.ssi.sim.SimSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** TCP of a cluster with one address (5.4-5.6): its connections move from member to member, its listeners are known to all. */
class TcpAcrossMembersTest {
    private static final int PORT = 80;

    private final TcpCluster cluster = new TcpCluster(2, 2, TcpCluster.CLEAN, SimSettings.calm(), Seed.of(1));
    private final TcpMember first = cluster.member(0);
    private final TcpMember second = cluster.member(1);
    private final Caller server = first.caller(1);
    private final Caller client = cluster.peer.caller(0);

    @AfterEach
    void close() {
        cluster.close();
    }

    @Test
    void I42_aConnectionMovesToAnotherMemberAndBackUnderItsUser() {
        final int listening = server.listen(PORT, 5);
        cluster.moveAllTo(first);
        final int out = client.connect(TcpCluster.ADDRESS, PORT);
        final int in = server.accept(listening);
        assertThat(first.connections()).hasSize(1);
        for (int round = 0; round < 3; round++) {
            final TcpMember owner = round % 2 == 0 ? second : first;
            final Result<byte[]> reading = server.begin(SockCall.Recv.of(in, 100));
            cluster.pass(5);
            cluster.moveAllTo(owner);
            assertThat(owner.connections()).hasSize(1);
            assertThat(cluster.connections()).hasSize(1);
            assertThat(reading.done).isFalse();
            client.send(out, "to you " + round);
            first.await(reading);
            assertThat(reading.value).asString().isEqualTo("to you " + round);
            server.send(in, "to me " + round);
            assertThat(client.recv(out, 7)).isEqualTo("to me " + round);
        }
        client.close(out);
        assertThat(server.ok(SockCall.Recv.of(in, 1))).isEmpty();
        server.close(in);
        server.close(listening);
        cluster.expectNothingLeft();
    }
}
