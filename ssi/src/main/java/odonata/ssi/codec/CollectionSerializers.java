package odonata.ssi.codec;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Lists, sets and maps: a count, then the elements with their types. They arrive unmodifiable and without null elements; a
 * count larger than {@link BoundedInput#MAX_ELEMENTS} or than the bytes that are left is an error.
 */
final class CollectionSerializers {
    private CollectionSerializers() {}

    private static void writeAll(final Kryo kryo, final Output output, final Collection<?> elements) {
        BoundedInput.checkElements(elements.size());
        output.writeVarInt(elements.size(), true);
        for (final Object element : elements) {
            kryo.writeClassAndObject(output, element);
        }
    }

    private static Object readOne(final Kryo kryo, final Input input) {
        final Object element = kryo.readClassAndObject(input);
        if (element == null) {
            throw new CodecException("null inside a collection");
        }
        return element;
    }

    /** {@link List}. */
    @SuppressWarnings("rawtypes") // Kryo registers raw classes
    static final class OfList extends Serializer<List> {
        OfList() {
            super(false, true);
        }

        @Override
        public void write(final Kryo kryo, final Output output, final List list) {
            writeAll(kryo, output, list);
        }

        @Override
        public List read(final Kryo kryo, final Input input, final Class<? extends List> type) {
            final int count = BoundedInput.readCount(input);
            final List<Object> list = new ArrayList<>(Math.min(count, 64));
            for (int i = 0; i < count; i++) {
                list.add(readOne(kryo, input));
            }
            return Collections.unmodifiableList(list);
        }
    }

    /** {@link Set}. */
    @SuppressWarnings("rawtypes") // Kryo registers raw classes
    static final class OfSet extends Serializer<Set> {
        OfSet() {
            super(false, true);
        }

        @Override
        public void write(final Kryo kryo, final Output output, final Set set) {
            writeAll(kryo, output, set);
        }

        @Override
        public Set read(final Kryo kryo, final Input input, final Class<? extends Set> type) {
            final int count = BoundedInput.readCount(input);
            final Set<Object> set = new LinkedHashSet<>();
            for (int i = 0; i < count; i++) {
                set.add(readOne(kryo, input));
            }
            return Collections.unmodifiableSet(set);
        }
    }

    /** {@link Map}. */
    @SuppressWarnings("rawtypes") // Kryo registers raw classes
    static final class OfMap extends Serializer<Map> {
        OfMap() {
            super(false, true);
        }

        @Override
        public void write(final Kryo kryo, final Output output, final Map map) {
            BoundedInput.checkElements(map.size());
            output.writeVarInt(map.size(), true);
            for (final Object each : map.entrySet()) {
                final Map.Entry<?, ?> entry = (Map.Entry<?, ?>) each;
                kryo.writeClassAndObject(output, entry.getKey());
                kryo.writeClassAndObject(output, entry.getValue());
            }
        }

        @Override
        public Map read(final Kryo kryo, final Input input, final Class<? extends Map> type) {
            final int count = BoundedInput.readCount(input);
            final Map<Object, Object> map = new LinkedHashMap<>();
            for (int i = 0; i < count; i++) {
                final Object key = readOne(kryo, input);
                map.put(key, readOne(kryo, input));
            }
            return Collections.unmodifiableMap(map);
        }
    }
}
