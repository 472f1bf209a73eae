/**
 * The key-value server: connections of clients that speak the Redis protocol, version 2. Keys are not here but on the CPUs that own them
 * ({@code odonata.actors.kv}).
 */
package odonata.node.kvd;
