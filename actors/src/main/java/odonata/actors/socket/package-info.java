/**
 * UDP: control blocks, sockets and the protocol thread that serves them. Not here: what an application does with its socket.
 */
package odonata.actors.socket;
