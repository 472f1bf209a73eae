/**
 * What tests of several modules share: checkers of the reference's invariants, load that can be checked, seeds that can be replayed.
 * Test scope everywhere. Not here: the cluster in virtual time, which lies beside the simulated control plane in {@code ssi}.
 */
package odonata.testkit;
