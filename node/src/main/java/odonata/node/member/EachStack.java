package odonata.node.member;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import odonata.actors.net.Netstack;

/** Asks the network of every CPU of a member. Any thread may. */
final class EachStack {
    private EachStack() {}

    /** The answers by CPU, in the order of the CPUs, once all are there. */
    static <T> CompletableFuture<Map<Integer, T>> ask(
            final Map<Integer, Netstack> stacks, final Function<Netstack, CompletableFuture<T>> question) {
        final Map<Integer, CompletableFuture<T>> answers = new LinkedHashMap<>();
        stacks.forEach((cpu, stack) -> answers.put(cpu, question.apply(stack)));
        return CompletableFuture.allOf(answers.values().toArray(CompletableFuture<?>[]::new))
                .thenApply(done -> {
                    final Map<Integer, T> all = new LinkedHashMap<>();
                    answers.forEach((cpu, answer) -> all.put(cpu, answer.join()));
                    return all;
                });
    }
}
