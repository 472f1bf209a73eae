/**
 * The keys of the key-value service: each CPU of the cluster owns those of its buckets, serves commands for them that come as system calls
 * and as messages, and gives them away when a bucket moves. Here are also the answers in the bytes that a client reads. Not here: connections,
 * and what a client writes ({@code node.kvd}).
 */
package odonata.actors.kv;
