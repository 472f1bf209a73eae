/**
 * The picture of the cluster: what one member measured, and how the measurements of all become one snapshot. Page,
 * {@code top}, {@code status} and report show this and nothing else. Not here: who serves or draws it.
 */
package odonata.node.snapshot;
