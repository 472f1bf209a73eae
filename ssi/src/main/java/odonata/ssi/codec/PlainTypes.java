package odonata.ssi.codec;

import com.esotericsoftware.kryo.serializers.DefaultArraySerializers;
import com.esotericsoftware.kryo.serializers.OptionalSerializers;
import com.esotericsoftware.kryo.serializers.TimeSerializers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import odonata.protocol.flow.BucketMap;
import odonata.protocol.flow.FlowKey;
import odonata.protocol.icmp.IcmpNotice;
import odonata.protocol.udp.UdpPcb;
import odonata.protocol.wire.Mbuf;

/** Plain Java types and those of {@code protocol}. */
final class PlainTypes implements WireTypes {

    @Override
    public void addTo(final WireRegistry registry) {
        registry.add(WireId.BYTES, byte[].class, DefaultArraySerializers.ByteArraySerializer::new)
                .add(WireId.INTS, int[].class, DefaultArraySerializers.IntArraySerializer::new)
                .add(WireId.LONGS, long[].class, DefaultArraySerializers.LongArraySerializer::new)
                .add(WireId.DOUBLES, double[].class, DefaultArraySerializers.DoubleArraySerializer::new)
                .add(WireId.LIST, List.class, CollectionSerializers.OfList::new)
                .add(WireId.SET, Set.class, CollectionSerializers.OfSet::new)
                .add(WireId.MAP, Map.class, CollectionSerializers.OfMap::new)
                .add(WireId.OPTIONAL, Optional.class, OptionalSerializers.OptionalSerializer::new)
                .add(WireId.DURATION, Duration.class, TimeSerializers.DurationSerializer::new)
                .add(WireId.BUCKET_MAP, BucketMap.class, ProtocolSerializers.OfBucketMap::new)
                .add(WireId.FLOW_KEY, FlowKey.class)
                .add(WireId.ICMP_NOTICE, IcmpNotice.class)
                .add(WireId.UDP_PCB, UdpPcb.class)
                .add(WireId.MBUF, Mbuf.class, ProtocolSerializers.OfMbuf::new);
    }
}
