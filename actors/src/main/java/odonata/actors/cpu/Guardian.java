package odonata.actors.cpu;

import akka.actor.typed.Behavior;
import akka.actor.typed.ChildFailed;
import akka.actor.typed.Terminated;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import java.util.HashMap;
import java.util.Map;
import odonata.actors.port.Msg;

/** Root of a CPU's actors: makes the threads, and reports those that die. */
final class Guardian extends AbstractBehavior<Guardian.Cmd> {

    /** Commands of the guardian. */
    sealed interface Cmd {}

    /** Make the actor of a thread whose port exists already. */
    record Spawn<C>(CpuThread thread, Behavior<Msg<C>> behavior) implements Cmd {}

    /** End the actor of a thread that goes on as another. */
    record Detach(CpuThread thread) implements Cmd {}

    private final Cpu cpu;
    private final Map<String, CpuThread> threads = new HashMap<>();

    private Guardian(final ActorContext<Cmd> context, final Cpu cpu) {
        super(context);
        this.cpu = cpu;
    }

    static Behavior<Cmd> create(final Cpu cpu) {
        return Behaviors.setup(context -> new Guardian(context, cpu));
    }

    @Override
    @SuppressWarnings({"unchecked", "rawtypes"}) // a class literal has no wildcard
    public Receive<Cmd> createReceive() {
        return newReceiveBuilder()
                .onMessage((Class<Spawn<?>>) (Class) Spawn.class, this::onSpawn)
                .onMessage(Detach.class, this::onDetach)
                .onSignal(ChildFailed.class, this::onFailed)
                .onSignal(Terminated.class, this::onTerminated)
                .build();
    }

    private <C> Behavior<Cmd> onSpawn(final Spawn<C> spawn) {
        final CpuThread thread = spawn.thread();
        final String actorName = nameOf(thread);
        threads.put(actorName, thread);
        getContext().watch(cpu.akka().claiming(thread, () -> getContext().spawn(spawn.behavior(), actorName)));
        return this;
    }

    private Behavior<Cmd> onDetach(final Detach detach) {
        getContext().getChild(nameOf(detach.thread())).ifPresent(getContext()::stop);
        return this;
    }

    private Behavior<Cmd> onFailed(final ChildFailed failed) {
        final CpuThread thread = threads.get(failed.getRef().path().name());
        end(failed.getRef().path().name());
        cpu.died(thread, failed.cause());
        return this;
    }

    private Behavior<Cmd> onTerminated(final Terminated terminated) {
        end(terminated.getRef().path().name());
        return this;
    }

    private void end(final String actorName) {
        cpu.ended(threads.remove(actorName));
    }

    private static String nameOf(final CpuThread thread) {
        return thread.name().replaceAll("[^A-Za-z0-9_-]", "_") + "-" + thread.ordinal();
    }
}
