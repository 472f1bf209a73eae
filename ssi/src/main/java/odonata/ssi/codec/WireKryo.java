package odonata.ssi.codec;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Registration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Kryo that knows only numbered types, and takes every list, set, map and actor reference by its interface. */
final class WireKryo extends Kryo {
    private static final int MAX_DEPTH = 32;

    private final List<Class<?>> interfaces;

    WireKryo(final WireRegistry registry, final List<Class<?>> moreInterfaces) {
        this.interfaces = moreInterfaces;
        setRegistrationRequired(true);
        setReferences(false);
        setMaxDepth(MAX_DEPTH);
        registry.registerWith(this);
    }

    @Override
    @SuppressWarnings("rawtypes") // Kryo's signature
    public Registration getRegistration(final Class type) {
        return super.getRegistration(interfaceOf(type));
    }

    private Class<?> interfaceOf(final Class<?> type) {
        if (List.class.isAssignableFrom(type)) {
            return List.class;
        }
        if (Set.class.isAssignableFrom(type)) {
            return Set.class;
        }
        if (Map.class.isAssignableFrom(type)) {
            return Map.class;
        }
        // The super constructor registers Kryo's primitives before the field is there.
        if (interfaces != null) {
            for (final Class<?> each : interfaces) {
                if (each.isAssignableFrom(type)) {
                    return each;
                }
            }
        }
        return type;
    }
}
