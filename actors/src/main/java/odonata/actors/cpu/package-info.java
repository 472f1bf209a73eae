/**
 * The emulated CPU: scheduler, callouts, run loop, message transport, its two drivers (wall clock and virtual time), and
 * the hooks by which Akka runs on it. What threads do does not belong here.
 */
package odonata.actors.cpu;
