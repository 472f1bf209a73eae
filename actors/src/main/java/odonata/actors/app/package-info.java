/**
 * Applications: user threads that use sockets. Not here: protocols.
 */
package odonata.actors.app;
