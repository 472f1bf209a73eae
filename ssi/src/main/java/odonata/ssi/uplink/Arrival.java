package odonata.ssi.uplink;

import odonata.actors.cpu.Cpu;
import odonata.actors.cpu.IpiFunc;
import odonata.protocol.errno.NetError;

/**
 * A received entry on its way to its CPU, as an entry of the uplink ring: gives its credit back when it is taken.
 *
 * @param from CPU that sent it
 * @param credit whose number it has
 * @param number its number
 * @param kind one of {@link Entry}'s
 * @param msgId id at the origin CPU
 * @param subject port, or new CPU
 * @param error of a reply
 * @param flags of a request
 * @param origin origin CPU of a request or an abort
 * @param replyPort of a request
 * @param payload command, result or null
 */
record Arrival(
        int from,
        ReceiveCredit credit,
        long number,
        int kind,
        long msgId,
        int subject,
        NetError error,
        int flags,
        int origin,
        int replyPort,
        Object payload)
        implements IpiFunc {

    @Override
    public void run(final Cpu cpu) {
        credit.took(number);
        switch (kind) {
            case Entry.REQUEST -> {
                cpu.transport().passedOnBy(from, origin, msgId);
                cpu.deliverRemote(subject, payload, origin, msgId, replyPort, flags);
            }
            case Entry.REPLY -> cpu.completeRemote(msgId, error, payload);
            case Entry.ABORT -> cpu.abortRemote(origin, msgId);
            case Entry.FORWARDED -> cpu.forwardedRemote(msgId, subject);
            default -> {} // only its number counts
        }
    }
}
