package odonata.actors.caps;

import odonata.actors.caps.CapsMsg.Sender;

/** What the kernels of two CPUs send each other. Nobody else can make one, so what is in it is true. */
sealed interface CapsCmd {

    /** To the CPU that keeps the name. */
    record Register(CapsKey key, ServiceRef ref) implements CapsCmd {}

    /** The service has gone; to the CPU that keeps the name. Not replied. */
    record Unregister(CapsKey key, ServiceRef ref) implements CapsCmd {}

    /** Replied with a {@link ServiceRef}; for the client endpoint that is being made. */
    record Lookup(CapsKey key, int client) implements CapsCmd {}

    /** To the CPU of the service; replied when the service answers or goes. */
    record Request(int service, int client, long id, Sender sender, Object payload) implements CapsCmd {}

    /** To the CPU of the service. Not replied. */
    record Dispose(int service, long id) implements CapsCmd {}

    /** Result of a {@link Request}. */
    record Answer(Sender sender, Object payload) {}
}
