/**
 * The HTTP interface of a member: dashboard, snapshots, metrics, administration; and who may call it. Not here: where the
 * figures come from ({@link odonata.node.http.NodeApi}), how they look.
 */
package odonata.node.http;
