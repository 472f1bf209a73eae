package odonata.actors.cpu;

import odonata.actors.lwkt.Handlers;
import odonata.actors.lwkt.LwktThread;
import odonata.actors.lwkt.Td;
import odonata.actors.port.Port;
import odonata.actors.testing.Probe;

/** Passes everything on. */
final class Forwarder extends LwktThread<Probe.Cmd> {
    private final Port<Probe.Cmd> next;

    Forwarder(final Td td, final Port<Probe.Cmd> next) {
        super(td);
        this.next = next;
    }

    @Override
    protected Handlers<Probe.Cmd> handlers() {
        return Handlers.of(Probe.Cmd.class).on(Probe.Cmd.class, msg -> msg.forward(next));
    }
}
