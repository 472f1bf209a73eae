package odonata.bench;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A row with what was measured.
 *
 * @param ours one a round
 * @param theirs of the same rounds; zeros when there is no other side
 */
record Row(Work work, List<Figure> ours, List<Figure> theirs) {
    private static final Figure NOTHING = new Figure(0, 0);

    Row {
        if (ours.isEmpty() || ours.size() != theirs.size()) {
            throw new IllegalArgumentException(
                    work + ": " + ours.size() + " figures of ours, " + theirs.size() + " of theirs");
        }
    }

    /** Without another side. */
    static Row alone(final Work work, final List<Figure> ours) {
        return new Row(work, ours, ours.stream().map(figure -> NOTHING).toList());
    }

    /** The middle of what the bar compares, of all rounds: the upper one of two. */
    double middle() {
        return compared()[ours.size() / 2];
    }

    double least() {
        return compared()[0];
    }

    double most() {
        return compared()[ours.size() - 1];
    }

    /** By the middle. */
    boolean isReached() {
        return work.bar().isReachedBy(middle());
    }

    private double[] compared() {
        return IntStream.range(0, ours.size())
                .mapToDouble(i -> work.bar().of(ours.get(i), theirs.get(i)))
                .sorted()
                .toArray();
    }

    static double middleValue(final List<Figure> figures) {
        return middle(figures.stream().mapToDouble(Figure::value).toArray());
    }

    static double middleBytes(final List<Figure> figures) {
        return middle(figures.stream().mapToDouble(Figure::bytes).toArray());
    }

    private static double middle(final double[] values) {
        Arrays.sort(values);
        return values[values.length / 2];
    }
}
