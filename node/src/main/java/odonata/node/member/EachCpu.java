package odonata.node.member;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import odonata.actors.cpu.Cpu;
import odonata.actors.cpu.Machine;

/** Asks every CPU of a machine on its carrier, between two threads. Any thread may. */
final class EachCpu {
    private EachCpu() {}

    /** The answers in the order of the CPUs, once all are there. */
    static <T> CompletableFuture<List<T>> ask(final Machine machine, final Function<Cpu, T> question) {
        final List<CompletableFuture<T>> answers = new ArrayList<>();
        for (final Cpu cpu : machine.cpus()) {
            final CompletableFuture<T> answer = new CompletableFuture<>();
            answers.add(answer);
            cpu.inject(() -> answer.complete(question.apply(cpu)));
        }
        return CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new))
                .thenApply(done -> answers.stream().map(CompletableFuture::join).toList());
    }
}
