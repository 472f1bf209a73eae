package odonata.ssi.uplink;

import java.util.function.LongConsumer;
import odonata.actors.cpu.Cpu;
import odonata.actors.cpu.UplinkRing;
import odonata.protocol.errno.NetError;

/**
 * What the uplink needs of a CPU here.
 *
 * @param id its id
 * @param ring where the receiving agent puts what comes for it
 * @param pool slots of that ring that no window needs
 * @param refuse completes, soon, the message with the given id with EMSGSIZE; called on the carrier
 */
record LocalCpu(int id, UplinkRing ring, CreditPool pool, LongConsumer refuse) {

    /** A real one. */
    static LocalCpu of(final Cpu cpu, final CreditPool pool) {
        return new LocalCpu(
                cpu.id(),
                cpu.uplinkRing(),
                pool,
                msgId -> cpu.inject(() -> cpu.completeRemote(msgId, NetError.EMSGSIZE, null)));
    }
}
