package odonata.node.http;

import java.util.List;

/**
 * The route tables of a member: each CPU has a replica.
 *
 * @param member its id; 0 before it has one
 * @param cpus its CPUs
 */
public record RoutesView(int member, List<CpuRoutes> cpus) {

    /**
     * The replica of one CPU.
     *
     * @param cpu its id
     * @param routes longest prefix first, then by address
     */
    public record CpuRoutes(int cpu, List<Route> routes) {}

    /**
     * One route.
     *
     * @param destination prefix like 10.0.0.0/8
     * @param ifIndex number of the interface
     * @param deviceCpu CPU that has the device
     * @param mtu largest packet that the device carries, bytes
     */
    public record Route(String destination, int ifIndex, int deviceCpu, int mtu) {}
}
