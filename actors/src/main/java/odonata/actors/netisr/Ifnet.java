package odonata.actors.netisr;

/**
 * Where a route leads: a device and the CPU that owns it.
 *
 * @param ifIndex cluster-wide number of the interface
 * @param cpu CPU whose netisr sends by it
 */
public record Ifnet(int ifIndex, int cpu) {}
