package odonata.node.top;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import odonata.node.snapshot.ClusterSnapshot;
import org.jline.terminal.Attributes;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStyle;
import org.jline.utils.Display;
import org.jline.utils.InfoCmp.Capability;
import org.jline.utils.NonBlockingReader;

/** The live screen: draws a snapshot a second, takes keys, gives the terminal back as it was. */
public final class TopScreen {
    private static final long PERIOD_MS = 1000;
    private static final List<String> HELP = List.of(
            "keys",
            "  s        next order: CPU number, utilisation, packets/s, queue depth",
            "  p space  pause and go on",
            "  ?        this help",
            "  q        quit",
            "",
            "UTILISATION  share of the last second in which the CPU ran threads",
            "PACKETS/S    packets that the CPU's protocol threads served",
            "QUEUE        messages waiting in the CPU's ports",
            "MSG/IPI      messages from other CPUs for each wake-up; grows with load",
            "RUNNING      thread that served most messages in the last second",
            "",
            "any key goes back");

    private final Callable<ClusterSnapshot> source;
    private TopView.Order order;
    private boolean paused;
    private boolean help;
    private ClusterSnapshot last;
    private String trouble = "";

    /** A screen that asks {@code source} for what to draw. */
    public TopScreen(final Callable<ClusterSnapshot> source, final TopView.Order order) {
        this.source = source;
        this.order = order;
    }

    /** Runs until {@code q} or Ctrl-C. */
    public void run() throws IOException {
        try (Terminal terminal =
                TerminalBuilder.builder().system(true).dumb(false).build()) {
            final Attributes before = terminal.enterRawMode();
            final AtomicBoolean stop = new AtomicBoolean();
            terminal.handle(Terminal.Signal.INT, signal -> stop.set(true));
            terminal.puts(Capability.enter_ca_mode);
            terminal.puts(Capability.cursor_invisible);
            try {
                loop(terminal, stop);
            } finally {
                terminal.puts(Capability.exit_ca_mode);
                terminal.puts(Capability.cursor_visible);
                terminal.setAttributes(before);
                terminal.flush();
            }
        }
    }

    private void loop(final Terminal terminal, final AtomicBoolean stop) throws IOException {
        final Display display = new Display(terminal, true);
        final NonBlockingReader keys = terminal.reader();
        while (!stop.get()) {
            if (!paused) {
                refresh();
            }
            draw(terminal, display);
            final int key = keys.read(PERIOD_MS);
            if (key == 'q' || key == -1) {
                return;
            }
            press(key);
        }
    }

    private void refresh() {
        try {
            last = source.call();
            trouble = "";
        } catch (Exception e) {
            trouble = "no answer: " + e.getMessage();
        }
    }

    private void press(final int key) {
        if (help) {
            help = false;
        } else if (key == '?' || key == 'h') {
            help = true;
        } else if (key == 's') {
            order = order.next();
        } else if (key == 'p' || key == ' ') {
            paused = !paused;
        }
    }

    private void draw(final Terminal terminal, final Display display) {
        final Size size = terminal.getSize();
        final int columns = Math.max(40, size.getColumns());
        final int rows = Math.max(10, size.getRows());
        display.resize(Size.of(columns, rows));
        final List<AttributedString> lines = new ArrayList<>();
        final List<String> body = body(columns, rows);
        for (int i = 0; i < body.size() && i < rows - 1; i++) {
            final boolean title = !help && i == 2;
            lines.add(
                    title
                            ? new AttributedString(pad(body.get(i), columns), AttributedStyle.INVERSE)
                            : new AttributedString(body.get(i)));
        }
        while (lines.size() < rows - 1) {
            lines.add(AttributedString.EMPTY);
        }
        lines.add(new AttributedString(
                cut(trouble + (paused ? "[paused] " : "") + " q quit  s order  p pause  ? help", columns),
                AttributedStyle.BOLD));
        display.update(lines, -1);
    }

    private List<String> body(final int columns, final int rows) {
        if (help) {
            return HELP;
        }
        return last == null ? List.of() : TopView.lines(last, order, columns, rows - 1);
    }

    private static String pad(final String text, final int width) {
        return text.length() >= width ? text : text + " ".repeat(width - text.length());
    }

    private static String cut(final String text, final int width) {
        return text.length() <= width ? text : text.substring(0, width);
    }
}
