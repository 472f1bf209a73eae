/** Longest-prefix match. Not here: replicas of a table on each CPU, and how they are kept equal. */
package odonata.protocol.route;
