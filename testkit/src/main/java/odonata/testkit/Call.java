package odonata.testkit;

import java.util.List;

/**
 * What the load's threads send each other.
 *
 * @param id number in the {@link MessageLedger}
 * @param sender CPU of the thread that sends it
 * @param port index of the port on each CPU of the route
 * @param number ascending from 1 among what {@code sender} sends to the first port of the route in the same class
 * @param urgent its class
 * @param reply whether it is replied
 * @param route CPUs that it visits, each once; forwarded from one to the next and replied by the last
 */
public record Call(int id, int sender, int port, int number, boolean urgent, boolean reply, List<Integer> route)
        implements LoadMsg {}
