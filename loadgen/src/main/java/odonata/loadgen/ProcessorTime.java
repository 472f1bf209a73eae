package odonata.loadgen;

import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;
import javax.management.JMException;
import javax.management.ObjectName;

/** Processor time that this process took between the first and the last note. Thread: one. */
final class ProcessorTime {
    private static final double NS_PER_S = TimeUnit.SECONDS.toNanos(1);

    private long firstNs;
    private long lastNs;
    private boolean begun;

    /** Notes what it took so far. */
    void note() {
        lastNs = now();
        firstNs = begun ? firstNs : lastNs;
        begun = true;
    }

    /** 0 before there were two notes. */
    double seconds() {
        return (lastNs - firstNs) / NS_PER_S;
    }

    /** The attribute is one of the JDK's, not of Java's interface. */
    private static long now() {
        try {
            return (Long) ManagementFactory.getPlatformMBeanServer()
                    .getAttribute(new ObjectName("java.lang:type=OperatingSystem"), "ProcessCpuTime");
        } catch (final JMException e) {
            throw new IllegalStateException("this Java does not tell its processor time", e);
        }
    }
}
