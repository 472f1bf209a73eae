package odonata.node.demo;

import java.io.PrintStream;
import java.util.List;
import odonata.node.snapshot.ClusterSnapshot;
import odonata.node.top.Figures;
import odonata.node.top.TopView;

/** Shows pictures as they come: on a terminal in place, else a plain line each few seconds when it differs from the one before. Thread: one owner. */
public final class LivePicture {
    private static final String CLEAR_BELOW = "\u001b[J";
    private static final int WIDTH = 110;
    private static final int MAX_CPUS_SHOWN = 40;
    private static final int PLAIN_EVERY = 5;

    private final PrintStream out;
    private final boolean terminal;
    private int drawn;
    private int pictures;
    private String last = "";

    /**
     * A live picture.
     *
     * @param terminal whether {@code out} understands escape sequences
     */
    public LivePicture(final PrintStream out, final boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    /** Shows the next picture. */
    public void show(final ClusterSnapshot picture) {
        if (terminal) {
            final List<String> lines = TopView.lines(picture, TopView.Order.CPU, WIDTH, MAX_CPUS_SHOWN);
            out.print(drawn > 0 ? "\r\u001b[" + drawn + "A" + CLEAR_BELOW : "");
            lines.forEach(out::println);
            out.flush();
            drawn = lines.size();
        } else if (pictures++ % PLAIN_EVERY == 0) {
            final String line = line(picture);
            if (!line.equals(last)) {
                out.println(line);
                out.flush();
            }
            last = line;
        }
    }

    private static String line(final ClusterSnapshot picture) {
        return Figures.rate(picture.totals().packetsPerS()) + " packets/s, " + TopView.imbalance(picture)
                + (picture.load() == null
                        ? ""
                        : "; load " + picture.load().phase() + ", "
                                + Figures.count(picture.load().answered()) + " answered, "
                                + Figures.count(picture.load().lost()) + " lost")
                + (picture.replay() == null
                        ? ""
                        : "; replay " + Figures.count(picture.replay().counted()) + " of "
                                + Figures.count(picture.replay().packetsInFile()));
    }

    /** What is printed next stays below. */
    public void end() {
        drawn = 0;
    }
}
