package odonata.node.http;

import java.util.List;

/**
 * Whether the cluster is whole, as one member sees it.
 *
 * @param ready this member serves: it is up, and its rings, uplinks and devices are connected
 * @param healthy every known member is up and heard of, every bucket has a live owner
 * @param member number of this member, 0 before it has one
 * @param members members that have not left
 * @param up members that are up
 * @param reasons why it is not ready or not healthy; empty when it is
 */
public record Health(boolean ready, boolean healthy, int member, int members, int up, List<String> reasons) {}
