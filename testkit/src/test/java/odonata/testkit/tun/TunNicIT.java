package odonata.testkit.tun;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import odonata.actors.cpu.CpuSettings;
import odonata.actors.cpu.Machine;
import odonata.actors.net.Netstack;
import odonata.actors.netisr.Ifnet;
import odonata.actors.netisr.NetCounter;
import odonata.actors.netisr.NetSettings;
import odonata.actors.netisr.PartitionEvents;
import odonata.actors.nic.TunNic;
import odonata.actors.nic.TunSettings;
import odonata.protocol.flow.BucketMap;
import odonata.protocol.flow.FlowKey;
import odonata.protocol.ip.IpProto;
import odonata.protocol.ip.Ipv4Address;
import odonata.protocol.ip.Ipv4Header;
import odonata.protocol.ip.Ipv4Prefix;
import odonata.protocol.route.RouteTable;
import odonata.protocol.tcp.TcpHeader;
import odonata.protocol.tcp.TcpSegment;
import odonata.protocol.udp.UdpDatagram;
import odonata.protocol.wire.Mbuf;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Real clients against a group of CPUs on the wall clock, through a TUN device in a network namespace. */
class TunNicIT {
    private static final String DEVICE = "odt" + ProcessHandle.current().pid() % 100_000;
    private static final int IF_INDEX = 4;
    private static final TunSettings TUN = new TunSettings(true, 256);

    private final AtomicReference<Throwable> panic = new AtomicReference<>();
    private final List<Netstack> stacks = new ArrayList<>();
    private NetNamespace namespace;
    private TunNic tun;
    private static final Pattern PING_SUMMARY = Pattern.compile("(\\d+) packets transmitted, (\\d+) received");

    private Machine machine;

    @BeforeEach
    void start() throws Exception {
        namespace = NetNamespace.create();
        final NetSettings settings = NetSettings.defaults();
        tun = TunNic.open(DEVICE, IF_INDEX, settings.network(), TUN, 1).get(0);
        namespace.adopt(DEVICE, "10.77.77.2/24");
        machine = Machine.onWallClock(
                1, List.of(0, 1), CpuSettings.defaults(), (cpu, cause) -> panic.compareAndSet(null, cause));
        stacks.add(Netstack.attach(machine.cpu(0), settings, List.of(), PartitionEvents.none()));
        stacks.add(Netstack.attach(machine.cpu(1), settings, List.of(tun), PartitionEvents.none()));
        machine.start();
        for (final Netstack stack : stacks) {
            stack.routes(RouteTable.<Ifnet>empty().with(tun.prefix(), new Ifnet(IF_INDEX, 1)));
            stack.apply(BucketMap.masked(1, new int[] {0, 1}));
        }
    }

    @AfterEach
    void stop() throws Exception {
        if (machine != null) {
            stacks.get(1).remove(tun).join();
            tun.close();
            machine.close();
        }
        if (namespace != null) {
            namespace.close();
        }
        assertThat(panic.get()).isNull();
    }

    private long sum(final NetCounter counter) {
        return stacks.stream().mapToLong(stack -> stack.counters().get(counter)).sum();
    }

    @Test
    void shouldAnswerPing() throws Exception {
        final String output = namespace.exec("ping", "-n", "-c", "5", "-i", "0.05", "-w", "60", "10.77.77.1");

        // It sends until five are answered, and waits for none that is then still under way.
        final Matcher summary = PING_SUMMARY.matcher(output);
        assertThat(summary.find()).as(output).isTrue();
        final long transmitted = Long.parseLong(summary.group(1));
        assertThat(Long.parseLong(summary.group(2))).isBetween(5L, transmitted);
        await().until(() -> sum(NetCounter.ICMP_REFLECT) == transmitted);
    }

    @Test
    void shouldEchoDatagramsOfManyClientsAndIgnoreDamagedOnes() throws Exception {
        final int clients = 50;
        final int answered = HostSockets.inside(namespace, () -> {
            sendDamaged();
            int good = 0;
            for (int client = 0; client < clients; client++) {
                good += echoes(client) ? 1 : 0;
            }
            return good;
        });

        assertThat(answered).isEqualTo(clients);
        await().until(() -> sum(NetCounter.DROP_UDP_BADSUM) == 20);
        assertThat(sum(NetCounter.UDP)).isEqualTo(clients);
        assertThat(sum(NetCounter.DROP_BADLEN)).isEqualTo(20);
        for (final Netstack stack : stacks) {
            assertThat(stack.counters().get(NetCounter.UDP)).isPositive();
        }
    }

    private static boolean echoes(final int client) throws IOException {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.setSoTimeout(5_000);
            socket.connect(new InetSocketAddress("10.77.77.1", 7));
            final byte[] payload = new byte[1 + client * 20];
            Arrays.fill(payload, (byte) client);
            socket.send(new DatagramPacket(payload, payload.length));
            final DatagramPacket answer = new DatagramPacket(new byte[2000], 2000);
            socket.receive(answer);
            return Arrays.equals(payload, Arrays.copyOf(answer.getData(), answer.getLength()));
        }
    }

    private static void sendDamaged() {
        final List<byte[]> packets = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            final byte[] payload = datagram(900 + i);
            payload[40] ^= 1;
            packets.add(payload);
            final byte[] length = datagram(900 + i);
            length[24] = 7;
            packets.add(length);
        }
        HostSockets.sendRaw(packets);
    }

    private static byte[] datagram(final int sport) {
        return UdpDatagram.build(
                new FlowKey(Ipv4Address.parse("10.77.77.2"), sport, Ipv4Address.parse("10.77.77.1"), 7, IpProto.UDP),
                new byte[50]);
    }

    /** R45: the kernel takes a large packet with its offload header as one, believes its checksum, and resets what nobody listens for. */
    @Test
    void shouldHandALargeSegmentToTheKernel() throws Exception {
        final int text = 30_000;
        final List<Mbuf> seen = new CopyOnWriteArrayList<>();
        stacks.forEach(stack -> stack.tap((cpu, mbuf, bucket) -> seen.add(mbuf)));
        final FlowKey flow =
                new FlowKey(Ipv4Address.parse("10.77.77.1"), 80, Ipv4Address.parse("10.77.77.2"), 40_000, IpProto.TCP);
        final byte[] packet = TcpSegment.of(flow)
                .seq(1000)
                .flags(TcpHeader.PSH)
                .payload(new byte[text])
                .build();
        final CompletableFuture<Boolean> taken = new CompletableFuture<>();
        machine.cpu(1).inject(() -> taken.complete(tun.transmitTso(Mbuf.of(packet), 1_000, 0)));
        assertThat(taken.get(10, TimeUnit.SECONDS)).isTrue();

        await().until(() -> seen.stream().anyMatch(TunNicIT::isTcp));
        final Mbuf reset = seen.stream().filter(TunNicIT::isTcp).findFirst().orElseThrow();
        final TcpHeader tcp = new TcpHeader().wrap(new Ipv4Header().wrap(reset.data(), reset.offset(), reset.length()));
        assertThat(tcp.has(TcpHeader.RST)).isTrue();
        assertThat(tcp.ack()).isEqualTo(1000 + text);
    }

    /** R45, I53 the other way: what the kernel's TCP hands over in one piece has the bytes, lengths and checksum of a packet from a wire. */
    @Test
    void shouldTakeALargeSegmentOfTheKernel() throws Exception {
        assertThat(segmentsOf(new TunSettings(true, 1))).anyMatch(text -> text > 1_460);
    }

    @Test
    void shouldGetSegmentsThatFitTheMtuWhenOffloadIsOff() throws Exception {
        assertThat(segmentsOf(new TunSettings(false, 1))).allMatch(text -> text <= 1_460);
    }

    /** Lengths of the segments in which the kernel sends a few thousand bytes to a peer that is written by hand. */
    private List<Integer> segmentsOf(final TunSettings settings) throws Exception {
        final String name = DEVICE + "g";
        final TunNic nic = TunNic.open(name, 9, Ipv4Prefix.ALL, settings, 1).get(0);
        try (HandMadePeer peer = new HandMadePeer(nic)) {
            namespace.adopt(name, "10.88.88.2/24");
            final byte[] text = new byte[HandMadePeer.TEXT];
            new Random(1).nextBytes(text);
            HostSockets.inside(namespace, () -> {
                try (Socket socket = new Socket()) {
                    socket.connect(new InetSocketAddress("10.88.88.1", 80), 10_000);
                    socket.getOutputStream().write(text);
                    await().until(() -> peer.received() == text.length);
                }
                return 0;
            });
            assertThat(peer.damaged()).isZero();
            assertThat(peer.text()).isEqualTo(text);
            return peer.segments();
        }
    }

    /** One queue a CPU; the kernel sends the packets of a flow to the queue that its answers left by. */
    @Test
    void shouldGetAFlowOnTheQueueThatItsAnswersLeaveBy() throws Exception {
        final String name = DEVICE + "q";
        final List<TunNic> queues = TunNic.open(name, 9, Ipv4Prefix.ALL, TUN, 2);
        assertThat(queues).hasSize(2);
        namespace.adopt(name, "10.88.88.2/24");
        try {
            for (final int answering : new int[] {0, 1, 0}) {
                queues.get(answering).transmit(Mbuf.of(answer()), 0);
                assertThat(queueOfAQuestion(queues)).isEqualTo(answering);
            }
        } finally {
            queues.forEach(TunNic::close);
        }
    }

    private static byte[] answer() {
        return UdpDatagram.build(
                new FlowKey(Ipv4Address.parse("10.88.88.1"), 7, Ipv4Address.parse("10.88.88.2"), 777, IpProto.UDP),
                new byte[1]);
    }

    private int queueOfAQuestion(final List<TunNic> queues) throws Exception {
        HostSockets.inside(namespace, () -> {
            try (DatagramSocket socket = new DatagramSocket(777)) {
                socket.send(new DatagramPacket(new byte[1], 1, new InetSocketAddress("10.88.88.1", 7)));
            }
            return 0;
        });
        final int[] from = {-1};
        await().until(() -> {
            for (int i = 0; i < queues.size(); i++) {
                final int queue = i;
                queues.get(i)
                        .receive(
                                mbuf -> {
                                    if (mbuf.data()[9] == IpProto.UDP) {
                                        from[0] = queue;
                                    }
                                },
                                64,
                                0);
            }
            return from[0] >= 0;
        });
        return from[0];
    }

    @Test
    void shouldTakeOneQueueOfADeviceThatWasMadeWithOne() throws Exception {
        final String name = DEVICE + "p";
        run("ip", "tuntap", "add", "dev", name, "mode", "tun");
        try {
            final List<TunNic> queues = TunNic.open(name, 9, Ipv4Prefix.ALL, TUN, 2);
            queues.forEach(TunNic::close);
            assertThat(queues).hasSize(1);
        } finally {
            run("ip", "link", "del", name);
        }
    }

    private static void run(final String... command) throws Exception {
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }

    private static boolean isTcp(final Mbuf mbuf) {
        return mbuf.data()[mbuf.offset() + 9] == IpProto.TCP;
    }

    @Test
    void shouldRefuseADeviceThatIsInUse() {
        assertThatThrownBy(() -> TunNic.open("bad/name", 9, Ipv4Prefix.ALL, TUN, 1))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("interface name");
        assertThatThrownBy(() -> TunNic.open("lo", 9, Ipv4Prefix.ALL, TUN, 1))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no TUN device");
    }

    @Test
    void shouldGiveTheNameBackWhenClosed() throws Exception {
        final String name = DEVICE + "x";
        final TunNic first = TunNic.open(name, 9, Ipv4Prefix.ALL, TUN, 1).get(0);
        assertThatThrownBy(() -> TunNic.open(name, 9, Ipv4Prefix.ALL, TUN, 1))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("in use");
        first.start(() -> {});
        first.close();

        await().until(() -> NetworkInterface.getByName(name) == null);
    }
}
