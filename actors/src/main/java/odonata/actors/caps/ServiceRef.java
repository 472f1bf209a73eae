package odonata.actors.caps;

import odonata.actors.port.Port;

/** Where a service is: its endpoint on the CPU of its process. */
record ServiceRef(Port<CapsCmd> port, int endpoint) {}
