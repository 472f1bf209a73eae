package odonata.actors.cpu;

import akka.dispatch.Mailbox;
import odonata.actors.port.MsgPort;
import odonata.actors.port.PortOwner;

/**
 * From the runnable that Akka wants executed to the thread it stands for. This is the only use of {@code akka.dispatch.Mailbox},
 * an internal class of Akka: its public methods {@code messageQueue()} and {@code shouldProcessMessage()} have been there since 2.0.
 */
final class MailboxBridge {
    private MailboxBridge() {}

    /** The thread whose mailbox this is; null when it is some other task, or the mailbox of one whose structure is another's now. */
    static CpuThread threadOf(final Runnable runnable) {
        if (runnable instanceof Mailbox mailbox && mailbox.messageQueue() instanceof MsgPort port) {
            final PortOwner owner = port.owner();
            return owner instanceof CpuThread thread && thread.msgPort() == port ? thread : null;
        }
        return null;
    }

    /** True while Akka would give the actor messages: it lives, and nobody has suspended it. */
    static boolean isOpen(final Runnable runnable) {
        return runnable instanceof Mailbox mailbox && mailbox.shouldProcessMessage();
    }
}
