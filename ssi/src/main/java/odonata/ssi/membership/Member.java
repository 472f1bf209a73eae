package odonata.ssi.membership;

/**
 * One member of the cluster, alive.
 *
 * @param id given in join order from 1, never given again
 * @param incarnation number of this start of the process: tells a restarted member from the one that died
 * @param address control-plane address, {@code host:port}
 * @param http base URL of its HTTP server, or empty
 * @param aeron endpoint of its uplink, {@code host:port}
 * @param state never LEFT or DOWN: those have {@link Departed}
 * @param drain NONE unless the state is DRAINING
 * @param unlistedIn version of the map that left its CPUs out, 0 before
 * @param joinedAtMs when it came
 */
public record Member(
        int id,
        long incarnation,
        String address,
        String http,
        String aeron,
        MemberState state,
        DrainStage drain,
        long unlistedIn,
        long joinedAtMs) {

    Member in(final MemberState nextState, final DrainStage nextDrain, final long nextUnlistedIn) {
        return new Member(id, incarnation, address, http, aeron, nextState, nextDrain, nextUnlistedIn, joinedAtMs);
    }
}
