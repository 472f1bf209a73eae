/**
 * Where values come from: flags, environment, files, defaults; profiles; and the settings of what runs a cluster. Not
 * here: settings of the CPU, the network or the uplink, which their own modules read.
 */
package odonata.config;
