package odonata.ssi.uplink;

/** The same where the members do not share their memory, as on different machines: all of it by UDP. */
class FarUplinkTest extends AeronUplinkTest {
    @Override
    boolean sharedMemory() {
        return false;
    }
}
