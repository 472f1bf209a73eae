/**
 * The top half of sockets (R29): from a system call, or the call of a kernel thread, to messages for protocol threads and back. Named
 * after {@code uipc_syscalls.c}. Not here: protocols.
 */
package odonata.actors.uipc;
