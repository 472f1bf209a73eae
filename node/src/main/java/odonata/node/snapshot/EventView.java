package odonata.node.snapshot;

/**
 * Something that happened.
 *
 * @param id ascending
 * @param atMs milliseconds since 1970
 * @param kind join, up, drain, leave, crash, move, load, replay, rebalance or error
 * @param member whom it concerns, 0 for none
 * @param text a sentence
 */
public record EventView(long id, long atMs, String kind, int member, String text) {}
