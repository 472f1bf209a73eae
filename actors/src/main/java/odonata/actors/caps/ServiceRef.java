package odonata.actors.caps;

import odonata.actors.port.Port;

/** Where a service is: its endpoint, by the CPU that the port of its process names. */
record ServiceRef(Port<CapsCmd> port, int endpoint) {}
