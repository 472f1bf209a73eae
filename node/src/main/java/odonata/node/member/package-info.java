/**
 * A member process put together: control plane, CPUs, uplink, devices, HTTP interface, sampler; how it starts, follows the
 * cluster's state, and ends. Not here: what any of them does.
 */
package odonata.node.member;
