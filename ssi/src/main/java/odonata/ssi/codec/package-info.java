/**
 * Bytes of what travels between members: message payloads on the data plane, control messages on Akka's remoting.
 *
 * <p>Belongs here: the table of type numbers, Kryo and its limits, Akka's serializer binding. Does not belong here: frames
 * (package {@code uplink}), and types that are only stored or shown. A package whose types travel contributes them through
 * {@link odonata.ssi.codec.WireTypes}; this package knows none of the packages of its own module.
 */
package odonata.ssi.codec;
