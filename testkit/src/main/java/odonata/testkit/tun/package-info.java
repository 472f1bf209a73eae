/**
 * What tests with real programs need: network namespaces, and a cable between two TUN devices that loses, doubles, changes, delays and
 * reorders packets. Linux, root and iproute2; without them the test is skipped.
 */
package odonata.testkit.tun;
