package odonata.node.cli;

import java.io.PrintStream;
import java.util.Map;
import odonata.node.snapshot.Json;

/**
 * Where results (standard output) and everything else (standard error) go.
 *
 * @param out results
 * @param err progress, errors
 * @param environment for {@code NO_COLOR}, {@code TERM}, {@code COLUMNS}
 */
record Console(PrintStream out, PrintStream err, Map<String, String> environment) {

    private static final String OUT_IS_TERMINAL = "odonata.stdout.tty";
    private static final String OUT_COLUMNS = "odonata.stdout.columns";
    private static final String ERR_IS_TERMINAL = "odonata.stderr.tty";

    /** True when a person reads standard output; the odonata script looks, Java cannot. */
    boolean outIsTerminal() {
        return Boolean.getBoolean(OUT_IS_TERMINAL);
    }

    /** True when a person reads standard error. */
    boolean errIsTerminal() {
        return Boolean.getBoolean(ERR_IS_TERMINAL);
    }

    /** Characters that a line of standard output may have; no end to them where no person reads it. */
    int width() {
        final String columns = environment.getOrDefault("COLUMNS", System.getProperty(OUT_COLUMNS, ""));
        return columns.matches("[1-9]\\d{0,4}") ? Integer.parseInt(columns) : Integer.MAX_VALUE;
    }

    /** True when escape sequences may be written to standard output. */
    boolean colour() {
        return environment.getOrDefault("NO_COLOR", "").isEmpty()
                && !environment.getOrDefault("TERM", "dumb").equals("dumb")
                && outIsTerminal();
    }

    /** Text in a colour, if the terminal has any. */
    String paint(final Paint paint, final String text) {
        return colour() ? "\u001b[" + paint.code + "m" + text + "\u001b[0m" : text;
    }

    /** A result as text. */
    void print(final String text) {
        out.println(text);
        out.flush();
    }

    /** A result as JSON. */
    void json(final Object value) {
        print(Json.pretty(value));
    }

    /** Anything but a result. */
    void note(final String text) {
        err.println(text);
        err.flush();
    }

    /** What is being waited for, in place; only where a person reads it. Empty: no more. */
    void progress(final String text) {
        if (errIsTerminal()) {
            err.print("\r" + text + "\u001b[K");
            err.flush();
        }
    }

    /** Colours that stay apart for those who cannot tell red from green. */
    enum Paint {
        BOLD(1),
        DIM(2),
        GOOD(36),
        BAD(31),
        WARN(33);

        private final int code;

        Paint(final int code) {
            this.code = code;
        }
    }
}
