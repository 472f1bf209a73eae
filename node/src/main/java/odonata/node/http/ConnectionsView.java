package odonata.node.http;

import java.util.List;
import odonata.node.snapshot.ConnectionView;

/**
 * The TCP connections and listeners of a member, and its UDP sockets.
 *
 * @param member its id; 0 before it has one
 * @param total TCP connections of the member, whatever was asked for
 * @param connections those that were asked for, by CPU
 */
public record ConnectionsView(int member, long total, List<ConnectionView> connections) {}
