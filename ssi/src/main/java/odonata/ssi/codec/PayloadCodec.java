package odonata.ssi.codec;

import java.util.List;

/**
 * Payloads of LWKT messages and their results: packets and plain bytes as they are, everything else through {@link KryoCodec}.
 *
 * <p>Thread: one. Encoding has two steps, so that the caller can look whether there is room: {@link #prepare}, then
 * {@link #write}.
 */
public final class PayloadCodec {
    /** Form of no payload. */
    public static final int NONE = 0;

    /** Form of a numbered type. */
    public static final int KRYO = 1;

    /** By their numbers, the first of which follows Kryo's. */
    private static final List<PayloadForm<?>> FORMS =
            List.of(new MbufForm(), new PacketForm(), new OutputForm(), new BytesForm(), new AskForm());

    private final KryoCodec kryo;
    private Object value;
    private PayloadForm<?> usual = FORMS.get(0);
    private PayloadForm<?> raw;
    private int form;
    private int length;

    /** For one thread. */
    public PayloadCodec(final WireRegistry registry) {
        this.kryo = KryoCodec.of(registry);
    }

    /** Looks at a payload, encodes it if need be, and returns its length in bytes. */
    public int prepare(final Object payload) {
        value = payload;
        raw = null;
        if (payload == null) {
            form = NONE;
            length = 0;
            return 0;
        }
        raw = rawFormOf(payload.getClass());
        form = raw == null ? KRYO : raw.number();
        length = raw == null ? kryo.encode(payload) : lengthOf(raw);
        return length;
    }

    /** Null where it is Kryo's. What was sent last is likely to be sent again. */
    private PayloadForm<?> rawFormOf(final Class<?> type) {
        if (usual.type() == type) {
            return usual;
        }
        for (final PayloadForm<?> each : FORMS) {
            if (each.type() == type) {
                usual = each;
                return each;
            }
        }
        return null;
    }

    /** Form of what was prepared. */
    public int form() {
        return form;
    }

    /** Writes what was prepared, and forgets it. */
    public void write(final byte[] bytes, final int offset) {
        if (raw != null) {
            writeRaw(raw, bytes, offset);
        } else {
            System.arraycopy(kryo.buffer(), 0, bytes, offset, length);
        }
        value = null;
        raw = null;
    }

    /** The payload in {@code bytes}; null when there is none. Fails with {@link CodecException} alone. */
    public Object read(final int payloadForm, final byte[] bytes, final int offset, final int payloadLength) {
        if (payloadForm == NONE) {
            if (payloadLength != 0) {
                throw new CodecException("no payload, but " + payloadLength + " bytes of it");
            }
            return null;
        }
        if (payloadForm == KRYO) {
            return kryo.decode(bytes, offset, payloadLength);
        }
        final int index = payloadForm - KRYO - 1;
        if (index < 0 || index >= FORMS.size()) {
            throw new CodecException("payload form " + payloadForm);
        }
        return readRaw(FORMS.get(index), bytes, offset, payloadLength);
    }

    private <T> int lengthOf(final PayloadForm<T> each) {
        return each.length(each.type().cast(value));
    }

    private <T> void writeRaw(final PayloadForm<T> each, final byte[] bytes, final int offset) {
        each.write(each.type().cast(value), bytes, offset);
    }

    private static Object readRaw(final PayloadForm<?> each, final byte[] bytes, final int offset, final int length) {
        try {
            return each.read(bytes, offset, length);
        } catch (final IndexOutOfBoundsException | IllegalArgumentException e) {
            throw new CodecException("damaged packet of " + length + " bytes", e);
        }
    }
}
