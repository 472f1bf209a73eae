package odonata.node.snapshot;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import odonata.node.snapshot.MemberSnapshot.Column;

/** Puts the columns that the receivers measured into one matrix. */
final class Crossbars {
    private Crossbars() {}

    static CrossbarView of(final List<CpuView> live, final List<MemberSnapshot> snapshots) {
        final List<Integer> cpus = live.stream().map(CpuView::cpu).toList();
        final int n = cpus.size();
        final double[][] messages = new double[n][n];
        final double[][] perIpi = new double[n][n];
        final double[][] full = new double[n][n];
        final Map<Integer, Integer> index = new HashMap<>();
        for (int i = 0; i < n; i++) {
            index.put(cpus.get(i), i);
        }
        for (final MemberSnapshot snapshot : snapshots) {
            for (final Column column : snapshot.columns()) {
                final Integer receiver = index.get(column.cpu());
                if (receiver != null) {
                    fill(messages, receiver, column.messagesPerS(), index);
                    fill(perIpi, receiver, column.messagesPerIpi(), index);
                    fill(full, receiver, column.ringFullPerS(), index);
                }
            }
        }
        return new CrossbarView(cpus, messages, perIpi, full);
    }

    private static void fill(
            final double[][] matrix,
            final int receiver,
            final Map<Integer, Double> bySender,
            final Map<Integer, Integer> index) {
        bySender.forEach((sender, value) -> {
            final Integer row = index.get(sender);
            if (row != null) {
                matrix[row][receiver] = value;
            }
        });
    }
}
