package odonata.actors.cpu;

import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.TimeUnit;

/** The CPU as Akka sees it: what executes mailboxes. It ends with its CPU, not by a shutdown of one of its dispatchers. */
final class CpuExecutor extends AbstractExecutorService {
    private final CpuAkka akka;

    CpuExecutor(final CpuAkka akka) {
        this.akka = akka;
    }

    @Override
    public void execute(final Runnable command) {
        akka.execute(command);
    }

    @Override
    public void shutdown() {}

    @Override
    public List<Runnable> shutdownNow() {
        return List.of();
    }

    @Override
    public boolean isShutdown() {
        return false;
    }

    @Override
    public boolean isTerminated() {
        return false;
    }

    @Override
    public boolean awaitTermination(final long timeout, final TimeUnit unit) {
        return false;
    }
}
