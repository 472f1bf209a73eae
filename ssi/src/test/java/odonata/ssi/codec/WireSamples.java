package odonata.ssi.codec;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import odonata.actors.caps.CapsSamples;
import odonata.actors.kv.KvEntry;
import odonata.actors.kv.KvMsg;
import odonata.actors.netisr.NetMsg;
import odonata.actors.socket.UdpMsg;
import odonata.actors.tcp.TcpSamples;
import odonata.protocol.flow.BucketMap;
import odonata.protocol.flow.FlowKey;
import odonata.protocol.icmp.IcmpNotice;
import odonata.protocol.udp.UdpPcb;
import odonata.protocol.wire.Mbuf;
import odonata.ssi.membership.MembershipSamples;

/** Values of every numbered type, for golden bytes and fuzzing. A package whose types travel adds its own here. */
final class WireSamples {
    private final Map<WireId, List<Object>> samples = new LinkedHashMap<>();

    private WireSamples() {
        plain();
        protocol();
        netisr();
        keys();
        samples.putAll(CapsSamples.all());
        samples.putAll(MembershipSamples.all());
        samples.putAll(TcpSamples.all());
    }

    /** All samples by type. */
    static Map<WireId, List<Object>> all() {
        return new WireSamples().samples;
    }

    private void add(final WireId id, final Object... values) {
        samples.put(id, List.of(values));
    }

    private void plain() {
        add(WireId.BYTES, new byte[] {1, -1, 127});
        add(WireId.INTS, new int[] {0, -1, Integer.MAX_VALUE});
        add(WireId.LONGS, new long[] {0, -1, Long.MIN_VALUE});
        add(WireId.DOUBLES, new double[] {0.5, -2});
        add(WireId.LIST, List.of(), List.of("a", 2, 3L), new ArrayList<>(List.of(List.of(true))));
        add(WireId.SET, Set.of(), java.util.Collections.unmodifiableSet(new LinkedHashSet<>(List.of(3, 1))));
        add(WireId.MAP, Map.of(), new LinkedHashMap<>(Map.of("k", List.of(1.5))));
        add(WireId.OPTIONAL, Optional.empty(), Optional.of("x"));
        add(WireId.DURATION, Duration.ofMillis(1500));
    }

    private void protocol() {
        final int[] from = new int[BucketMap.BUCKETS];
        Arrays.fill(from, BucketMap.NONE);
        from[3] = 1;
        add(
                WireId.BUCKET_MAP,
                new BucketMap(7, new int[] {0, 1, 300}, new int[BucketMap.BUCKETS], from),
                BucketMap.masked(1, new int[] {0, 1}));
        add(WireId.FLOW_KEY, new FlowKey(0x0a4d4d01, 7, 0x0a000001, 40_000, 17));
        add(WireId.MBUF, new Mbuf(new byte[] {9, 0x45, 0, 9}, 1, 2, 5, 1_000_000_007L));
    }

    private void keys() {
        final KvEntry entry = new KvEntry(new byte[] {'k', 0}, new byte[] {-1}, 1L << 41);
        add(WireId.KV_ENTRY, entry, new KvEntry(new byte[0], new byte[0], KvEntry.NEVER));
        add(WireId.KV_ADOPT, new KvMsg.Adopt(-7, 3, 9, 255, List.of(entry)), new KvMsg.Adopt(1, 0, 2, 0, List.of()));
    }

    private void netisr() {
        add(WireId.NET_MAP_CHANGED, new NetMsg.MapChanged(BucketMap.masked(9, new int[] {0, 1, 2})));
        add(WireId.NET_MARKER, new NetMsg.Marker(3, 1L << 40));
        final NetMsg.FlowState flow =
                new NetMsg.FlowState(new FlowKey(0x0a4d4d01, 65_535, -1, 40_000, 17), 5, 1L << 33, -7, 9);
        add(
                WireId.NET_HANDOVER,
                new NetMsg.Handover(2, 9, 255, true, -1, new NetMsg.FlowState[] {}),
                new NetMsg.Handover(2, 9, 0, false, 1, new NetMsg.FlowState[] {flow, flow}));
        add(WireId.NET_SERVICE_SYNC, NetMsg.ServiceSync.INSTANCE);
        final FlowKey quoted = new FlowKey(0x0a4d4d01, 80, 0x0a000001, 40_000, 6);
        final IcmpNotice notice = new IcmpNotice(3, 4, 1400, quoted, -5, 1500);
        add(WireId.ICMP_NOTICE, notice);
        add(WireId.NET_CTL_INPUT, new NetMsg.CtlInput(notice));
        final UdpPcb pcb = new UdpPcb(UdpPcb.socketOf(3, 7), 0x0a4d4d01, 53, -2, 40_000, true, List.of(0xe0000001));
        add(WireId.UDP_PCB, pcb, UdpPcb.unbound(1));
        add(WireId.UDP_PCB_REQUEST, new UdpMsg.PcbRequest(pcb));
        add(WireId.UDP_PCB_INSERT, new UdpMsg.PcbInsert(pcb));
        add(WireId.UDP_PCB_REMOVE, new UdpMsg.PcbRemove(pcb.socket()));
        add(WireId.UDP_DELIVER, new UdpMsg.Deliver(5, new Mbuf(new byte[] {0x45, 0, 9}, 0, 3, 5, 9)));
        add(WireId.UDP_NOTICE, new UdpMsg.Notice(5, notice));
    }
}
