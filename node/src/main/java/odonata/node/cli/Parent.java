package odonata.node.cli;

import java.io.IOException;
import java.io.InputStream;

/** The process that started this one and holds the other end of its standard input. */
final class Parent {
    private Parent() {}

    /** Has {@code then} run, on a thread of its own, when the parent has closed the pipe or is dead. */
    static void whenGone(final Console console, final Runnable then) {
        final Thread watch = new Thread(
                () -> {
                    try (InputStream in = System.in) {
                        while (in.read() >= 0) {
                            Thread.onSpinWait();
                        }
                    } catch (IOException e) {
                        console.note("parent: " + e.getMessage());
                    }
                    then.run();
                },
                "parent");
        watch.setDaemon(true);
        watch.start();
    }
}
