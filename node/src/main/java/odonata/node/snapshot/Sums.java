package odonata.node.snapshot;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Sums over CPUs and members. */
final class Sums {
    private Sums() {}

    static TotalsView of(
            final List<MemberView> members,
            final List<CpuView> cpus,
            final CrossbarView crossbar,
            final List<MemberSnapshot> snapshots) {
        final Map<Integer, Integer> memberOf = new HashMap<>();
        cpus.forEach(cpu -> memberOf.put(cpu.cpu(), cpu.member()));
        double all = 0;
        double crossCpu = 0;
        double crossMember = 0;
        final List<Integer> ids = crossbar.cpus();
        for (int from = 0; from < ids.size(); from++) {
            for (int to = 0; to < ids.size(); to++) {
                final double rate = crossbar.messagesPerS()[from][to];
                all += rate;
                crossCpu += from == to ? 0 : rate;
                crossMember += memberOf.get(ids.get(from)).equals(memberOf.get(ids.get(to))) ? 0 : rate;
            }
        }
        return new TotalsView(
                cpus.stream().mapToLong(CpuView::packets).sum(),
                Round.rate(cpus.stream().mapToDouble(CpuView::packetsPerS).sum()),
                Round.rate(cpus.stream().mapToDouble(CpuView::messagesPerS).sum()),
                Round.rate(cpus.stream().mapToDouble(CpuView::ipisPerS).sum()),
                Round.share(all == 0 ? 0 : crossCpu / all),
                Round.share(all == 0 ? 0 : crossMember / all),
                Round.rate(snapshots.stream()
                        .mapToDouble(MemberSnapshot::dropsPerS)
                        .sum()),
                Round.share(members.stream().mapToDouble(MemberView::processCpu).sum()));
    }
}
