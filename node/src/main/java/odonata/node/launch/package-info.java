/**
 * Starting, finding and ending the processes of a cluster on this machine, and the folder that remembers them. Not here:
 * what a member does once it runs, what commands print.
 */
package odonata.node.launch;
