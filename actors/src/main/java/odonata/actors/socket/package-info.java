/**
 * Sockets as their users see them: system calls, addresses, options, descriptors; and UDP with its control blocks and its protocol
 * thread. Not here: TCP (package tcp), how a call is served (package uipc), what an application does with its socket.
 */
package odonata.actors.socket;
