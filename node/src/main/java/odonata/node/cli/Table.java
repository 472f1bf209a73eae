package odonata.node.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Columns that are as wide as their widest cell; the first is aligned left, a column whose title starts with '>' right. */
final class Table {
    private final List<String> titles;
    private final List<List<String>> rows = new ArrayList<>();

    Table(final String... titles) {
        this.titles = List.of(titles);
    }

    Table row(final Object... cells) {
        final List<String> row = new ArrayList<>();
        for (final Object cell : cells) {
            row.add(String.valueOf(cell));
        }
        rows.add(row);
        return this;
    }

    /** As {@link #lines()}, without the columns that must go, in that order, until a line has no more than {@code width} characters. */
    List<String> lines(final int width, final String... lessNeeded) {
        final List<String> hidden = new ArrayList<>();
        List<String> lines = lines();
        for (int i = 0; i < lessNeeded.length && lines.stream().anyMatch(line -> line.length() > width); i++) {
            hidden.add(lessNeeded[i]);
            lines = without(hidden).lines();
        }
        return lines;
    }

    private Table without(final List<String> hidden) {
        final List<Integer> kept = IntStream.range(0, titles.size())
                .filter(i -> !hidden.contains(titles.get(i).replace(">", "")))
                .boxed()
                .toList();
        final Table table = new Table(kept.stream().map(titles::get).toArray(String[]::new));
        rows.forEach(row -> table.row(kept.stream().map(row::get).toArray()));
        return table;
    }

    List<String> lines() {
        final List<List<String>> all = new ArrayList<>();
        all.add(titles.stream().map(t -> t.startsWith(">") ? t.substring(1) : t).toList());
        all.addAll(rows);
        final int[] widths = IntStream.range(0, titles.size())
                .map(column -> width(all, column))
                .toArray();
        final List<String> lines = new ArrayList<>();
        for (final List<String> row : all) {
            final StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.size(); i++) {
                line.append(i == 0 ? "" : "  ")
                        .append(padded(row.get(i), widths[i], titles.get(i).startsWith(">")));
            }
            lines.add(line.toString().stripTrailing());
        }
        return lines;
    }

    private static int width(final List<List<String>> rows, final int column) {
        return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
    }

    private static String padded(final String cell, final int width, final boolean right) {
        final String space = " ".repeat(width - cell.length());
        return right ? space + cell : cell + space;
    }
}
