package odonata.actors.cpu;

import akka.dispatch.Envelope;
import odonata.actors.port.MsgPort;

/** In the inbox: what a foreign Java thread told an actor of this CPU. */
record ForeignTell(MsgPort port, Envelope envelope) {}
