package odonata.actors.caps;

import java.util.List;

/** The other members of the cluster, as far as named services need to know them. Any thread. */
public interface CapsPeers {

    /** One CPU of each other member that has named services, in the order in which they are asked for a name. */
    List<Integer> doors();

    /** True when a payload can go to another member. */
    boolean canTravel(Object payload);

    /** There are none. */
    static CapsPeers none() {
        return new CapsPeers() {
            @Override
            public List<Integer> doors() {
                return List.of();
            }

            @Override
            public boolean canTravel(final Object payload) {
                return false;
            }
        };
    }
}
