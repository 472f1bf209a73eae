package odonata.actors.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import odonata.actors.socket.PollFd;
import odonata.actors.socket.SockAddr;
import odonata.actors.socket.SockCall;
import odonata.actors.socket.SockCall.Bind;
import odonata.actors.socket.SockCall.Connect;
import odonata.actors.socket.SockOpt;
import odonata.actors.tcp.TcpMember.Caller;
import odonata.actors.tcp.TcpMember.Result;
import odonata.protocol.clock.Seed;
import odonata.protocol.errno.NetError;
import odonata.ssi.sim.SimSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Local ports of a cluster with one address: who may have one (5.5), and connections from a port whose flow is another member's (5.6). */
class TcpPortsAcrossMembersTest {
    private static final int PORT = 80;
    private static final int OWN = 5_000;
    private static final SockAddr PEER = SockAddr.of(TcpCluster.PEER, PORT);

    private TcpCluster cluster;
    private TcpMember first;
    private TcpMember second;
    private Caller user;
    private Caller other;
    private Caller peer;

    private void build(final int members) {
        build(members, SimSettings.calm());
    }

    private void build(final int members, final SimSettings settings) {
        cluster = new TcpCluster(members, 2, TcpCluster.CLEAN, settings, Seed.of(1));
        first = cluster.member(0);
        second = cluster.member(1);
        user = first.caller(1);
        other = second.caller(0);
        peer = cluster.peer.caller(0);
    }

    private int bound(final Caller caller, final int port, final SockOpt... options) {
        final int fd = caller.socket(options);
        caller.ok(new Bind(fd, SockAddr.any(port)));
        return fd;
    }

    private NetError bindError(final Caller caller, final int port, final SockOpt... options) {
        final int fd = caller.socket(options);
        final NetError error = caller.error(new Bind(fd, SockAddr.any(port)));
        caller.close(fd);
        return error;
    }

    private void passUs(final long us) {
        cluster.conductor.runUntil(cluster.conductor.nowNs() + us * 1_000);
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    /** All buckets are the second member's; a process of the first connects from a port that it has chosen. */
    @Nested
    class AnActiveOpen {
        private int listening;

        private int begin() {
            build(2);
            cluster.moveAllTo(second);
            listening = peer.listen(PORT, 5);
            return bound(user, OWN);
        }

        private void expectUse(final int fd) {
            final SockCall.Accepted in = peer.ok(new SockCall.Accept(listening));
            assertThat(in.peer()).isEqualTo(SockAddr.of(TcpCluster.ADDRESS, OWN));
            user.send(fd, "to you");
            assertThat(peer.recv(in.fd(), 6)).isEqualTo("to you");
            peer.send(in.fd(), "to me");
            assertThat(user.recv(fd, 5)).isEqualTo("to me");
            user.close(fd);
            peer.close(in.fd());
            expectEnd();
        }

        private void expectEnd() {
            peer.close(listening);
            cluster.expectNothingLeft();
        }

        @Test
        void I42_goesToTheMemberThatOwnsItsFlow() {
            final int fd = begin();
            user.ok(new SockCall.Setsockopt(fd, SockOpt.SO_RCVBUF, 12_345));
            user.ok(new Connect(fd, PEER));
            assertThat(user.ok(new SockCall.Getsockopt(fd, SockOpt.SO_RCVBUF))).isEqualTo(12_345);
            assertThat(second.connections()).hasSize(1);
            assertThat(first.connections()).isEmpty();
            assertThat(user.ok(new SockCall.Getsockname(fd))).isEqualTo(SockAddr.of(TcpCluster.ADDRESS, OWN));
            user.close(bound(user, OWN, SockOpt.SO_REUSEADDR));
            expectUse(fd);
        }

        @Test
        void shouldNotWaitWhenNonblocking() {
            final int fd = begin();
            user.ok(new SockCall.SetNonblock(fd, true));
            assertThat(user.error(new Connect(fd, PEER))).isEqualTo(NetError.EINPROGRESS);
            assertThat(user.ok(new SockCall.Poll(List.of(PollFd.of(fd, PollFd.POLLOUT)), -1))
                            .get(0)
                            .revents())
                    .isEqualTo(PollFd.POLLOUT);
            assertThat(user.ok(new SockCall.Getsockopt(fd, SockOpt.SO_ERROR))).isZero();
            assertThat(user.error(new Connect(fd, PEER))).isEqualTo(NetError.EISCONN);
            user.ok(new SockCall.SetNonblock(fd, false));
            expectUse(fd);
        }

        @Test
        void shouldBeRefusedWhenNobodyListens() {
            final int fd = begin();
            assertThat(user.error(new Connect(fd, SockAddr.of(TcpCluster.PEER, PORT + 1))))
                    .isEqualTo(NetError.ECONNREFUSED);
            user.close(fd);
            expectEnd();
        }

        /** What cannot be opened stays what it was, and goes to another peer from the same port. */
        @Test
        void shouldLeaveTheSocketAsItWasWhenTheConnectionIsThere() {
            begin();
            final int elsewhere = peer.listen(PORT + 1, 5);
            final int one = bound(user, OWN + 1, SockOpt.SO_REUSEPORT);
            final int two = bound(user, OWN + 1, SockOpt.SO_REUSEPORT);
            user.ok(new Connect(one, PEER));
            assertThat(user.error(new Connect(two, PEER))).isEqualTo(NetError.EADDRINUSE);
            assertThat(user.error(SockCall.Recv.of(two, 1))).isEqualTo(NetError.ENOTCONN);
            user.ok(new Connect(two, SockAddr.of(TcpCluster.PEER, PORT + 1)));
            assertThat(second.connections()).hasSize(2);
            final int in = peer.accept(elsewhere);
            user.send(two, "two");
            assertThat(peer.recv(in, 3)).isEqualTo("two");
        }

        /** What is asked while the other member opens it waits, and then finds it. */
        @Test
        void I41_whatIsAskedMeanwhileFindsIt() {
            final int fd = begin();
            final Result<Integer> polling = poll(fd);
            user.run(() -> {
                user.now(new Connect(fd, PEER), (error, nothing) -> {});
                user.now(new SockCall.Setsockopt(fd, SockOpt.TCP_NODELAY, 1), (error, nothing) -> {});
            });
            passUs(20);
            assertThat(user.error(new Connect(fd, PEER))).isIn(NetError.EALREADY, NetError.EISCONN);
            cluster.pass(5);
            assertThat(user.ok(new SockCall.Getsockopt(fd, SockOpt.TCP_NODELAY)))
                    .isEqualTo(1);
            assertThat(polling.value).isEqualTo(PollFd.POLLOUT);
            expectUse(fd);
        }

        private Result<Integer> poll(final int fd) {
            final Result<Integer> result = new Result<>();
            user.run(() -> user.now(new SockCall.Poll(List.of(PollFd.of(fd, PollFd.POLLOUT)), -1), (error, fds) -> {
                result.done = true;
                result.value = fds.get(0).revents();
            }));
            return result;
        }

        /** M13: a signal ends the call, the connection goes on. */
        @Test
        void shouldGoOnAfterAnAbort() {
            for (int us = 0; us < 100; us += 20) {
                final int fd = begin();
                final Result<Void> connecting = user.begin(new Connect(fd, PEER));
                passUs(us);
                user.run(() -> connecting.pending.abort());
                cluster.pass(5);
                assertThat(connecting.done).as("after %d us", us).isTrue();
                assertThat(connecting.error).isIn(NetError.EINTR, NetError.OK);
                assertThat(user.error(new Connect(fd, PEER))).isEqualTo(NetError.EISCONN);
                expectUse(fd);
                cluster.close();
            }
        }

        @Test
        void shouldEndWhenItIsClosedMeanwhile() {
            for (int us = 0; us < 100; us += 20) {
                final int fd = begin();
                final Result<Void> connecting = user.begin(new Connect(fd, PEER));
                passUs(us);
                user.close(fd);
                assertThat(connecting.done).as("after %d us", us).isTrue();
                cluster.pass(5);
                final Result<SockCall.Accepted> in = peer.begin(new SockCall.Accept(listening));
                cluster.pass(5);
                if (in.done) {
                    peer.close(in.value.fd());
                }
                expectEnd();
                cluster.close();
            }
        }

        @Test
        void I42_findsItsBucketWhenThatMovesMeanwhile() {
            for (int us = 0; us < 400; us += 30) {
                final int fd = begin();
                final Result<Void> connecting = user.begin(new Connect(fd, PEER));
                passUs(us);
                cluster.moveAllTo(first);
                assertThat(connecting.error).as("after %d us", us).isEqualTo(NetError.OK);
                assertThat(first.connections()).hasSize(1);
                expectUse(fd);
                cluster.close();
            }
        }

        @Test
        void I42_findsItsBucketWhenThatIsOnItsWay() {
            for (int us = 0; us < 400; us += 30) {
                final int fd = begin();
                final int after = us;
                final List<NetError> answers = new ArrayList<>();
                cluster.conductor.at(
                        cluster.conductor.nowNs() + after * 1_000L,
                        () -> user.run(() -> user.now(new Connect(fd, PEER), (error, nothing) -> answers.add(error))));
                cluster.moveAllTo(first);
                assertThat(answers).as("after %d us", us).containsExactly(NetError.OK);
                expectUse(fd);
                cluster.close();
            }
        }

        /** The owner-to-be does not know yet which connections the bucket has. */
        @Test
        void I42_isRefusedByAConnectionThatIsOnItsWay() {
            for (int us = 0; us < 400; us += 25) {
                build(3);
                cluster.moveAllTo(cluster.member(2));
                listening = peer.listen(PORT, 5);
                final int one = bound(user, OWN, SockOpt.SO_REUSEPORT);
                final int two = bound(user, OWN, SockOpt.SO_REUSEPORT);
                user.ok(new Connect(one, PEER));
                final List<NetError> answers = new ArrayList<>();
                cluster.conductor.at(
                        cluster.conductor.nowNs() + us * 1_000L,
                        () -> user.run(() -> user.now(new Connect(two, PEER), (error, nothing) -> answers.add(error))));
                cluster.moveAllTo(second);
                assertThat(answers).as("after %d us", us).containsExactly(NetError.EADDRINUSE);
                user.close(two);
                expectUse(one);
                cluster.close();
            }
        }

        /** As any connection whose owner dies; its port is free when it has been closed. */
        @Test
        void I21_isResetWhenItsOwnerDiesMeanwhile() {
            for (int us = 0; us < 100; us += 20) {
                final int fd = begin();
                final Result<Void> connecting = user.begin(new Connect(fd, PEER));
                passUs(us);
                cluster.crash(second);
                assertThat(connecting.done).as("after %d us", us).isTrue();
                assertThat(connecting.error).isIn(NetError.OK, NetError.ECONNRESET);
                user.close(fd);
                bound(user, OWN, SockOpt.SO_REUSEADDR);
                assertThat(first.stacks.get(OWN % 2).tcp().portsInUse()).isEqualTo(1);
                cluster.close();
            }
        }

        @Test
        void shouldBeResetWhenItsUserDies() {
            for (int us = 0; us < 200; us += 25) {
                final int fd = begin();
                user.begin(new Connect(fd, PEER));
                passUs(us);
                cluster.crash(first);
                cluster.pass(100);
                assertThat(second.connections()).as("after %d us", us).isEmpty();
                peer.close(listening);
                cluster.expectNothingLeft();
                cluster.close();
            }
        }

        /** A member without buckets, as one that drains: no port leads to a connection of its own. */
        @Test
        void shouldFindAPortWhenNoConnectionCanBeOfItsMember() {
            begin();
            final int fd = user.connect(TcpCluster.PEER, PORT);
            assertThat(second.connections()).hasSize(1);
            final int in = peer.accept(listening);
            user.send(fd, "x");
            assertThat(peer.recv(in, 1)).isEqualTo("x");
        }
    }

    @Nested
    class APort {
        @Test
        void shouldBelongToOneSocketOfAllMembers() {
            build(3);
            for (int port = OWN; port < OWN + 4; port++) {
                final int fd = bound(user, port);
                assertThat(bindError(other, port)).isEqualTo(NetError.EADDRINUSE);
                assertThat(bindError(other, port, SockOpt.SO_REUSEPORT)).isEqualTo(NetError.EADDRINUSE);
                user.close(fd);
                final int now = bound(other, port);
                assertThat(bindError(user, port)).isEqualTo(NetError.EADDRINUSE);
                other.close(now);
            }
            cluster.expectNothingLeft();
        }

        @Test
        void shouldBeSharedByAGroupOverMembers() {
            build(2);
            final int one = bound(user, OWN, SockOpt.SO_REUSEPORT);
            final int two = bound(other, OWN, SockOpt.SO_REUSEPORT);
            assertThat(bindError(other, OWN)).isEqualTo(NetError.EADDRINUSE);
            assertThat(bindError(user, OWN, SockOpt.SO_REUSEADDR)).isEqualTo(NetError.EADDRINUSE);
            user.ok(new SockCall.Listen(one, 5));
            other.ok(new SockCall.Listen(two, 5));
            user.close(one);
            other.close(two);
            cluster.expectNothingLeft();
        }

        /** A connection that was accepted uses the port, on whichever member it is. */
        @Test
        void shouldMindConnectionsOfAllMembersUnlessReuseaddr() {
            build(2);
            final int listening = user.listen(OWN, 5);
            cluster.moveAllTo(second);
            final int out = peer.connect(TcpCluster.ADDRESS, OWN);
            final int in = user.accept(listening);
            user.close(listening);
            assertThat(second.connections()).hasSize(1);
            assertThat(bindError(user, OWN)).isEqualTo(NetError.EADDRINUSE);
            assertThat(bindError(other, OWN)).isEqualTo(NetError.EADDRINUSE);
            user.close(bound(user, OWN, SockOpt.SO_REUSEADDR));
            peer.close(out);
            user.close(in);
            cluster.expectNothingLeft();
            user.close(bound(user, OWN));
        }

        @Test
        void shouldBeFreeWhenItsMemberHasDied() {
            build(2);
            bound(user, OWN);
            assertThat(bindError(other, OWN)).isEqualTo(NetError.EADDRINUSE);
            cluster.crash(first);
            other.close(bound(other, OWN));
        }

        /** Also when the question is on its way. */
        @Test
        void I21_shouldBeFreeWhenItsMemberDiesMeanwhile() {
            for (int us = 0; us < 100; us += 20) {
                build(2);
                bound(user, OWN);
                final int fd = other.socket();
                final Result<Void> binding = other.begin(new Bind(fd, SockAddr.any(OWN)));
                passUs(us);
                cluster.crash(first);
                assertThat(binding.done).as("after %d us", us).isTrue();
                cluster.close();
            }
        }

        @Test
        void shouldBeFreeWhenItsMemberHasDrained() {
            build(2);
            final int fd = bound(user, OWN);
            cluster.moveAllTo(second);
            cluster.unlist(first);
            other.close(bound(other, OWN));
            user.close(fd);
        }

        @Test
        void shouldBeRefusedToAMemberThatJoins() {
            build(2);
            final TcpCluster joining = new TcpCluster(2, 1, 2, TcpCluster.CLEAN, SimSettings.calm(), Seed.of(1));
            cluster.close();
            cluster = joining;
            bound(joining.member(0).caller(0), OWN);
            joining.moveAllTo(joining.member(1));
            assertThat(bindError(joining.member(1).caller(0), OWN)).isEqualTo(NetError.EADDRINUSE);
        }

        /** Whenever each asks, one has it, and no more than one: the others are told. */
        @Test
        void shouldGoToOneOfThoseThatAskAtTheSameTime() {
            build(3, new SimSettings(300_000, 0, 0, 0, 20_000_000, 1_000_000_000, 30_000, 300_000, 256));
            final Seed seed = Seed.of(7);
            for (int round = 0; round < 300; round++) {
                final int port = OWN + round % 7;
                final List<Result<Void>> answers = new ArrayList<>();
                final List<Integer> fds = new ArrayList<>();
                final List<Caller> callers = new ArrayList<>();
                for (final TcpMember member : cluster.members) {
                    final Caller caller = member.caller(seed.nextInt(2));
                    callers.add(caller);
                    final int fd = caller.socket();
                    fds.add(fd);
                    final Result<Void> answer = new Result<>();
                    answers.add(answer);
                    cluster.conductor.at(
                            cluster.conductor.nowNs() + 1_000_000 + seed.nextInt(400_000),
                            () -> caller.run(() -> caller.now(new Bind(fd, SockAddr.any(port)), (error, nothing) -> {
                                answer.done = true;
                                answer.error = error;
                            })));
                }
                cluster.conductor.runUntil(cluster.conductor.nowNs() + 10_000_000);
                assertThat(answers.stream().map(answer -> answer.error))
                        .as("round %d", round)
                        .containsExactlyInAnyOrder(NetError.OK, NetError.EADDRINUSE, NetError.EADDRINUSE);
                for (int i = 0; i < fds.size(); i++) {
                    callers.get(i).close(fds.get(i));
                }
            }
            cluster.expectNothingLeft();
        }
    }

    @Nested
    class AnEphemeralPort {
        private static final int MANY = 300;

        @Test
        void shouldBelongToOneSocketOfAllMembers() {
            build(2);
            final Set<Integer> ports = new HashSet<>();
            for (int i = 0; i < MANY; i++) {
                for (final Caller caller : List.of(user, other)) {
                    final int fd = bound(caller, 0);
                    ports.add(caller.ok(new SockCall.Getsockname(fd)).port());
                }
            }
            assertThat(ports).hasSize(2 * MANY);
        }

        /** Also one that a listener is given which has not been bound. */
        @Test
        void shouldNotBeOneThatAnotherMemberHas() {
            build(2);
            final Set<Integer> taken = new HashSet<>();
            IntStream.range(PortSlice.FIRST_EPHEMERAL, 65_536)
                    .filter(port -> port % 3 == 0)
                    .forEach(port -> {
                        bound(user, port);
                        taken.add(port);
                    });
            for (int i = 0; i < 20; i++) {
                final int fd = other.socket();
                other.ok(new SockCall.Listen(fd, 1));
                assertThat(taken.add(other.ok(new SockCall.Getsockname(fd)).port()))
                        .isTrue();
            }
        }

        /** R55: the usual active open asks no other member: its answer is there before a question could have come back. */
        @Test
        void shouldBeChosenForAConnectionWithoutAWordToOthers() {
            build(2);
            peer.listen(PORT, 50);
            for (int i = 0; i < 20; i++) {
                final int fd = user.socket();
                final Result<Void> connecting = user.begin(new Connect(fd, PEER));
                passUs(25);
                assertThat(first.connections()).as("%s", connecting).hasSize(i + 1);
            }
        }
    }
}
