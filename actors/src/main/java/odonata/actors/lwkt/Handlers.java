package odonata.actors.lwkt;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import odonata.actors.port.Msg;
import odonata.protocol.errno.Kassert;
import odonata.protocol.errno.KernelPanic;

/**
 * Which method handles which command. The commands are a sealed interface; a table that misses one of them cannot be built.
 *
 * @param <C> the sealed interface
 */
public final class Handlers<C> {
    private final Class<C> commands;
    private Map<Class<?>, Consumer<Msg<? extends C>>> byType = new LinkedHashMap<>();

    /**
     * The finished table: each type, its handler after it, in the order in which they were added. They are few, so they are looked
     * through; a map would be a tenth of what an idle thread takes.
     */
    private Object[] table;

    private Handlers(final Class<C> commands) {
        this.commands = commands;
    }

    /** An empty table for the commands of one receiver. */
    public static <C> Handlers<C> of(final Class<C> commands) {
        return new Handlers<>(commands);
    }

    /** The table of a thread that is sent no requests. */
    public static <C> Handlers<C> none() {
        final Handlers<C> none = new Handlers<>(null);
        none.table = new Object[0];
        return none;
    }

    /** Handles a command, or all commands below a sealed sub-interface that have no handler of their own. */
    @SuppressWarnings({"unchecked", "rawtypes"}) // a handler is only ever called with commands of its type
    public <T extends C> Handlers<C> on(final Class<T> type, final Consumer<Msg<T>> handler) {
        Kassert.check(table == null, "handler for %s added to a finished table", type);
        final Consumer<?> before = byType.put(type, (Consumer) handler);
        Kassert.check(before == null, "two handlers for %s", type);
        return this;
    }

    /** Checks that every permitted command has a handler and finishes the table. */
    Handlers<C> build() {
        if (table == null) {
            final List<String> missing = new ArrayList<>();
            for (final Class<?> leaf : leaves(commands, new LinkedHashSet<>())) {
                resolve(leaf, missing);
            }
            if (!missing.isEmpty()) {
                throw new KernelPanic("no handler for " + String.join(", ", missing)
                        + "; add .on(...) for each to the handlers of " + commands.getSimpleName());
            }
            table = byType.entrySet().stream()
                    .flatMap(entry -> Stream.of(entry.getKey(), entry.getValue()))
                    .toArray();
            byType = Map.of();
        }
        return this;
    }

    /** True when the command is one of the receiver's; what comes from other members may be anything. */
    boolean handles(final Msg<?> msg) {
        return handlerOf(msg.command().getClass()) != null;
    }

    /** Runs the handler of the command. */
    void handle(final Msg<C> msg) {
        final Class<?> type = msg.command().getClass();
        final Consumer<Msg<? extends C>> handler = handlerOf(type);
        Kassert.check(handler != null, "%s is not a command of %s", type, commands);
        handler.accept(msg);
    }

    @SuppressWarnings("unchecked") // what build put there
    private Consumer<Msg<? extends C>> handlerOf(final Class<?> type) {
        for (int i = 0; i < table.length; i += 2) {
            if (table[i] == type || table[i] == type.getSuperclass()) { // or an enum constant with a body
                return (Consumer<Msg<? extends C>>) table[i + 1];
            }
        }
        return null;
    }

    private void resolve(final Class<?> leaf, final List<String> missing) {
        final Consumer<Msg<? extends C>> handler = find(leaf);
        if (handler == null) {
            missing.add(leaf.getSimpleName());
        } else {
            byType.put(leaf, handler);
        }
    }

    private Consumer<Msg<? extends C>> find(final Class<?> type) {
        final Consumer<Msg<? extends C>> own = byType.get(type);
        if (own != null) {
            return own;
        }
        for (final Class<?> parent : type.getInterfaces()) {
            final Consumer<Msg<? extends C>> inherited = find(parent);
            if (inherited != null) {
                return inherited;
            }
        }
        return null;
    }

    private static Set<Class<?>> leaves(final Class<?> type, final Set<Class<?>> found) {
        if (type.isSealed() && !type.isEnum()) {
            for (final Class<?> permitted : type.getPermittedSubclasses()) {
                leaves(permitted, found);
            }
        } else {
            found.add(type);
        }
        return found;
    }
}
