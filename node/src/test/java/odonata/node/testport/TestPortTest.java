package odonata.node.testport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import odonata.protocol.flow.FlowKey;
import odonata.protocol.icmp.IcmpEcho;
import odonata.protocol.icmp.IcmpError;
import odonata.protocol.icmp.IcmpHeader;
import odonata.protocol.ip.IpProto;
import odonata.protocol.ip.Ipv4Address;
import odonata.protocol.ip.Ipv4Header;
import odonata.protocol.tcp.TcpHeader;
import odonata.protocol.tcp.TcpSegment;
import odonata.protocol.udp.UdpDatagram;
import odonata.protocol.wire.Mbuf;
import odonata.testkit.TestPortClient;
import odonata.testkit.TestPortClient.Reply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A session for each operation of the test port, over its socket. */
@Timeout(120)
class TestPortTest {
    private static final long BEGIN_US = 1_700_000_000_000_000L;
    private static final int HOST = Ipv4Address.parse("192.168.0.1");
    private static final int PEER = Ipv4Address.parse("192.168.0.2");
    private static final int STREAM = 1;
    private static final int TCP = 6;
    private static final int SOL_SOCKET = 1;
    private static final int OOB = 0x1;
    private static final int TRUNC = 0x20;
    private static final int DONTWAIT = 0x40;
    private static final int SIOCATMARK = 0x8905;
    private static final int NONBLOCK = 0x800;
    private static final int EAGAIN = 11;
    private static final int S = 1_000_000;

    private ServedPort served;
    private TestPortClient t;

    @BeforeEach
    void open() throws IOException {
        start(1);
    }

    private void start(final int cpus) throws IOException {
        served = new ServedPort(cpus);
        t = served.client();
    }

    private TestPortClient client() {
        return served.client();
    }

    @AfterEach
    void close() throws IOException {
        served.close();
    }

    private static void ok(final Reply reply) {
        assertThat(reply.errno()).isZero();
        assertThat(reply.ret()).isZero();
    }

    private static void fails(final Reply reply, final int errno) {
        assertThat(reply.ret()).isEqualTo(-1);
        assertThat(reply.errno()).isEqualTo(errno);
    }

    /** A segment of the peer's. */
    private static byte[] segment(final int seq, final int ack, final int flags, final String text) {
        return TcpSegment.of(new FlowKey(PEER, 4_000, HOST, 80, IpProto.TCP))
                .seq(seq)
                .ack(ack)
                .flags(flags)
                .payload(text.getBytes(java.nio.charset.StandardCharsets.US_ASCII))
                .build();
    }

    private static TcpHeader header(final Reply taken) {
        return new TcpHeader().wrap(new Ipv4Header().wrap(taken.payload(), 0, taken.payload().length));
    }

    private int listening() {
        final int fd = t.socket(STREAM, TCP).ret();
        ok(t.bind(fd, 0, 80));
        ok(t.listen(fd, 5));
        return fd;
    }

    /** Lets the peer connect. Returns the next sequence number of the host. */
    private int handshake() {
        t.inject(segment(100, 0, TcpHeader.SYN, ""));
        final int next = header(t.take()).seq() + 1;
        t.inject(segment(101, next, TcpHeader.ACK, ""));
        return next;
    }

    private int accepted(final int listener) {
        final int fd = t.accept(listener).ret();
        assertThat(fd).isPositive();
        return fd;
    }

    @Nested
    class Calls {
        @Test
        void shouldMakeASocketOrSayWhyNot() {
            assertThat(t.socket(STREAM, TCP).ret()).isPositive();
            fails(t.call(1, 10, STREAM, TCP, 0), 97);
            fails(t.socket(STREAM, 99), 93);
        }

        @Test
        void shouldBindListenAndAccept() {
            final int fd = listening();
            final int next = handshake();
            final Reply accepted = t.accept(fd);
            assertThat(accepted.payload()).isEqualTo(TestPortClient.sockaddr(PEER, 4_000));
            t.inject(segment(101, next, TcpHeader.ACK | TcpHeader.PSH, "hello"));
            assertThat(t.recv(accepted.ret(), 100, 0).text()).isEqualTo("hello");
        }

        @Test
        void shouldConnect() {
            final int fd = t.socket(STREAM | NONBLOCK, TCP).ret();
            fails(t.connect(fd, PEER, 4_000), 115);
            final Reply syn = t.take();
            final TcpHeader header = header(syn);
            assertThat(header.flags()).isEqualTo(TcpHeader.SYN);
            assertThat(header.window()).isEqualTo(57_344);
            assertThat(Arrays.copyOfRange(syn.payload(), 40, 60))
                    .as("MSS, NOP, WScale 5, NOP, NOP, Timestamps")
                    .startsWith(2, 4, 5, 0xb4, 1, 3, 3, 5, 1, 1, 8, 10);
        }

        @Test
        void shouldSendAndReceiveWithFlags() {
            final int fd = accepted(listeningWithPeer());
            assertThat(t.send(fd, "abc", 0).ret()).isEqualTo(3);
            assertThat(header(t.take()).payloadLength()).isEqualTo(3);
            fails(t.recv(fd, 10, DONTWAIT), EAGAIN);
            fails(t.recv(fd, 10, 0x10), 22);
            t.inject(segment(101, 0, 0, ""));
            fails(t.call(7, fd, 5, 0, 0, (byte) 1), 22);
        }

        @Test
        void shouldPeek() {
            final int listener = listening();
            final int next = handshake();
            final int fd = accepted(listener);
            t.inject(segment(101, next, TcpHeader.ACK, "xy"));
            assertThat(t.recv(fd, 10, 2).text()).isEqualTo("xy");
            assertThat(t.getsockopt(fd, 0, 0x541b, 4).numbers().getInt()).isEqualTo(2);
            assertThat(t.recv(fd, 10, 0).text()).isEqualTo("xy");
            assertThat(t.getsockopt(fd, 0, 0x541b, 4).numbers().getInt()).isZero();
        }

        @Test
        void shouldFindTheUrgentByte() {
            final int listener = listening();
            final int next = handshake();
            final int fd = accepted(listener);
            t.inject(TcpSegment.of(new FlowKey(PEER, 4_000, HOST, 80, IpProto.TCP))
                    .seq(101)
                    .ack(next)
                    .flags(TcpHeader.ACK | TcpHeader.URG)
                    .urgent(3)
                    .payload(new byte[] {'a', 'b', '!', 'c'})
                    .build());
            assertThat(t.getsockopt(fd, 0, SIOCATMARK, 4).numbers().getInt()).isZero();
            assertThat(t.recv(fd, 10, 0).text()).isEqualTo("ab");
            assertThat(t.getsockopt(fd, 0, SIOCATMARK, 4).numbers().getInt()).isEqualTo(1);
            fails(t.recv(fd, 10, OOB), 22);
            ok(t.setsockopt(fd, SOL_SOCKET, 10, TestPortClient.number(0)));
            assertThat(t.recv(fd, 10, OOB).text()).isEqualTo("!");
            assertThat(t.recv(fd, 10, 0).text()).isEqualTo("c");
        }

        /** As on Linux: asked with MSG_TRUNC it says how long the datagram was. */
        @Test
        void shouldSayHowLongADatagramWas() {
            final int fd = t.socket(2, 17).ret();
            ok(t.bind(fd, 0, 53));
            for (int i = 0; i < 3; i++) {
                t.inject(UdpDatagram.build(new FlowKey(PEER, 4_000, HOST, 53, IpProto.UDP), new byte[8]));
            }
            assertThat(t.recv(fd, 3, 0).ret()).isEqualTo(3);
            final Reply cut = t.recv(fd, 3, TRUNC);
            assertThat(cut.ret()).isEqualTo(8);
            assertThat(cut.payload()).hasSize(3);
            assertThat(t.call(21, fd, 3, TRUNC, 0).ret()).isEqualTo(8);
            fails(t.recv(fd, 3, DONTWAIT), EAGAIN);
        }

        @Test
        void shouldSendToAndReceiveFrom() {
            final int fd = accepted(listeningWithPeer());
            final byte[] payload = ByteBuffer.allocate(18)
                    .put(TestPortClient.sockaddr(PEER, 4_000))
                    .put((byte) 'h')
                    .put((byte) 'i')
                    .array();
            assertThat(t.call(20, fd, 2, 0, 0, payload).ret()).isEqualTo(2);
            assertThat(header(t.take()).payloadLength()).isEqualTo(2);
            fails(t.call(20, fd, 2, 0, 0, (byte) 1), 22);
            fails(t.call(21, fd, 10, DONTWAIT, 0), EAGAIN);
        }

        @Test
        void shouldSendAndReceiveDatagrams() {
            final int fd = t.socket(2, 17).ret();
            ok(t.bind(fd, 0, 53));
            fails(t.call(21, fd, 100, DONTWAIT, 0), EAGAIN);
            t.inject(UdpDatagram.build(
                    new FlowKey(PEER, 4_000, HOST, 53, IpProto.UDP),
                    "question".getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
            final Reply received = t.call(21, fd, 100, 0, 0);
            assertThat(received.ret()).isEqualTo(8);
            assertThat(received.payload()).startsWith(TestPortClient.sockaddr(PEER, 4_000));
            assertThat(received.text()).endsWith("question");
            final byte[] answer = ByteBuffer.allocate(22)
                    .put(TestPortClient.sockaddr(PEER, 4_000))
                    .put("answer".getBytes(java.nio.charset.StandardCharsets.US_ASCII))
                    .array();
            assertThat(t.call(20, fd, 6, 0, 0, answer).ret()).isEqualTo(6);
            final Reply sent = t.take();
            assertThat(sent.payload()).hasSize(34);
            assertThat(sent.text()).endsWith("answer");
        }

        @Test
        void shouldSwitchNonblocking() {
            final int fd = listening();
            assertThat(t.fcntl(fd, 3, 0).ret()).isEqualTo(2);
            ok(t.fcntl(fd, 4, 2 | NONBLOCK));
            assertThat(t.fcntl(fd, 3, 0).ret()).isEqualTo(2 | NONBLOCK);
            fails(t.accept(fd), EAGAIN);
            fails(t.fcntl(fd, 99, 0), 22);
        }

        @Test
        void shouldNameASocketAsTheCallerWants() {
            final int id = t.socket(STREAM, TCP).ret();
            ok(t.map(id, 3));
            ok(t.bind(3, 0, 80));
            ok(t.bind(t.socket(STREAM, TCP).ret(), 0, 81));
            fails(t.bind(4, 0, 82), 9);
            fails(t.map(id + 77, 5), 9);
            fails(t.map(3, 5), 22);
            ok(t.closeSocket(3));
            fails(t.listen(3, 1), 9);
            fails(t.listen(id, 1), 9);
        }

        @Test
        void shouldShutDownAndClose() {
            final int fd = accepted(listeningWithPeer());
            ok(t.shutdown(fd, 1));
            assertThat(header(t.take()).has(TcpHeader.FIN)).isTrue();
            fails(t.send(fd, "x", 0), 32);
            fails(t.shutdown(fd, 3), 22);
            ok(t.closeSocket(fd));
            fails(t.closeSocket(fd), 9);
        }

        @Test
        void shouldReadAndSetOptions() {
            final int fd = t.socket(STREAM, TCP).ret();
            ok(t.setsockopt(fd, SOL_SOCKET, 2, TestPortClient.number(1)));
            assertThat(t.getsockopt(fd, SOL_SOCKET, 2, 4).numbers().getInt()).isOne();
            ok(t.setsockopt(fd, TCP, 128, TestPortClient.number(5)));
            assertThat(t.getsockopt(fd, TCP, 128, 4).numbers().getInt())
                    .as("seconds")
                    .isEqualTo(5);
            assertThat(t.getsockopt(fd, TCP, 4, 4).numbers().getInt()).isEqualTo(7_200);
            assertThat(t.getsockopt(fd, SOL_SOCKET, 13, 8).numbers().getLong()).isZero();
            ok(t.setsockopt(fd, SOL_SOCKET, 13, new byte[] {1, 0, 0, 0, 9, 0, 0, 0}));
            final ByteBuffer linger = t.getsockopt(fd, SOL_SOCKET, 13, 8).numbers();
            assertThat(List.of(linger.getInt(), linger.getInt())).containsExactly(1, 9);
            assertThat(t.getsockopt(fd, SOL_SOCKET, 2, 1).payload()).hasSize(1);
            fails(t.getsockopt(fd, SOL_SOCKET, 999, 4), 92);
            fails(t.setsockopt(fd, SOL_SOCKET, 2, (byte) 1), 22);
        }

        @Test
        void shouldShowTcpInfo() {
            final int fd = accepted(listeningWithPeer());
            t.send(fd, "x", 0);
            final ByteBuffer info = t.getsockopt(fd, TCP, 11, 232).numbers();
            assertThat(info.get(0)).as("ESTABLISHED").isOne();
            assertThat(info.getInt(8)).as("rto").isEqualTo(1_000_000);
            assertThat(info.getInt(24)).as("unacked").isOne();
            assertThat(info.getInt(76)).as("ssthresh").isPositive();
            assertThat(info.getInt(80)).as("cwnd in segments").isGreaterThanOrEqualTo(2);
        }

        @Test
        void shouldPoll() {
            final int listener = listening();
            final ByteBuffer two = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
            two.putInt(listener).putShort((short) 1).putShort((short) 0);
            two.putInt(12_345).putShort((short) 1).putShort((short) 0);
            final ByteBuffer answers = t.call(14, 0, 0, 0, 0, two.array()).numbers();
            assertThat(answers.getShort(6)).isZero();
            assertThat(answers.getShort(14)).as("POLLNVAL").isEqualTo((short) 0x20);
            handshake();
            final byte[] one = Arrays.copyOf(two.array(), 8);
            final Reply ready = t.call(14, -1, 0, 0, 0, one);
            assertThat(ready.ret()).isOne();
            assertThat(ready.numbers().getShort(6)).isOne();
            accepted(listener);
            final Reply late = t.call(14, 250, 0, 0, 0, one);
            assertThat(late.ret()).isZero();
            assertThat(late.timeUs()).isEqualTo(BEGIN_US + 250_000);
            fails(t.call(14, 0, 0, 0, 0, (byte) 1), 22);
        }
    }

    private int listeningWithPeer() {
        final int listener = listening();
        handshake();
        return listener;
    }

    @Nested
    class WireAndTime {
        @Test
        void shouldTakeWhatWasSentWithTheTimeAtWhichItLeft() {
            final int fd = accepted(listeningWithPeer());
            t.send(fd, "abc", 0);
            t.sleep(1_500_000);
            final Reply first = t.take();
            assertThat(first.timeUs()).isEqualTo(BEGIN_US);
            final Reply again = t.take();
            assertThat(again.timeUs()).isEqualTo(BEGIN_US + S);
            assertThat(header(again).payloadLength()).isEqualTo(3);
            final Reply third = t.take();
            assertThat(third.timeUs()).as("twice the timeout later").isEqualTo(BEGIN_US + 3 * S);
        }

        @Test
        void shouldGiveUpTakingAtTheLimit() {
            final Reply nothing = t.take();
            fails(nothing, 110);
            assertThat(nothing.timeUs()).isEqualTo(BEGIN_US + 120L * S);
            ok(t.set("testport.take_limit=500"));
            assertThat(t.take().timeUs()).isEqualTo(BEGIN_US + 120L * S + 500_000);
        }

        @Test
        void shouldMoveTheClockOnlyWhenAsked() {
            assertThat(t.time().timeUs()).isEqualTo(BEGIN_US + 1);
            assertThat(t.time().timeUs()).isEqualTo(BEGIN_US + 2);
            assertThat(t.sleep(10).timeUs()).isEqualTo(BEGIN_US + 12);
            fails(t.sleep(-1), 22);
            assertThat(t.socket(STREAM, TCP).timeUs()).isEqualTo(BEGIN_US + 12);
        }

        @Test
        void shouldResetToAFreshHost() {
            final int fd = listening();
            t.sleep(77);
            ok(t.set("net.inet.tcp.rexmit_initial=10"));
            final Reply reset = t.reset();
            ok(reset);
            assertThat(reset.timeUs()).isEqualTo(BEGIN_US);
            fails(t.listen(fd, 1), 9);
            listening();
        }

        @Test
        void shouldRefuseAnEmptyPacketAndStandHostileOnes() {
            fails(t.inject(), 22);
            t.inject((byte) 0x45);
            t.inject(new byte[100]);
            fails(t.inject(new byte[65_536]), 22);
            t.inject(segment(1, 1, TcpHeader.ACK, "nobody listens"));
            assertThat(header(t.take()).has(TcpHeader.RST)).isTrue();
        }
    }

    @Nested
    class Settings {
        @Test
        void shouldSetByName() {
            ok(t.set("net.inet.tcp.rexmit_initial=500"));
            final int fd = t.socket(STREAM | NONBLOCK, TCP).ret();
            t.connect(fd, PEER, 4_000);
            assertThat(t.take().timeUs()).isEqualTo(BEGIN_US);
            assertThat(t.take().timeUs()).isEqualTo(BEGIN_US + 500_000);
        }

        /** A datagram to a port where nobody is: ICMP, as long as the limit and the black hole allow it. */
        @Test
        void shouldAnswerDatagramsToNobodyAsSet() {
            final byte[] datagram = UdpDatagram.build(new FlowKey(PEER, 4_000, HOST, 9_999, IpProto.UDP), new byte[5]);
            t.set("testport.take_limit=0");
            t.inject(datagram);
            assertThat(t.take().payload()).as("destination unreachable").hasSize(56);
            ok(t.set("net.inet.udp.blackhole=1"));
            t.inject(datagram);
            fails(t.take(), 110);
            ok(t.set("net.inet.udp.blackhole=0"));
            ok(t.set("net.inet.icmp.icmplim=1"));
            t.inject(datagram);
            fails(t.take(), 110);
            ok(t.set("net.inet.icmp.icmplim=0"));
            t.inject(datagram);
            assertThat(t.take().payload()).hasSize(56);
        }

        @Test
        void shouldMakeDatagramSocketsAsSet() {
            ok(t.set("net.inet.udp.maxdgram=100"));
            ok(t.set("net.inet.udp.recvspace=5000"));
            ok(t.set("net.inet.udp.checksum=0"));
            final int fd = t.socket(2, 17).ret();
            assertThat(t.getsockopt(fd, SOL_SOCKET, 7, 4).numbers().getInt()).isEqualTo(100);
            assertThat(t.getsockopt(fd, SOL_SOCKET, 8, 4).numbers().getInt()).isEqualTo(5_000);
            ok(t.connect(fd, PEER, 53));
            fails(t.send(fd, "x".repeat(101), 0), 90);
            fails(t.send(fd, "x".repeat(70_000), 0), 90);
            assertThat(t.send(fd, "x", 0).ret()).isOne();
            assertThat(Arrays.copyOfRange(t.take().payload(), 26, 28))
                    .as("no checksum")
                    .containsOnly(0);
        }

        @Test
        void shouldAnswerIcmpToAllAndForTheMaskOnlyWhenSet() {
            final int all = Ipv4Address.parse("192.168.255.255");
            t.set("testport.take_limit=0");
            t.inject(IcmpEcho.request(PEER, all, 1, 1, new byte[4]));
            fails(t.take(), 110);
            ok(t.set("net.inet.icmp.bmcastecho=1"));
            t.inject(IcmpEcho.request(PEER, all, 1, 1, new byte[4]));
            final byte[] echo = t.take().payload();
            assertThat(new Ipv4Header().wrap(echo, 0, echo.length).src()).isEqualTo(HOST);
            t.inject(maskRequest());
            fails(t.take(), 110);
            ok(t.set("net.inet.icmp.maskrepl=1"));
            t.inject(maskRequest());
            final byte[] reply = t.take().payload();
            assertThat(reply[20]).isEqualTo((byte) 18);
            assertThat(Arrays.copyOfRange(reply, 28, 32)).containsExactly(255, 255, 0, 0);
        }

        private byte[] maskRequest() {
            final byte[] packet = IcmpEcho.request(PEER, HOST, 7, 1, new byte[4]);
            new IcmpHeader()
                    .wrap(new Ipv4Header().wrap(packet, 0, packet.length))
                    .init(IcmpHeader.MASK_REQUEST, 0, 7, 1)
                    .putChecksum();
            return packet;
        }

        /** Values that outside suites set. */
        @Test
        void shouldTakeEveryNameOfTheSpecification() {
            for (final String assignment : List.of(
                    "kern.ipc.maxsockbuf=4294967295",
                    "net.inet.tcp.ecn.maxretries=0",
                    "net.inet.tcp.recvspace=65536",
                    "net.inet.tcp.rexmit_slop=200",
                    "net.inet.icmp.drop_redirect=1")) {
                ok(t.set(assignment));
            }
            final int fd = t.socket(STREAM | NONBLOCK, TCP).ret();
            ok(t.setsockopt(fd, SOL_SOCKET, 8, TestPortClient.number(1 << 24)));
            t.connect(fd, PEER, 4_000);
            final byte[] syn = t.take().payload();
            assertThat(syn[47]).as("window scale").isEqualTo((byte) 9);
        }

        @Test
        void shouldRefuseWhatItDoesNotKnow() {
            fails(t.set("net.inet.udp.nosuch=1"), 2);
            fails(t.set("net.inet.icmp.nosuch=1"), 2);
            fails(t.set("net.inet.tcp.nosuch=1"), 2);
            fails(t.set("net.inet.tcp.rfc1323"), 22);
            fails(t.set("net.inet.tcp.rfc1323=maybe"), 22);
            fails(t.set("net.inet.tcp.rfc1323=7"), 22);
            fails(t.set("if.address=192.168.0.1"), 22);
        }

        @ParameterizedTest
        @ValueSource(ints = {576, 1_280, 9_000, 65_535})
        void shouldAnnounceTheSegmentSizeOfTheWire(final int mtu) {
            ok(t.set("if.mtu=" + mtu));
            assertThat(announced()).isEqualTo(mtu - 40);
        }

        @Test
        void shouldLearnAndForgetWhatAPathCarries() {
            final int fd = accepted(listeningWithPeer());
            t.send(fd, "x".repeat(500), 0);
            t.inject(tooBig(t.take().payload(), 296));
            assertThat(t.take().payload()).as("sent again, shorter").hasSize(296);
            t.closeSocket(fd);
            assertThat(announced()).isEqualTo(256);
            ok(t.set("net.inet.tcp.hostcache.purgenow=1"));
            assertThat(announced()).isEqualTo(1_460);
        }

        /** The segment size in a SYN of the host's. */
        private int announced() {
            t.connect(t.socket(STREAM | NONBLOCK, TCP).ret(), PEER, 4_001);
            Reply next = t.take();
            while (!header(next).has(TcpHeader.SYN)) {
                next = t.take();
            }
            return (next.payload()[42] & 0xff) * 256 + (next.payload()[43] & 0xff);
        }

        /** An ICMP error of the peer's: fragmentation needed, the next hop carries {@code mtu}. */
        private byte[] tooBig(final byte[] packet, final int mtu) {
            return IcmpError.build(PEER, 3, 4, mtu, Mbuf.of(packet)).orElseThrow();
        }

        @Test
        void shouldGiveTheHostAnotherAddress() {
            ok(t.set("if.address=10.0.0.5/24"));
            final int fd = t.socket(STREAM, TCP).ret();
            fails(t.bind(fd, HOST, 80), 99);
            ok(t.bind(fd, Ipv4Address.parse("10.0.0.5"), 80));
        }
    }

    @Nested
    class SeveralCallers {
        @Test
        void shouldLetTimeRunWhenTheOnlyCallerWaits() {
            final int fd = t.socket(STREAM, TCP).ret();
            final Reply gone = t.connect(fd, PEER, 4_000);
            fails(gone, 110);
            assertThat(gone.timeUs()).isEqualTo(BEGIN_US + 75L * S);
        }

        @Test
        void shouldNotLetTimeRunWhileSomebodyMayStillSpeak() {
            final int listener = listening();
            final TestPortClient other = client();
            other.time();
            t.begin(4, listener, 0, 0, 0);
            assertThat(other.time().timeUs()).isEqualTo(BEGIN_US + 2);
            assertThat(other.sleep(1_000).timeUs()).isEqualTo(BEGIN_US + 1_002);
            other.inject(segment(100, 0, TcpHeader.SYN, ""));
            final int next = header(other.take()).seq() + 1;
            other.inject(segment(101, next, TcpHeader.ACK, ""));
            final Reply accepted = t.await();
            assertThat(accepted.ret()).isPositive();
            assertThat(accepted.timeUs()).isEqualTo(BEGIN_US + 1_002);
        }

        /** The one whose call has ended says at once what it wants next: it happens at the time at which the call ended. */
        /** What another caller's call has sent is taken at that time, whichever of the two requests is heard first. */
        @Test
        void shouldNotLetTimeRunWhileThereIsAPacketForWhoWaitsForOne() {
            final TestPortClient other = client();
            for (int i = 0; i < 40; i++) {
                t.reset();
                final int fd = t.socket(STREAM, TCP).ret();
                other.begin(5, fd, 0, 0, 0, TestPortClient.sockaddr(PEER, 4_000));
                assertThat(t.take().timeUs()).isEqualTo(BEGIN_US);
                assertThat(t.sleep(0).timeUs()).isEqualTo(BEGIN_US);
                t.reset();
                fails(other.await(), 4);
            }
        }

        @Test
        void shouldStandStillUntilWhoHadWaitedHasSpoken() {
            final int fd = accepted(listeningWithPeer());
            final TestPortClient other = client();
            t.begin(
                    14,
                    10,
                    0,
                    0,
                    0,
                    ByteBuffer.allocate(8)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .putInt(fd)
                            .array());
            other.begin(17, 20_000, 0, 0, 0);
            assertThat(t.await().timeUs()).isEqualTo(BEGIN_US + 10_000);
            assertThat(t.send(fd, "now", 0).timeUs()).isEqualTo(BEGIN_US + 10_000);
            assertThat(other.await().timeUs()).isEqualTo(BEGIN_US + 20_000);
            assertThat(t.take().timeUs()).isEqualTo(BEGIN_US + 10_000);
        }

        @Test
        void shouldGoOnThoughWhoHadWaitedHasNothingToSay() {
            final int fd = accepted(listeningWithPeer());
            final TestPortClient other = client();
            t.begin(
                    14,
                    10,
                    0,
                    0,
                    0,
                    ByteBuffer.allocate(8)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .putInt(fd)
                            .array());
            assertThat(other.sleep(20_000).timeUs()).isEqualTo(BEGIN_US + 20_000);
            assertThat(t.await().timeUs()).isEqualTo(BEGIN_US + 10_000);
        }

        @Test
        void shouldEndTheCallOfACallerThatGoes() {
            final int listener = listening();
            final TestPortClient other = client();
            other.begin(4, listener, 0, 0, 0);
            t.sleep(1);
            other.close();
            t.sleep(1);
            final int next = handshake();
            final int fd = accepted(listener);
            t.inject(segment(101, next, TcpHeader.ACK, "mine"));
            assertThat(t.recv(fd, 10, 0).text()).isEqualTo("mine");
        }

        @Test
        void shouldEndAllCallsAtAReset() {
            final int listener = listening();
            final TestPortClient other = client();
            other.begin(4, listener, 0, 0, 0);
            assertThat(t.sleep(1).timeUs()).isEqualTo(BEGIN_US + 1);
            ok(t.reset());
            fails(other.await(), 4);
        }
    }

    /** Nothing of it is seen on the wire. */
    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void shouldConnectTheHostToItself(final int cpus) throws IOException {
        close();
        start(cpus);
        final int listener = listening();
        final int fd = t.socket(STREAM, TCP).ret();
        ok(t.connect(fd, HOST, 80));
        final int other = accepted(listener);
        assertThat(t.send(fd, "to myself", 0).ret()).isEqualTo(9);
        assertThat(t.recv(other, 100, 0).text()).isEqualTo("to myself");
        ok(t.set("testport.take_limit=1000"));
        fails(t.take(), 110);
    }

    @Test
    void shouldRefuseAnUnknownOperation() {
        fails(t.call(77, 0, 0, 0, 0), 38);
    }

    @Test
    void shouldEndTheConnectionOfWhoSendsNoFrames() {
        final TestPortClient other = client();
        assertThatThrownBy(() -> {
                    other.begin(18, 0, 0, 0, 0, new byte[1 << 25]);
                    other.await();
                })
                .isInstanceOf(UncheckedIOException.class);
        ok(t.call(10, t.socket(STREAM, TCP).ret(), 0, 0, 0));
    }

    /** Same requests, same replies; and the same for any number of CPUs. */
    @ParameterizedTest
    @ValueSource(ints = {1, 4, 8})
    void shouldAnswerTheSameEachTime(final int cpus) throws IOException {
        final List<String> first = session();
        close();
        start(cpus);
        assertThat(session()).isEqualTo(first);
        t.reset();
        assertThat(session()).isEqualTo(first);
    }

    private List<String> session() {
        final List<String> all = new ArrayList<>();
        final int listener = listening();
        final int next = handshake();
        final int fd = accepted(listener);
        t.inject(segment(101, next, TcpHeader.ACK, "request"));
        note(all, t.recv(fd, 100, 0));
        note(all, t.send(fd, "x".repeat(5_000), 0));
        for (int i = 0; i < 8; i++) {
            note(all, t.take());
        }
        note(all, t.getsockopt(fd, TCP, 11, 232));
        note(all, t.closeSocket(fd));
        note(all, t.take());
        final int datagrams = t.socket(2, 17).ret();
        ok(t.connect(datagrams, PEER, 53));
        note(all, t.send(datagrams, "one", 0));
        note(all, t.take());
        return all;
    }

    private static void note(final List<String> all, final Reply reply) {
        all.add(reply.ret() + " " + reply.errno() + " " + reply.timeUs() + " " + Arrays.toString(reply.payload()));
    }
}
