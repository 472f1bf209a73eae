package odonata.ssi.codec;

/**
 * What a package contributes to the codec. Implementations have a public constructor without parameters and are listed in
 * {@code META-INF/services/odonata.ssi.codec.WireTypes}, so that the codec need not know who uses it.
 */
public interface WireTypes {

    /** Adds each type under its number. */
    void addTo(WireRegistry registry);
}
