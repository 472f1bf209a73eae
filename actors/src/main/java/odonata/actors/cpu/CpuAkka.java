package odonata.actors.cpu;

import akka.actor.BootstrapSetup;
import akka.actor.setup.ActorSystemSetup;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import java.net.URL;
import java.util.Collections;
import java.util.Enumeration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;
import odonata.actors.port.Msg;
import odonata.actors.port.MsgPort;
import odonata.protocol.errno.Kassert;

/**
 * The actor system of a CPU: provider local, every dispatcher on the CPU's executor, every mailbox a message port, the scheduler
 * on the CPU's callouts. Akka owns no thread in it.
 */
final class CpuAkka {
    /** Akka's own actors and actors spawned by threads run at this priority, so that stop and watch are prompt. */
    private static final int SYSTEM_PRI = 20;

    /**
     * Shows no resources. For each of its systems Akka reads the manifests of all jars, to compare their versions, and compares the
     * configuration with the reference: nine tenths of what a system costs to start. The member's own system has done it once.
     */
    private static final ClassLoader LOADER = new ClassLoader(CpuAkka.class.getClassLoader()) {
        @Override
        public Enumeration<URL> getResources(final String name) {
            return Collections.emptyEnumeration();
        }
    };

    /** The part of the configuration that is the same for all CPUs, parsed once. */
    private static final Config SHARED =
            ConfigFactory.parseString("""
                    akka {
                      actor.provider = local
                      loggers = ["akka.event.slf4j.Slf4jLogger"]
                      loglevel = WARNING
                      stdout-loglevel = OFF
                      library-extensions = []
                      log-dead-letters = off
                      log-dead-letters-during-shutdown = off
                      jvm-exit-on-fatal-error = off
                      coordinated-shutdown {
                        run-by-jvm-shutdown-hook = off
                        run-by-actor-system-terminate = off
                      }
                      scheduler.implementation = odonata.actors.cpu.CpuScheduler
                      actor.default-mailbox.mailbox-type = odonata.actors.cpu.CpuMailboxType
                      actor.typed.default-mailbox.mailbox-type = odonata.actors.cpu.CpuMailboxType
                      actor.default-dispatcher = ${odonata.cpu-dispatcher}
                      actor.internal-dispatcher = ${odonata.cpu-dispatcher}
                      actor.default-blocking-io-dispatcher = ${odonata.cpu-dispatcher}
                    }
                    odonata.cpu-dispatcher {
                      type = Dispatcher
                      executor = odonata.actors.cpu.CpuDispatcherConfigurator
                      mailbox-type = odonata.actors.cpu.CpuMailboxType
                      throughput = 1
                      shutdown-timeout = 0s
                    }
                    """).withFallback(ConfigFactory.defaultReference(CpuAkka.class.getClassLoader()));

    /** The same, complete, by throughput; there are as many as there are drivers with different ones. */
    private static final Map<Integer, Config> RESOLVED = new ConcurrentHashMap<>();

    private final Cpu cpu;
    private final CpuExecutor executor = new CpuExecutor(this);
    private ActorSystem<Guardian.Cmd> system;
    private CpuThread claiming;
    private boolean booting;

    CpuAkka(final Cpu cpu) {
        this.cpu = cpu;
    }

    /**
     * Creates the actor system; the classes that Akka makes meanwhile find this object through the CPU. Akka waits for the answer
     * of its logger here, before any carrier runs: what it wants executed runs at once.
     */
    void boot() {
        final String key = CpuRegistry.add(cpu);
        booting = true;
        try {
            final Config config = RESOLVED.computeIfAbsent(cpu.throughput(), CpuAkka::resolved)
                    .withValue(CpuRegistry.KEY, ConfigValueFactory.fromAnyRef(key));
            system = ActorSystem.create(
                    Guardian.create(cpu),
                    "cpu-" + cpu.id(),
                    ActorSystemSetup.create(
                            BootstrapSetup.create(Optional.of(LOADER), Optional.of(config), Optional.empty()),
                            new CpuSetup(cpu)));
        } finally {
            booting = false;
            CpuRegistry.remove(key);
        }
    }

    private static Config resolved(final int throughput) {
        return SHARED.withValue("odonata.cpu-dispatcher.throughput", ConfigValueFactory.fromAnyRef(throughput))
                .resolve();
    }

    ExecutorService executor() {
        return executor;
    }

    <C> void spawn(final CpuThread thread, final Behavior<Msg<C>> behavior) {
        system.tell(new Guardian.Spawn<>(thread, behavior));
    }

    /** Ends the actor of a thread that leaves this CPU; {@link Cpu#ended} follows. */
    void detach(final CpuThread thread) {
        system.tell(new Guardian.Detach(thread));
    }

    /** Runs {@code spawn}; the mailbox that Akka makes meanwhile is the port of {@code thread}. */
    <T> T claiming(final CpuThread thread, final Supplier<T> spawn) {
        claiming = thread;
        final T made = spawn.get();
        Kassert.check(claiming == null, "Akka made no mailbox for %s", thread);
        return made;
    }

    /** The port for an actor that is being made: of the thread that claims it, or of a new thread without a number. */
    MsgPort portFor(final String path) {
        if (claiming != null) {
            final CpuThread claimed = claiming;
            claiming = null;
            return claimed.msgPort();
        }
        return new CpuThread(cpu, path, cpu.store().nextOrdinal(), SYSTEM_PRI, 0, ThreadClass.KERNEL).msgPort();
    }

    /** What Akka wants executed: a mailbox, or some task. Any thread. */
    void execute(final Runnable command) {
        if (!cpu.onCarrier()) {
            Kassert.check(cpu.offerInbox(command), "inbox of %s full: raise lwkt.inbox.capacity", cpu);
            return;
        }
        final CpuThread thread = MailboxBridge.threadOf(command);
        if (thread == null) {
            cpu.addTask(command);
        } else {
            thread.mailboxReady(command);
        }
        if (booting) {
            cpu.runAll();
        }
    }

    void terminate() {
        system.terminate();
    }

    boolean isTerminated() {
        return system.getWhenTerminated().toCompletableFuture().isDone();
    }
}
