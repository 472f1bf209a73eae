package odonata.actors.cpu;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import odonata.actors.port.Msg;
import odonata.actors.testing.Bed;
import odonata.protocol.errno.NetError;

/** Members of one bed, connected: copies what it needs, as a real uplink does, and obeys a limit of entries on the way. */
final class FakeUplink implements Uplink {
    final Set<Integer> dead = new HashSet<>();
    final int credit;
    int onTheWay;
    int refusals;
    int flushes;

    /** How many entries were taken, by kind. */
    final Map<String, Integer> entries = new HashMap<>();

    private final Bed bed;

    FakeUplink(final Bed bed, final int credit) {
        this.bed = bed;
        this.credit = credit;
    }

    @Override
    public boolean offer(final Cpu from, final int targetCpu, final Object entry) {
        if (onTheWay >= credit) {
            refusals++;
            return false;
        }
        final Cpu target = bed.cpu(targetCpu);
        final long due = from.clock().nowNs() + bed.conductor.costs().crossMemberHopNs();
        if (!target.uplinkRing().offer(arrival(entry), due)) {
            refusals++;
            return false;
        }
        onTheWay++;
        entries.merge(kindOf(entry), 1, Integer::sum);
        return true;
    }

    @Override
    public void flush(final Cpu from) {
        flushes++;
    }

    @Override
    public boolean reaches(final int cpu) {
        return !dead.contains(cpu) && bed.machines.stream().anyMatch(machine -> machine.hosts(cpu));
    }

    private IpiFunc arrival(final Object entry) {
        final IpiFunc effect = entry instanceof Msg<?> msg ? ofMessage(msg) : ofNotice(entry);
        return cpu -> {
            onTheWay--;
            effect.run(cpu);
        };
    }

    private static IpiFunc ofMessage(final Msg<?> msg) {
        final long id = msg.originId();
        if (msg.isReply()) {
            final NetError error = msg.error();
            final Object result = msg.result();
            return cpu -> cpu.completeRemote(id, error, result);
        }
        final int port = msg.target().index();
        final Object command = msg.command();
        final int origin = msg.originCpu();
        final int replyIndex = msg.replyPort().index();
        final int flags = msg.flags();
        return cpu -> cpu.deliverRemote(port, command, origin, id, replyIndex, flags);
    }

    private static IpiFunc ofNotice(final Object entry) {
        if (entry instanceof Abort abort) {
            return cpu -> cpu.abortRemote(abort.originCpu(), abort.msgId());
        }
        final Forwarded notice = (Forwarded) entry;
        return cpu -> cpu.forwardedRemote(notice.msgId(), notice.newCpu());
    }

    private static String kindOf(final Object entry) {
        if (entry instanceof Msg<?> msg) {
            return msg.isReply() ? "reply" : "request";
        }
        return entry instanceof Abort ? "abort" : "notice";
    }
}
