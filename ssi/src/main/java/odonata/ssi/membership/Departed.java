package odonata.ssi.membership;

import java.util.List;
import java.util.Map;

/**
 * A member that is gone.
 *
 * @param id its member id
 * @param address its control-plane address
 * @param state LEFT or DOWN
 * @param cpus its CPU ids, ascending
 * @param counters its final counters by name; empty when it died
 * @param atMs when it went
 */
public record Departed(
        int id, String address, MemberState state, List<Integer> cpus, Map<String, Long> counters, long atMs) {}
