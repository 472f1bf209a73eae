package odonata.ssi.codec;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Serializer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.function.Supplier;

/**
 * The types that can travel: number, class, and how their bytes are made. Filled once from all {@link WireTypes} on the
 * class path, immutable afterwards in effect; each Kryo instance is made from it.
 */
public final class WireRegistry {
    private final Map<WireId, Entry> entries = new EnumMap<>(WireId.class);

    private record Entry(Class<?> type, Supplier<? extends Serializer<?>> serializer) {}

    /** The registry with everything that the packages on the class path contribute. */
    public static WireRegistry load() {
        final WireRegistry registry = new WireRegistry();
        new PlainTypes().addTo(registry);
        new ActorTypes().addTo(registry);
        new TcpTypes().addTo(registry);
        ServiceLoader.load(WireTypes.class, WireRegistry.class.getClassLoader())
                .forEach(types -> types.addTo(registry));
        return registry;
    }

    /** Adds a record or an enum; records travel component by component, in the order of their names. */
    public WireRegistry add(final WireId id, final Class<?> type) {
        if (!type.isRecord() && !type.isEnum()) {
            throw new IllegalArgumentException(
                    type.getName() + " is neither record nor enum, so its bytes are not defined: give a serializer");
        }
        return put(id, new Entry(type, () -> null));
    }

    /** Adds a type with its own serializer; {@code serializer} makes one for each Kryo instance. */
    public <T> WireRegistry add(
            final WireId id, final Class<T> type, final Supplier<? extends Serializer<? super T>> serializer) {
        return put(id, new Entry(type, serializer));
    }

    private WireRegistry put(final WireId id, final Entry entry) {
        final Entry old = entries.putIfAbsent(id, entry);
        if (old != null) {
            throw new IllegalStateException("type number " + id + " is taken by " + old.type.getName() + ": give "
                    + entry.type.getName() + " its own");
        }
        return this;
    }

    /** Numbers in use, ascending. */
    public List<WireId> ids() {
        return new ArrayList<>(entries.keySet());
    }

    /** Class behind a number in use. */
    public Class<?> typeOf(final WireId id) {
        final Entry entry = entries.get(id);
        if (entry == null) {
            throw new IllegalArgumentException(id + " has no type: is its WireTypes listed in META-INF/services?");
        }
        return entry.type;
    }

    /** Registers everything with one Kryo instance. */
    void registerWith(final Kryo kryo) {
        entries.forEach((id, entry) -> {
            final Serializer<?> serializer = entry.serializer.get();
            if (serializer == null) {
                kryo.register(entry.type, id.number());
            } else {
                kryo.register(entry.type, serializer, id.number());
            }
        });
    }
}
