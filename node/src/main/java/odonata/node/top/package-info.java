/** The terminal view of a cluster: lines made from a snapshot, and the screen that shows them. */
package odonata.node.top;
