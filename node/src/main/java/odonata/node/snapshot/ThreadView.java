package odonata.node.snapshot;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * One protocol thread.
 *
 * @param name as in the kernel, with the CPU
 * @param cpu where it runs
 * @param member whose CPU that is
 * @param threadClass class of thread
 * @param depth messages queued
 * @param highWater most that were queued
 * @param servedPerS messages served per second
 * @param batch messages per activation
 * @param waitUs longest wait of a message in the window, microseconds
 */
public record ThreadView(
        String name,
        int cpu,
        int member,
        @JsonProperty("class") String threadClass,
        int depth,
        int highWater,
        double servedPerS,
        double batch,
        double waitUs) {}
