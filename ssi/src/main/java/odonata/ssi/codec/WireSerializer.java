package odonata.ssi.codec;

import akka.actor.ExtendedActorSystem;
import akka.actor.typed.ActorRefResolver;
import akka.actor.typed.javadsl.Adapter;
import akka.serialization.SerializerWithStringManifest;
import com.esotericsoftware.kryo.util.Pool;
import java.io.NotSerializableException;

/**
 * Akka's serializer for {@link Wire} types; bound in {@code reference.conf}. The type stands in the bytes, so the manifest
 * only says which form they have.
 *
 * <p>Threads: any; codecs come from a pool.
 */
public final class WireSerializer extends SerializerWithStringManifest {
    /** Akka's number for this serializer; in every message, never changed. */
    public static final int IDENTIFIER = 20_030_616;

    private static final String MANIFEST = "k1";
    private static final int POOLED = 16;

    private final Pool<KryoCodec> codecs;

    /** Made by Akka, once for each actor system. */
    public WireSerializer(final ExtendedActorSystem system) {
        final WireRegistry registry = WireRegistry.load();
        this.codecs = new Pool<>(true, false, POOLED) {
            @Override
            protected KryoCodec create() {
                return KryoCodec.of(registry, ActorRefResolver.get(Adapter.toTyped(system)));
            }
        };
    }

    @Override
    public int identifier() {
        return IDENTIFIER;
    }

    @Override
    public String manifest(final Object value) {
        return MANIFEST;
    }

    @Override
    public byte[] toBinary(final Object value) {
        final KryoCodec codec = codecs.obtain();
        try {
            return codec.toBytes(value);
        } finally {
            codecs.free(codec);
        }
    }

    @Override
    public Object fromBinary(final byte[] bytes, final String manifest) throws NotSerializableException {
        if (!MANIFEST.equals(manifest)) {
            throw new NotSerializableException("form " + manifest + ", this version reads " + MANIFEST);
        }
        final KryoCodec codec = codecs.obtain();
        try {
            return codec.decode(bytes);
        } finally {
            codecs.free(codec);
        }
    }
}
