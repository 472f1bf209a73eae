package odonata.ssi.codec;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorRefResolver;
import com.esotericsoftware.kryo.io.Output;
import java.util.List;
import java.util.Optional;

/**
 * Turns numbered types into bytes and back. One instance belongs to one thread at a time.
 *
 * <p>Form: Kryo's class number plus 2 as a variable-length integer (0 is null), then the value. Decoding trusts no number,
 * length or depth, allocates only what the given bytes can fill, and fails with {@link CodecException} alone.
 */
public final class KryoCodec {
    /** Largest value in bytes. */
    public static final int MAX_BYTES = 16 << 20;

    private final WireKryo kryo;
    private final Output output = new Output(512, MAX_BYTES);
    private final BoundedInput input = new BoundedInput();

    private KryoCodec(final WireRegistry registry, final Optional<ActorRefResolver> actors) {
        if (actors.isPresent()) {
            kryo = new WireKryo(registry, List.of(ActorRef.class));
            kryo.register(ActorRef.class, new ActorRefSerializer(actors.get()), WireId.ACTOR_REF.number());
        } else {
            kryo = new WireKryo(registry, List.of());
        }
    }

    /** For the data plane: actor references are refused. */
    public static KryoCodec of(final WireRegistry registry) {
        return new KryoCodec(registry, Optional.empty());
    }

    /** For the control plane. */
    static KryoCodec of(final WireRegistry registry, final ActorRefResolver actors) {
        return new KryoCodec(registry, Optional.of(actors));
    }

    /**
     * Encodes a value into the codec's own buffer, {@link #buffer()}, from index 0.
     *
     * @param value null, or of a numbered type
     * @return bytes used
     */
    public int encode(final Object value) {
        output.setPosition(0);
        try {
            kryo.writeClassAndObject(output, value);
            return output.position();
        } catch (final RuntimeException e) {
            kryo.reset();
            throw new CodecException(
                    "cannot send " + (value == null ? "null" : value.getClass().getName()) + ": " + e.getMessage()
                            + " (does every part have a number in WireId, and a WireTypes entry?)",
                    e);
        }
    }

    /** What {@link #encode} wrote last; valid until the next call. */
    public byte[] buffer() {
        return output.getBuffer();
    }

    /** A value's bytes in an array of their own. */
    public byte[] toBytes(final Object value) {
        final int length = encode(value);
        final byte[] bytes = new byte[length];
        System.arraycopy(output.getBuffer(), 0, bytes, 0, length);
        return bytes;
    }

    /**
     * Decodes exactly {@code length} bytes; the array is only read.
     *
     * @return the value, or null when that is what was sent
     */
    public Object decode(final byte[] bytes, final int offset, final int length) {
        if (length > MAX_BYTES) {
            throw new CodecException("value of " + length + " bytes, at most " + MAX_BYTES);
        }
        input.setBuffer(bytes, offset, length);
        try {
            final Object value = kryo.readClassAndObject(input);
            if (input.position() != offset + length) {
                throw new CodecException((offset + length - input.position()) + " bytes left over after the value");
            }
            return value;
        } catch (final CodecException e) {
            kryo.reset();
            throw e;
        } catch (final RuntimeException e) {
            kryo.reset();
            throw new CodecException("damaged value: " + e.getMessage(), e);
        }
    }

    /** Decodes a whole array. */
    public Object decode(final byte[] bytes) {
        return decode(bytes, 0, bytes.length);
    }
}
