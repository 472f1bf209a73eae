/**
 * The software crossbar: one bounded ring per ordered pair of CPUs, and the rules for full rings and wake-ups. What the
 * entries mean does not belong here.
 */
package odonata.actors.crossbar;
