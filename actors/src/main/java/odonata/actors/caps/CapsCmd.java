package odonata.actors.caps;

import odonata.actors.caps.CapsMsg.Sender;

/**
 * What the kernels of two CPUs send each other. Nobody else can make one, so what is in it is true. For an endpoint: to the CPU that the
 * port of its process names, which knows where the process is.
 */
sealed interface CapsCmd {

    /** To the CPU that keeps the name. */
    record Register(CapsKey key, ServiceRef ref) implements CapsCmd {}

    /** The service has gone; to the CPU that keeps the name. Not replied. */
    record Unregister(CapsKey key, ServiceRef ref) implements CapsCmd {}

    /** To the CPU that keeps the name, or any of another member. Replied with a {@link ServiceRef}; for the client endpoint that is being made. */
    record Lookup(CapsKey key, int client) implements CapsCmd {}

    /** For the endpoint of a service; replied when the service answers or goes. */
    record Request(int service, int client, long id, Sender sender, Object payload) implements CapsCmd {}

    /** For the endpoint of a service. Not replied. */
    record Dispose(int service, long id) implements CapsCmd {}

    /** To a CPU of another member that has sent a request; not replied but by the end of that member. */
    enum Watch implements CapsCmd {
        INSTANCE
    }

    /** Result of a {@link Request}. */
    record Answer(Sender sender, Object payload) {}
}
