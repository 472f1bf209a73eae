/**
 * A run: drives a load generator against a cluster, shows it, and says what came of it, as text, JSON and one HTML file.
 * Used by {@code demo}, {@code load} and {@code replay}. Not here: the load itself ({@link odonata.loadgen}).
 */
package odonata.node.demo;
