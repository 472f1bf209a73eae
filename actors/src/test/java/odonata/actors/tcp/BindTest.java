package odonata.actors.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import odonata.actors.socket.SockAddr;
import odonata.actors.socket.SockCall;
import odonata.actors.socket.SockCall.Bind;
import odonata.actors.socket.SockOpt;
import odonata.actors.tcp.TcpHost.Caller;
import odonata.protocol.errno.NetError;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BindTest {
    private final OneHost one = new OneHost(4);
    private final Caller a = one.server;
    private final Caller b = one.client;

    @AfterEach
    void close() {
        one.end();
        one.close();
    }

    private int socket(final Caller caller, final SockOpt... on) {
        final int fd = caller.socket();
        for (final SockOpt option : on) {
            caller.ok(new SockCall.Setsockopt(fd, option, 1));
        }
        return fd;
    }

    @Test
    void shouldRefuseAPortThatIsTakenWhicheverCpuKeepsIt() {
        for (int port = 80; port < 88; port++) {
            a.ok(new Bind(a.socket(), SockAddr.any(port)));
            assertThat(b.error(new Bind(b.socket(), SockAddr.any(port)))).isEqualTo(NetError.EADDRINUSE);
        }
    }

    @Test
    void shouldRefuseASecondNameAndAForeignAddress() {
        final int fd = a.socket();
        assertThat(a.error(new Bind(fd, SockAddr.of("10.0.0.2", 80)))).isEqualTo(NetError.EADDRNOTAVAIL);
        a.ok(new Bind(fd, SockAddr.of(OneHost.ME, 80)));
        assertThat(a.error(new Bind(fd, SockAddr.any(81)))).isEqualTo(NetError.EINVAL);
        assertThat(a.ok(new SockCall.Getsockname(fd))).isEqualTo(SockAddr.of(OneHost.ME, 80));
        assertThat(a.error(new Bind(99, SockAddr.any(81)))).isEqualTo(NetError.EBADF);
    }

    @Test
    void shouldChooseAFreeEphemeralPort() {
        final int first = a.socket();
        final int second = a.socket();
        a.ok(new Bind(first, SockAddr.any(0)));
        a.ok(new Bind(second, SockAddr.any(0)));
        final int port = a.ok(new SockCall.Getsockname(first)).port();
        assertThat(port).isGreaterThanOrEqualTo(PortSlice.FIRST_EPHEMERAL);
        assertThat(port).isNotEqualTo(a.ok(new SockCall.Getsockname(second)).port());
    }

    @Test
    void shouldTellAddressesApartWithReuseaddrOnly() {
        a.ok(new Bind(a.socket(), SockAddr.any(80)));
        assertThat(b.error(new Bind(b.socket(), SockAddr.of(OneHost.ME, 80)))).isEqualTo(NetError.EADDRINUSE);
        b.ok(new Bind(socket(b, SockOpt.SO_REUSEADDR), SockAddr.of(OneHost.ME, 80)));
        assertThat(b.error(new Bind(socket(b, SockOpt.SO_REUSEADDR), SockAddr.of(OneHost.ME, 80))))
                .isEqualTo(NetError.EADDRINUSE);
    }

    @Test
    void shouldSharePortsOnlyAmongThoseWithReuseport() {
        a.ok(new Bind(socket(a, SockOpt.SO_REUSEPORT), SockAddr.any(80)));
        b.ok(new Bind(socket(b, SockOpt.SO_REUSEPORT), SockAddr.any(80)));
        assertThat(b.error(new Bind(b.socket(), SockAddr.any(80)))).isEqualTo(NetError.EADDRINUSE);
        assertThat(b.error(new Bind(socket(b, SockOpt.SO_REUSEADDR), SockAddr.any(80))))
                .isEqualTo(NetError.EADDRINUSE);
    }

    /** A connection that was accepted uses the port as long as it is in a table, wherever that is: TIME-WAIT too. */
    @Test
    void shouldMindConnectionsUnlessReuseaddr() {
        final int[] pair = one.pair(80);
        assertThat(b.error(new Bind(b.socket(), SockAddr.any(80)))).isEqualTo(NetError.EADDRINUSE);
        final int fd = socket(b, SockOpt.SO_REUSEADDR);
        b.ok(new Bind(fd, SockAddr.any(80)));
        b.close(fd);
        a.close(pair[1]);
        b.close(pair[0]);
        one.pass(1_000);
        assertThat(b.error(new Bind(b.socket(), SockAddr.any(80)))).isEqualTo(NetError.EADDRINUSE);
        one.pass(61_000);
        b.ok(new Bind(b.socket(), SockAddr.any(80)));
    }

    /** Whoever learns that the socket is closed can have the port, also on the CPU that keeps it, which asks nobody. */
    @Test
    void shouldFreeThePortBeforeCloseReturns() {
        final Caller keeper = one.host.caller(1);
        for (int i = 0; i < 10; i++) {
            final int fd = a.socket();
            final int next = socket(keeper, SockOpt.SO_REUSEADDR);
            a.ok(new Bind(fd, SockAddr.any(81 + 4 * i)));
            a.close(fd);
            keeper.ok(new Bind(next, SockAddr.any(81 + 4 * i)));
            final int listening = a.listen(80, 1);
            a.close(listening);
        }
    }

    /** A socket that is closed while it asks for a port leaves none behind. */
    @Test
    void shouldKeepNoPortForASocketThatIsClosedMeanwhile() {
        a.listen(83, 5);
        for (int call = 0; call < 3; call++) {
            final int fd = b.socket();
            final SockCall<Void> naming =
                    switch (call) {
                        case 0 -> new Bind(fd, SockAddr.any(80));
                        case 1 -> new SockCall.Listen(fd, 1);
                        default -> new SockCall.Connect(fd, SockAddr.of(OneHost.ME, 83));
                    };
            b.run(() -> {
                b.now(naming, (error, nothing) -> {});
                b.now(new SockCall.Close(fd), (error, nothing) -> {});
            });
            one.pass(100);
            assertThat(one.host.portsInUse()).as("call %d", call).isEqualTo(1);
        }
    }

    /** An exhausted slice falls over to the next; when all are, there is no port. */
    @Test
    void shouldFallOverToTheNextSliceAndThenSayThatNoneIsLeft() {
        final int all = 65_536 - PortSlice.FIRST_EPHEMERAL;
        for (int i = 0; i < all; i++) {
            a.ok(new Bind(a.socket(), SockAddr.any(0)));
        }
        assertThat(one.host.portsInUse()).isEqualTo(all);
        assertThat(a.error(new Bind(a.socket(), SockAddr.any(0)))).isEqualTo(NetError.EADDRNOTAVAIL);
    }
}
