package odonata.node.testport;

import odonata.protocol.ip.Ipv4Address;

/** An address with the length of its network, like 192.168.0.1/16; rejects any other text with IllegalArgumentException. */
record TestAddress(String text) {
    TestAddress {
        final String[] parts = text.split("/", -1);
        if (parts.length != 2 || !parts[1].matches("\\d{1,2}") || Integer.parseInt(parts[1]) > Integer.SIZE) {
            throw new IllegalArgumentException(text);
        }
        Ipv4Address.parse(parts[0]);
    }
}
