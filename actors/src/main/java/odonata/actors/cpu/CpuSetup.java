package odonata.actors.cpu;

import akka.actor.setup.ActorSystemSetup;
import akka.actor.setup.Setup;
import odonata.protocol.errno.KernelPanic;

/** Carries the CPU to the classes that Akka makes by reflection and gives the system's setup. */
final class CpuSetup extends Setup {
    private final Cpu cpu;

    CpuSetup(final Cpu cpu) {
        this.cpu = cpu;
    }

    static Cpu of(final ActorSystemSetup setup) {
        return setup.get(CpuSetup.class)
                .map(found -> found.cpu)
                .orElseThrow(() -> new KernelPanic("this actor system is not one of a CPU"));
    }
}
