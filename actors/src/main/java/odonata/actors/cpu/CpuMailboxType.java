package odonata.actors.cpu;

import akka.actor.ActorRef;
import akka.actor.ActorSystem;
import akka.dispatch.MailboxType;
import akka.dispatch.MessageQueue;
import akka.dispatch.ProducesMessageQueue;
import com.typesafe.config.Config;
import odonata.actors.port.MsgPort;
import scala.Option;

/** Makes every mailbox of a CPU's actor system a message port; made by Akka. */
public final class CpuMailboxType implements MailboxType, ProducesMessageQueue<MsgPort> {
    private final Cpu cpu;

    /** Called by Akka. */
    public CpuMailboxType(final ActorSystem.Settings settings, final Config config) {
        cpu = CpuSetup.of(settings.setup());
    }

    @Override
    public MessageQueue create(final Option<ActorRef> owner, final Option<ActorSystem> system) {
        return cpu.akka().portFor(owner.isDefined() ? owner.get().path().toStringWithoutAddress() : "");
    }
}
