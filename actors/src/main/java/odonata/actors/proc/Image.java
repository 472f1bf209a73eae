package odonata.actors.proc;

import java.util.function.Function;

/**
 * What a process executes.
 *
 * @param <C> commands that the program is sent
 * @param name for people
 * @param program makes it, when the process first runs
 */
public record Image<C>(String name, Function<UserTd, ? extends UserProgram<C>> program) {}
