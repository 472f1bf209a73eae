package odonata.actors.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import odonata.actors.netisr.NetCounter;
import odonata.actors.nic.LinkNic;
import odonata.actors.socket.MsgFlag;
import odonata.actors.socket.PollFd;
import odonata.actors.socket.SockAddr;
import odonata.actors.socket.SockCall;
import odonata.actors.socket.SockOpt;
import odonata.actors.tcp.TcpMember.Caller;
import odonata.actors.tcp.TcpMember.Result;
import odonata.protocol.clock.Seed;
import odonata.protocol.errno.NetError;
import odonata.protocol.tcp.machine.TcpCounter;
import odonata.protocol.tcp.machine.TcpState;
import odonata.ssi.sim.SimSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TCP of a cluster with one address (5.4-5.6): its connections move from member to member, its listeners are known to all. */
class TcpAcrossMembersTest {
    private static final int PORT = 80;
    private static final LinkNic.Quality FAR = LinkNic.Quality.perfect(1_000_000_000L, 50_000_000);

    /** A message between members takes five milliseconds. */
    private static final SimSettings SLOW = new SimSettings(300_000, 0, 0, 0, 5_000_000, 20_000_000, 5_000_000, 0, 256);

    private TcpCluster cluster;
    private TcpMember first;
    private TcpMember second;
    private Caller server;
    private Caller client;
    private int listening;
    private int out;
    private int in;

    private void build(final int serving, final LinkNic.Quality quality) {
        cluster = new TcpCluster(2, serving, 2, quality, SimSettings.calm(), Seed.of(1));
        first = cluster.member(0);
        second = cluster.member(1);
        server = first.caller(1);
        client = cluster.peer.caller(0);
    }

    /** A process of the first member has a connection whose bucket is the second's. */
    private void connectThenMove() {
        connectThenMove(TcpCluster.CLEAN);
    }

    private void connectThenMove(final LinkNic.Quality quality) {
        build(2, quality);
        cluster.moveAllTo(first);
        listening = server.listen(PORT, 5);
        out = client.connect(TcpCluster.ADDRESS, PORT);
        in = server.accept(listening);
        cluster.moveAllTo(second);
        assertThat(second.connections()).hasSize(1);
        assertThat(cluster.connections()).hasSize(1);
    }

    private void expectEnd() {
        client.close(out);
        assertThat(server.ok(SockCall.Recv.of(in, 1))).isEmpty();
        server.close(in);
        server.close(listening);
        cluster.expectNothingLeft();
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    @Nested
    class AConnectionThatMoves {
        @Test
        void I42_goesToAnotherMemberAndBackUnderItsUser() {
            connectThenMove();
            for (int round = 0; round < 4; round++) {
                final TcpMember owner = round % 2 == 0 ? first : second;
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
            assertThat(cluster.sum(NetCounter.TCP_EMIGRATED)).isEqualTo(5);
            assertThat(cluster.sum(NetCounter.TCP_LOST)).isZero();
            expectEnd();
        }

        /** The way to a socket is the same after ten moves as after one: no CPU forwards for another. */
        @Test
        void I41_theWayToItDoesNotGrow() {
            build(2, TcpCluster.CLEAN);
            final TcpCluster three = new TcpCluster(3, 2, TcpCluster.CLEAN, SimSettings.calm(), Seed.of(3));
            cluster.close();
            cluster = three;
            server = three.member(0).caller(0);
            client = three.peer.caller(1);
            listening = server.listen(PORT, 5);
            out = client.connect(TcpCluster.ADDRESS, PORT);
            in = server.accept(listening);
            for (int round = 1; round < 12; round++) {
                three.moveAllTo(three.member(1 + round % 2));
                final long before = three.sum(NetCounter.TCP_CHASED);
                server.send(in, "x");
                assertThat(three.sum(NetCounter.TCP_CHASED) - before)
                        .as("round %d", round)
                        .isLessThanOrEqualTo(2);
                assertThat(client.recv(out, 1)).isEqualTo("x");
            }
            expectEnd();
        }

        @Test
        void I21_everyCallFindsItAndIsAnsweredOnce() {
            connectThenMove();
            final SockAddr peer = server.ok(new SockCall.Getpeername(in));
            assertThat(peer.addr()).isEqualTo(SockAddr.of(TcpCluster.PEER, 1).addr());
            assertThat(server.ok(new SockCall.Getsockname(in)).port()).isEqualTo(PORT);
            assertThat(server.ok(new SockCall.GetTcpInfo(in)).state()).isEqualTo(TcpState.ESTABLISHED);
            server.ok(new SockCall.Setsockopt(in, SockOpt.TCP_NODELAY, 1));
            assertThat(server.ok(new SockCall.Getsockopt(in, SockOpt.TCP_NODELAY)))
                    .isEqualTo(1);
            client.send(out, "abc");
            cluster.pass(10);
            assertThat(server.ok(new SockCall.Fionread(in))).isEqualTo(3);
            assertThat(server.ok(new SockCall.Poll(List.of(PollFd.of(in, PollFd.POLLIN)), -1))
                            .get(0)
                            .revents())
                    .isEqualTo(PollFd.POLLIN);
            assertThat(server.error(new SockCall.Connect(in, SockAddr.of(TcpCluster.PEER, 9))))
                    .isEqualTo(NetError.EISCONN);
            assertThat(server.error(new SockCall.Listen(in, 1))).isEqualTo(NetError.EINVAL);
            assertThat(server.error(new SockCall.Bind(in, SockAddr.any(9)))).isEqualTo(NetError.EINVAL);
            assertThat(server.error(new SockCall.Accept(in))).isEqualTo(NetError.EINVAL);
            assertThat(server.recv(in, 3)).isEqualTo("abc");
            server.ok(new SockCall.Shutdown(in, SockCall.How.SHUT_WR));
            assertThat(client.ok(SockCall.Recv.of(out, 1))).isEmpty();
            assertThat(server.error(SockCall.Send.of(in, (byte) 1))).isEqualTo(NetError.EPIPE);
            expectEnd();
        }

        @Test
        void shouldEndWithEintrAndInTimeWhereverTheSocketIs() {
            connectThenMove();
            final Result<byte[]> reading = server.begin(SockCall.Recv.of(in, 1));
            cluster.pass(5);
            server.run(() -> reading.pending.abort());
            first.await(reading);
            assertThat(reading.error).isEqualTo(NetError.EINTR);
            final long before = cluster.conductor.nowNs();
            assertThat(server.ok(new SockCall.Poll(List.of(PollFd.of(in, PollFd.POLLIN)), 300_000_000))
                            .get(0)
                            .revents())
                    .isZero();
            assertThat(cluster.conductor.nowNs() - before).isBetween(300_000_000L, 310_000_000L);
            expectEnd();
        }

        /** What the user sent before the move, and what of it did not fit, goes along: nothing is lost, nothing comes twice. */
        @Test
        void I42_aSendThatWaitsGoesAlong() {
            connectThenMove();
            final byte[] much = new byte[2_500_000];
            for (int i = 0; i < much.length; i++) {
                much[i] = (byte) (i * 31 + i / 977);
            }
            final Result<Integer> sending = server.begin(SockCall.Send.of(in, much));
            cluster.pass(40);
            cluster.moveAllTo(first);
            cluster.moveAllTo(second);
            assertThat(sending.done).isFalse();
            final byte[] got = new byte[much.length];
            int at = 0;
            while (at < much.length) {
                final byte[] piece = client.ok(SockCall.Recv.of(out, 50_000));
                System.arraycopy(piece, 0, got, at, piece.length);
                at += piece.length;
            }
            first.await(sending);
            assertThat(sending.value).isEqualTo(much.length);
            assertThat(got).isEqualTo(much);
            expectEnd();
        }

        /** It is over, and its user has not read all: that stays to be read, and to be found. */
        @Test
        void shouldBeReadToItsEndAfterThePeerHasResetIt() {
            connectThenMove();
            client.send(out, "last words");
            cluster.pass(10);
            client.ok(new SockCall.Setsockopt(out, SockOpt.SO_LINGER, 0));
            client.close(out);
            cluster.pass(10);
            assertThat(cluster.connections()).isEmpty();
            cluster.moveAllTo(first);
            assertThat(server.recv(in, 10)).isEqualTo("last words");
            cluster.moveAllTo(second);
            assertThat(server.error(SockCall.Recv.of(in, 10))).isEqualTo(NetError.ECONNRESET);
            assertThat(server.ok(SockCall.Recv.of(in, 10))).isEmpty();
            server.close(in);
            server.close(listening);
            cluster.expectNothingLeft();
        }

        /** What came before its time is not asked for again. */
        @Test
        void I42_theReassemblyQueueGoesAlong() {
            connectThenMove(FAR);
            cluster.spread = false;
            cluster.losesFromPeer = 1;
            final byte[] text = new byte[4_000];
            for (int i = 0; i < text.length; i++) {
                text[i] = (byte) (i * 7);
            }
            final Result<Integer> sending = client.begin(SockCall.Send.of(out, text));
            cluster.pass(60);
            assertThat(sending.done).isTrue();
            assertThat(second.connections().get(0).tcb.receiveBuffer().ranges()).isEqualTo(1);
            cluster.moveAllTo(first);
            assertThat(first.connections().get(0).tcb.receiveBuffer().ranges()).isEqualTo(1);
            assertThat(server.ok(new SockCall.Recv(in, text.length, Set.of(MsgFlag.MSG_WAITALL))))
                    .isEqualTo(text);
            assertThat(cluster.peer.counted(TcpCounter.SNDREXMITPACK)).isEqualTo(1);
            expectEnd();
        }

        /** A process begins several sends while the bucket is on its way: they are served in their order when it has come. */
        @Test
        void I24_operationsThatWaitForTheBucketKeepTheirOrder() {
            cluster = new TcpCluster(2, 2, TcpCluster.CLEAN, SLOW, Seed.of(1));
            first = cluster.member(0);
            second = cluster.member(1);
            server = first.caller(1);
            client = cluster.peer.caller(0);
            listening = server.listen(PORT, 5);
            out = client.connect(TcpCluster.ADDRESS, PORT);
            in = server.accept(listening);
            cluster.moveAllTo(second);
            cluster.beginMoveTo(first);
            cluster.pass(1);
            final List<Result<Integer>> sends = new ArrayList<>();
            for (final byte letter : new byte[] {'a', 'b', 'c', 'd'}) {
                sends.add(server.begin(SockCall.Send.of(in, letter)));
            }
            cluster.pass(1);
            assertThat(first.stacks.stream().mapToInt(stack -> stack.tcp().held()))
                    .as("operations that wait")
                    .contains(sends.size());
            cluster.settle();
            assertThat(sends).allMatch(send -> send.done);
            assertThat(client.recv(out, 4)).isEqualTo("abcd");
            expectEnd();
        }

        /** However many connections with full buffers move at once, no message between members grows with them. */
        @Test
        void shouldMoveInMessagesOfABoundedLength() {
            build(2, TcpCluster.CLEAN);
            cluster.moveAllTo(first);
            listening = server.listen(PORT, 20);
            final byte[] much = new byte[20_000];
            final List<Integer> ends = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                final int fd = client.connect(TcpCluster.ADDRESS, PORT);
                ends.add(server.accept(listening));
                client.ok(SockCall.Send.of(fd, much));
                client.close(fd);
            }
            cluster.pass(20);
            cluster.moveAllTo(second);
            assertThat(second.connections()).hasSize(ends.size());
            assertThat(cluster.longestMessage()).isBetween(much.length, 200_000);
            for (final int end : ends) {
                assertThat(server.ok(new SockCall.Recv(end, much.length, Set.of(MsgFlag.MSG_WAITALL))))
                        .hasSize(much.length);
                server.close(end);
            }
            server.close(listening);
            cluster.expectNothingLeft();
        }

        /** Its local port is noted on the member where it was opened, and free again when it has ended elsewhere. */
        @Test
        void shouldGiveBackThePortOfAnActiveOpen() {
            build(2, TcpCluster.CLEAN);
            cluster.moveAllTo(first);
            listening = client.listen(PORT, 5);
            final int to = server.connect(TcpCluster.PEER, PORT);
            final int from = client.accept(listening);
            cluster.moveAllTo(second);
            assertThat(second.connections()).hasSize(1);
            server.send(to, "x");
            assertThat(client.recv(from, 1)).isEqualTo("x");
            server.close(to);
            client.close(from);
            client.close(listening);
            cluster.expectNothingLeft();
        }

        /** The handshake of an active open goes on at the other member, and the call that waits for it is answered from there. */
        @Test
        void shouldConnectWhileItMoves() {
            build(2, FAR);
            cluster.moveAllTo(first);
            listening = client.listen(PORT, 5);
            final int fd = server.ok(SockCall.Socket.tcp());
            final Result<Void> connecting = server.begin(new SockCall.Connect(fd, SockAddr.of(TcpCluster.PEER, PORT)));
            cluster.pass(10);
            cluster.moveAllTo(second);
            assertThat(connecting.done).isFalse();
            assertThat(second.connections()).hasSize(1);
            assertThat(server.error(new SockCall.Connect(fd, SockAddr.of(TcpCluster.PEER, PORT))))
                    .isEqualTo(NetError.EALREADY);
            first.await(connecting);
            assertThat(connecting.error).isEqualTo(NetError.OK);
            final int from = client.accept(listening);
            server.close(fd);
            client.close(from);
            client.close(listening);
            cluster.expectNothingLeft();
        }
    }

    @Nested
    class AListener {
        /** R46 over all members: a SYN is served where its tuple hashes to, and accepted where somebody listens. */
        @Test
        void I44_hearsOfConnectionsThatAreMadeAtAnotherMember() {
            build(2, TcpCluster.CLEAN);
            cluster.moveAllTo(second);
            listening = server.listen(PORT, 5);
            out = client.connect(TcpCluster.ADDRESS, PORT);
            cluster.pass(5);
            assertThat(second.connections()).hasSize(1);
            assertThat(first.connections()).isEmpty();
            in = server.accept(listening);
            server.send(in, "hello");
            assertThat(client.recv(out, 5)).isEqualTo("hello");
            expectEnd();
        }

        @Test
        void shouldComeAfterOneOfTheMemberWhereTheSynIsServed() {
            build(2, TcpCluster.CLEAN);
            final Caller other = second.caller(0);
            final int there = other.listen(PORT, 5, SockOpt.SO_REUSEPORT);
            listening = server.listen(PORT, 5, SockOpt.SO_REUSEPORT);
            for (final TcpMember owner : List.of(first, second)) {
                cluster.moveAllTo(owner);
                final Caller accepts = owner == first ? server : other;
                for (int round = 0; round < 16; round++) {
                    final Caller from = cluster.peer.caller(round % 2); // ports of both, and so CPUs of both here
                    final int fd = from.connect(TcpCluster.ADDRESS, PORT);
                    final int accepted = accepts.accept(owner == first ? listening : there);
                    from.close(fd);
                    accepts.close(accepted);
                }
            }
            server.close(listening);
            other.close(there);
            cluster.expectNothingLeft();
        }

        @Test
        void I43_isForgottenByAllWhenItIsClosed() {
            build(2, TcpCluster.CLEAN);
            cluster.moveAllTo(second);
            listening = server.listen(PORT, 5);
            assertThat(second.listeners()).hasSize(2);
            server.close(listening);
            cluster.pass(5);
            assertThat(second.listeners()).isEmpty();
            final int fd = client.ok(SockCall.Socket.tcp());
            assertThat(client.error(new SockCall.Connect(fd, SockAddr.of(TcpCluster.ADDRESS, PORT))))
                    .isEqualTo(NetError.ECONNREFUSED);
            client.close(fd);
            cluster.expectNothingLeft();
        }

        /** Those that nobody has accepted are reset, wherever they are. */
        @Test
        void shouldResetThoseThatWaitWhenItIsClosed() {
            build(2, TcpCluster.CLEAN);
            cluster.moveAllTo(second);
            listening = server.listen(PORT, 5);
            out = client.connect(TcpCluster.ADDRESS, PORT);
            cluster.pass(5);
            server.close(listening);
            assertThat(client.error(SockCall.Recv.of(out, 1))).isEqualTo(NetError.ECONNRESET);
            client.close(out);
            cluster.expectNothingLeft();
        }

        @Test
        void shouldBeKnownToAMemberThatJoins() {
            build(1, TcpCluster.CLEAN);
            listening = server.listen(PORT, 5);
            assertThat(second.listeners()).isEmpty();
            cluster.moveAllTo(second);
            out = client.connect(TcpCluster.ADDRESS, PORT);
            cluster.pass(5);
            assertThat(second.connections()).hasSize(1);
            in = server.accept(listening);
            expectEnd();
        }

        /** The options that a connection begins with are those of its listener, also when they were set after it listened. */
        @Test
        void shouldGiveItsOptionsToConnectionsMadeElsewhere() {
            build(2, TcpCluster.CLEAN);
            cluster.moveAllTo(second);
            listening = server.listen(PORT, 5);
            server.ok(new SockCall.Setsockopt(listening, SockOpt.TCP_NODELAY, 1));
            server.ok(new SockCall.Setsockopt(listening, SockOpt.SO_RCVBUF, 12_345));
            cluster.pass(5);
            out = client.connect(TcpCluster.ADDRESS, PORT);
            in = server.accept(listening);
            assertThat(server.ok(new SockCall.Getsockopt(in, SockOpt.TCP_NODELAY)))
                    .isEqualTo(1);
            assertThat(server.ok(new SockCall.Getsockopt(in, SockOpt.SO_RCVBUF)))
                    .isEqualTo(12_345);
            expectEnd();
        }

        @Test
        void shouldDropConnectionsBeyondItsBacklog() {
            build(2, TcpCluster.CLEAN);
            cluster.moveAllTo(second);
            listening = server.listen(PORT, 2);
            final List<Integer> fds = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                fds.add(client.connect(TcpCluster.ADDRESS, PORT));
            }
            cluster.pass(20);
            assertThat(second.connections()).hasSize(4);
            assertThat(cluster.sum(NetCounter.TCP_LISTENDROP)).isEqualTo(6);
            server.close(listening);
            fds.forEach(client::close);
            cluster.expectNothingLeft();
        }
    }

    @Nested
    class AHandshake {
        /** I44 */
        @Test
        void shouldGoOnAtAnotherMember() {
            build(2, FAR);
            cluster.moveAllTo(first);
            listening = server.listen(PORT, 5);
            out = client.ok(SockCall.Socket.tcp());
            final Result<Void> connecting =
                    client.begin(new SockCall.Connect(out, SockAddr.of(TcpCluster.ADDRESS, PORT)));
            cluster.pass(70);
            assertThat(first.stacks.get(0).tcp().halfOpen()
                            + first.stacks.get(1).tcp().halfOpen())
                    .isEqualTo(1);
            cluster.moveAllTo(second);
            cluster.peer.await(connecting);
            assertThat(connecting.error).isEqualTo(NetError.OK);
            in = server.accept(listening);
            assertThat(second.connections()).hasSize(1);
            server.send(in, "hello");
            assertThat(client.recv(out, 5)).isEqualTo("hello");
            expectEnd();
        }

        /** The cookie that one member has given out is opened at another: its key has gone with the bucket. */
        @Test
        void shouldGoOnByItsCookieAlone() {
            build(2, FAR);
            cluster.members.forEach(
                    member -> member.stacks.forEach(stack -> stack.tcp().settings().syncookiesOnly = true));
            cluster.moveAllTo(first);
            listening = server.listen(PORT, 5);
            out = client.ok(SockCall.Socket.tcp());
            final Result<Void> connecting =
                    client.begin(new SockCall.Connect(out, SockAddr.of(TcpCluster.ADDRESS, PORT)));
            cluster.pass(70);
            cluster.moveAllTo(second);
            cluster.peer.await(connecting);
            assertThat(connecting.error).isEqualTo(NetError.OK);
            in = server.accept(listening);
            assertThat(second.sum(NetCounter.TCP_SC_RECVCOOKIE)).isEqualTo(1);
            server.send(in, "hello");
            assertThat(client.recv(out, 5)).isEqualTo("hello");
            expectEnd();
        }
    }

    @Nested
    class WhenAMemberDies {
        @Test
        void I21_itsConnectionsAreResetForTheirUsersElsewhere() {
            connectThenMove();
            server.send(in, "x"); // else its cookie would open it again
            client.recv(out, 1);
            final Result<byte[]> reading = server.begin(SockCall.Recv.of(in, 1));
            final Result<List<PollFd>> polling =
                    server.begin(new SockCall.Poll(List.of(PollFd.of(in, PollFd.POLLIN)), -1));
            cluster.pass(5);
            cluster.crash(second);
            assertThat(reading.error).isEqualTo(NetError.ECONNRESET);
            assertThat(polling.value.get(0).revents() & PollFd.POLLERR).isPositive();
            assertThat(server.error(SockCall.Send.of(in, (byte) 1))).isEqualTo(NetError.ECONNRESET);
            server.close(in);
            client.send(out, "anybody there?");
            assertThat(client.error(SockCall.Recv.of(out, 1))).isEqualTo(NetError.ECONNRESET);
            client.close(out);
            server.close(listening);
            cluster.expectNothingLeft();
        }

        @Test
        void shouldGiveBackThePortOfAnActiveOpenThatDiedWithIt() {
            build(2, TcpCluster.CLEAN);
            cluster.moveAllTo(first);
            listening = client.listen(PORT, 5);
            final int to = server.connect(TcpCluster.PEER, PORT);
            final int from = client.accept(listening);
            cluster.moveAllTo(second);
            cluster.crash(second);
            server.close(to);
            client.send(from, "x");
            client.close(from);
            client.close(listening);
            cluster.expectNothingLeft();
        }

        /** Nobody will ever read: the peer is reset, and nothing of it stays. */
        @Test
        void shouldResetConnectionsWhoseUserDiedWithIt() {
            connectThenMove();
            client.send(out, "unread");
            cluster.pass(10);
            cluster.crash(first);
            assertThat(client.error(SockCall.Recv.of(out, 1))).isEqualTo(NetError.ECONNRESET);
            assertThat(second.sum(NetCounter.TCP_ORPHANED)).isEqualTo(1);
            client.close(out);
            cluster.expectNothingLeft();
        }

        /** Also one that was never at its user's member. */
        @Test
        void shouldResetConnectionsMadeElsewhereWhoseUserDiedWithIt() {
            build(2, TcpCluster.CLEAN);
            cluster.moveAllTo(second);
            listening = server.listen(PORT, 5);
            out = client.connect(TcpCluster.ADDRESS, PORT);
            in = server.accept(listening);
            cluster.crash(first);
            assertThat(client.error(SockCall.Recv.of(out, 1))).isEqualTo(NetError.ECONNRESET);
            client.close(out);
            cluster.expectNothingLeft();
        }

        /** What it had closed before is still delivered. */
        @Test
        void shouldDeliverWhatWasClosedBefore() {
            connectThenMove();
            server.send(in, "good bye");
            server.close(in);
            cluster.crash(first);
            assertThat(client.recv(out, 8)).isEqualTo("good bye");
            assertThat(client.ok(SockCall.Recv.of(out, 1))).isEmpty();
            client.close(out);
            cluster.expectNothingLeft();
        }

        /** Whenever that is: before the connection leaves, while it is on its way, or when it has come. */
        @ParameterizedTest
        @ValueSource(ints = {0, 4, 8, 12, 16})
        void shouldResetAConnectionThatMovesWhenItsUserDies(final int afterMs) {
            cluster = new TcpCluster(3, 2, TcpCluster.CLEAN, SLOW, Seed.of(1));
            server = cluster.member(0).caller(1);
            client = cluster.peer.caller(0);
            listening = server.listen(PORT, 5);
            out = client.connect(TcpCluster.ADDRESS, PORT);
            in = server.accept(listening);
            server.send(in, "x"); // else its cookie would open it again
            client.recv(out, 1);
            cluster.moveAllTo(cluster.member(1));
            cluster.beginMoveTo(cluster.member(2));
            cluster.pass(afterMs);
            cluster.crash(cluster.member(0));
            assertThat(cluster.sum(NetCounter.TCP_ORPHANED)).isEqualTo(1);
            assertThat(client.error(SockCall.Recv.of(out, 1))).isEqualTo(NetError.ECONNRESET);
            client.close(out);
            cluster.settle();
            cluster.expectNothingLeft();
        }

        @Test
        void shouldForgetItsListeners() {
            build(2, TcpCluster.CLEAN);
            listening = server.listen(PORT, 5);
            cluster.moveAllTo(second);
            out = client.connect(TcpCluster.ADDRESS, PORT);
            cluster.pass(5);
            cluster.crash(first);
            assertThat(second.listeners()).isEmpty();
            assertThat(client.error(SockCall.Recv.of(out, 1)))
                    .as("it was not accepted yet")
                    .isEqualTo(NetError.ECONNRESET);
            final int fd = client.ok(SockCall.Socket.tcp());
            assertThat(client.error(new SockCall.Connect(fd, SockAddr.of(TcpCluster.ADDRESS, PORT))))
                    .isEqualTo(NetError.ECONNREFUSED);
            client.close(fd);
            client.close(out);
            cluster.expectNothingLeft();
        }
    }

    /** Its buckets have gone, it is in no map any more: what its processes have goes on until it leaves. */
    @Nested
    class AMemberThatDrains {
        @Test
        void shouldKeepItsProcessesConnected() {
            connectThenMove();
            cluster.unlist(first);
            first.stacks.get(0).withdraw();
            cluster.pass(5);
            assertThat(second.listeners()).isEmpty();
            client.send(out, "still there?");
            assertThat(server.recv(in, 12)).isEqualTo("still there?");
            server.send(in, "yes");
            assertThat(client.recv(out, 3)).isEqualTo("yes");
            assertThat(first.stacks.get(1).sockets().connections()).isEqualTo(1);
            final int fd = client.ok(SockCall.Socket.tcp());
            assertThat(client.error(new SockCall.Connect(fd, SockAddr.of(TcpCluster.ADDRESS, PORT))))
                    .isEqualTo(NetError.ECONNREFUSED);
            client.close(fd);
            expectEnd();
            assertThat(first.stacks.get(1).sockets().connections()).isZero();
        }

        /** A listener that is made while it drains, or gets other options, is told to nobody. */
        @Test
        void shouldTellNobodyOfItsListenersAnyMore() {
            connectThenMove();
            cluster.unlist(first);
            first.stacks.get(0).withdraw();
            cluster.pass(5);
            server.ok(new SockCall.Setsockopt(listening, SockOpt.TCP_NODELAY, 1));
            server.close(server.listen(PORT + 1, 5));
            cluster.unlist(first); // a newer map, as when another joins
            assertThat(second.listeners()).isEmpty();
            cluster.moveAllTo(second);
            assertThat(second.listeners()).as("after another map").isEmpty();
            expectEnd();
        }

        /** Connections of others' processes whose bucket it had go on elsewhere. */
        @Test
        void I42_shouldLeaveNothingBehindThatIsAnothers() {
            cluster = new TcpCluster(3, 2, TcpCluster.CLEAN, SimSettings.calm(), Seed.of(1));
            server = cluster.member(0).caller(1);
            client = cluster.peer.caller(0);
            listening = server.listen(PORT, 5);
            out = client.connect(TcpCluster.ADDRESS, PORT);
            in = server.accept(listening);
            cluster.moveAllTo(cluster.member(1));
            final Result<byte[]> reading = server.begin(SockCall.Recv.of(in, 10));
            cluster.pass(5);
            cluster.moveAllTo(cluster.member(2));
            cluster.unlist(cluster.member(1));
            cluster.crash(cluster.member(1));
            assertThat(reading.done)
                    .as("it is with another member, and does not mind")
                    .isFalse();
            client.send(out, "a");
            cluster.member(0).await(reading);
            assertThat(reading.value).asString().isEqualTo("a");
            assertThat(cluster.sum(NetCounter.TCP_ORPHANED) + cluster.sum(NetCounter.TCP_LOST))
                    .isZero();
            expectEnd();
        }
    }

    /** A peer sees nothing of it: what is sent while the bucket moves is held, nothing is sent again. */
    @Test
    void I41_thePeerNoticesNothing() {
        connectThenMove(LinkNic.Quality.perfect(20_000_000, 50_000));
        cluster.spread = false;
        final TcpStreams one = new TcpStreams(server, in, 1_000_000, Seed.of(4));
        final TcpStreams two = new TcpStreams(client, out, 1_000_000, Seed.of(5));
        one.start();
        two.start();
        for (int round = 0; round < 10; round++) {
            cluster.pass(3);
            cluster.moveAllTo(round % 2 == 0 ? first : second);
        }
        cluster.quiet();
        assertThat(one.matches(two) && two.matches(one)).isTrue();
        assertThat(cluster.sum(NetCounter.TCP_EMIGRATED)).isGreaterThan(8);
        for (final TcpMember member : List.of(first, second, cluster.peer)) {
            assertThat(member.counted(TcpCounter.REXMTTIMEO) + member.counted(TcpCounter.SNDREXMITPACK))
                    .as("retransmissions of member %d", member.id)
                    .isZero();
        }
        server.close(listening);
        cluster.expectNothingLeft();
    }

    /** What was sent and lost is sent again by the new owner, when it was due. */
    @Test
    void I54_theRetransmissionTimerGoesAlong() {
        connectThenMove();
        final long rtoUs = server.ok(new SockCall.GetTcpInfo(in)).rtoUs();
        cluster.losesToPeer = 1;
        final long sentNs = cluster.conductor.nowNs();
        server.send(in, "x");
        cluster.moveAllTo(first);
        assertThat(client.recv(out, 1)).isEqualTo("x");
        assertThat(cluster.conductor.nowNs() - sentNs).isBetween(rtoUs * 1_000, rtoUs * 1_000 + 10_000_000);
        expectEnd();
    }

    /** It is sent by the new owner, before the peer's patience ends. */
    @Test
    void I54_theDelayedAckGoesAlong() {
        connectThenMove();
        client.send(out, "x");
        cluster.pass(1);
        assertThat(second.counted(TcpCounter.DELACK)).isZero();
        cluster.moveAllTo(first);
        cluster.pass(2_000);
        assertThat(first.counted(TcpCounter.DELACK)).isEqualTo(1);
        assertThat(cluster.peer.counted(TcpCounter.SNDREXMITPACK)).isZero();
        assertThat(server.recv(in, 1)).isEqualTo("x");
        expectEnd();
    }

    /** Lets time pass, sends nothing. */
    @Test
    void I54_timersGoAlong() {
        connectThenMove();
        server.ok(new SockCall.Setsockopt(in, SockOpt.TCP_KEEPIDLE, 2_000));
        server.ok(new SockCall.Setsockopt(in, SockOpt.TCP_KEEPINTVL, 1_000));
        server.ok(new SockCall.Setsockopt(in, SockOpt.TCP_KEEPCNT, 2));
        server.ok(new SockCall.Setsockopt(in, SockOpt.SO_KEEPALIVE, 1));
        cluster.peerIsSilent = true;
        final long before = cluster.conductor.nowNs();
        cluster.moveAllTo(first);
        final Result<byte[]> reading = server.begin(new SockCall.Recv(in, 1, Set.of()));
        first.await(reading);
        assertThat(reading.error).isEqualTo(NetError.ETIMEDOUT);
        assertThat((cluster.conductor.nowNs() - before) / 100_000_000).isBetween(39L, 41L);
    }
}
