/**
 * Half-open passive connections: the syncache, bounded, and SYN cookies, which need no memory (RFC 4987). Plain state: the owner of the
 * connections drives it. Not here: segments and what is answered to them.
 */
package odonata.protocol.tcp.syn;
