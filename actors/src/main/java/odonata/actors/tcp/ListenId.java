package odonata.actors.tcp;

/**
 * What a listening socket is known by in the whole cluster.
 *
 * @param home CPU that owns it: the first of its member
 * @param made so many were made there before
 * @param laddr own address, 0 for any
 * @param lport own port
 */
public record ListenId(int home, long made, int laddr, int lport) {}
