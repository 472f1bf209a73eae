package odonata.ssi.membership;

/**
 * A bucket on the move.
 *
 * @param bucket which
 * @param since version of the map that named its new owner
 */
public record Move(int bucket, long since) {}
