/**
 * TCP on the actors: the protocol thread of a CPU, its tables, and what becomes of a socket operation there. Not here: the
 * machine itself (module protocol), and how a system call becomes a message (package uipc).
 */
package odonata.actors.tcp;
