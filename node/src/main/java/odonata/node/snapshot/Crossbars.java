package odonata.node.snapshot;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import odonata.node.snapshot.MemberSnapshot.Row;

/** Puts the rows that the senders measured into one matrix. */
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
            for (final Row row : snapshot.rows()) {
                final Integer sender = index.get(row.cpu());
                if (sender != null) {
                    fill(messages[sender], row.messagesPerS(), index);
                    fill(perIpi[sender], row.messagesPerIpi(), index);
                    fill(full[sender], row.ringFullPerS(), index);
                }
            }
        }
        return new CrossbarView(cpus, messages, perIpi, full);
    }

    private static void fill(
            final double[] line, final Map<Integer, Double> byReceiver, final Map<Integer, Integer> index) {
        byReceiver.forEach((receiver, value) -> {
            final Integer column = index.get(receiver);
            if (column != null) {
                line[column] = value;
            }
        });
    }
}
