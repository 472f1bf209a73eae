/**
 * The network of one CPU put together: which threads exist and what they share. Not here: what any of them does.
 */
package odonata.actors.net;
