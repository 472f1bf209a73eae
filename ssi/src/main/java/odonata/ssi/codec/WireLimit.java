package odonata.ssi.codec;

import com.esotericsoftware.kryo.util.Pool;

/** Says whether values can be encoded, and are not too long. Any thread; codecs come from a pool. */
public final class WireLimit {
    private static final int POOLED = 16;

    private final int maxBytes;
    private final Pool<KryoCodec> codecs;

    /** For values of so many bytes at most; with all types on the class path. */
    public WireLimit(final int maxBytes) {
        this.maxBytes = maxBytes;
        final WireRegistry registry = WireRegistry.load();
        codecs = new Pool<>(true, false, POOLED) {
            @Override
            protected KryoCodec create() {
                return KryoCodec.of(registry);
            }
        };
    }

    /** True when it is null, or all of it is of numbered types, and it is not too long. */
    public boolean allows(final Object value) {
        final KryoCodec codec = codecs.obtain();
        try {
            return codec.encode(value) <= maxBytes;
        } catch (final CodecException e) {
            return false;
        } finally {
            codecs.free(codec);
        }
    }
}
