package odonata.ssi.wire;

/** The same where the members do not share their memory: all of it by UDP. */
class FarWireTest extends WireTest {
    @Override
    boolean sharedMemory() {
        return false;
    }
}
