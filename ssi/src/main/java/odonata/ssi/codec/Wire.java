package odonata.ssi.codec;

/**
 * Marks a control-plane type that members send each other through Akka; binds it to {@link WireSerializer}.
 *
 * <p>A type that carries this mark needs a number in {@link WireId} and an entry in a {@link WireTypes}.
 */
public interface Wire {}
