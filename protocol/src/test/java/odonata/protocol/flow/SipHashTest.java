package odonata.protocol.flow;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SipHashTest {
    /** Key bytes 0 to 15, message bytes 0 to 15: entry 16 of the reference implementation's 64-bit vectors. */
    @Test
    void shouldMeetTheVectorOfTheReferenceImplementation() {
        final long low = 0x0706_0504_0302_0100L;
        final long high = 0x0f0e_0d0c_0b0a_0908L;
        assertThat(SipHash.of(low, high, low, high)).isEqualTo(0x3f2a_cc7f_57c2_9bdbL);
    }
}
