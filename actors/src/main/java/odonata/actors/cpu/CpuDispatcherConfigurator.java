package odonata.actors.cpu;

import akka.dispatch.DispatcherPrerequisites;
import akka.dispatch.ExecutorServiceConfigurator;
import akka.dispatch.ExecutorServiceFactory;
import com.typesafe.config.Config;
import java.util.concurrent.ThreadFactory;

/** Gives every dispatcher of a CPU's actor system the CPU as executor; made by Akka. */
public final class CpuDispatcherConfigurator extends ExecutorServiceConfigurator {
    private final Cpu cpu;

    /** Called by Akka. */
    public CpuDispatcherConfigurator(final Config config, final DispatcherPrerequisites prerequisites) {
        super(config, prerequisites);
        cpu = CpuSetup.of(prerequisites.settings().setup());
    }

    @Override
    public ExecutorServiceFactory createExecutorServiceFactory(final String id, final ThreadFactory threadFactory) {
        return () -> cpu.akka().executor();
    }
}
