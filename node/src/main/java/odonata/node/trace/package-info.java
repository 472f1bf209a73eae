/** What CPUs recorded, as a picture over time for trace viewers. */
package odonata.node.trace;
