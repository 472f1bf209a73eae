package odonata.actors.cpu;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import odonata.protocol.errno.Kassert;

/**
 * Finds a CPU by a string in its configuration: Akka makes the scheduler by reflection and hands it the configuration only, no
 * setup. An entry lives while the actor system is being created and no longer.
 */
final class CpuRegistry {
    static final String KEY = "odonata.cpu-registry-key";

    private static final AtomicLong NEXT = new AtomicLong();
    private static final Map<String, Cpu> BY_KEY = new ConcurrentHashMap<>();

    private CpuRegistry() {}

    static String add(final Cpu cpu) {
        final String key = "cpu-" + cpu.id() + "-" + NEXT.getAndIncrement();
        BY_KEY.put(key, cpu);
        return key;
    }

    static Cpu get(final String key) {
        final Cpu cpu = BY_KEY.get(key);
        Kassert.check(cpu != null, "no CPU is being created under key %s", key);
        return cpu;
    }

    static void remove(final String key) {
        BY_KEY.remove(key);
    }
}
