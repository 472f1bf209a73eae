package odonata.ssi.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import odonata.actors.kv.KvMsg.Ask;
import odonata.actors.kv.KvVerb;
import odonata.actors.netisr.NetMsg;
import odonata.protocol.wire.Mbuf;
import org.junit.jupiter.api.Test;

class PayloadCodecTest {
    private static final Mbuf MBUF = new Mbuf(new byte[] {0, 0x45, 1, 2, 3, 0}, 1, 4, 17, 1L << 41);

    private final PayloadCodec codec = new PayloadCodec(WireRegistry.load());

    private byte[] bytesOf(final Object value) {
        final byte[] bytes = new byte[codec.prepare(value)];
        codec.write(bytes, 0);
        return bytes;
    }

    @Test
    void shouldCarryPacketsAsTheyAre() {
        final byte[] bytes = bytesOf(new NetMsg.Packet(MBUF, 200, 77));
        assertThat(codec.form()).isEqualTo(3);
        assertThat(HexFormat.of().formatHex(bytes))
                .isEqualTo("c80000004d0000000000000011000000000000000002000045010203");
        final NetMsg.Packet back = (NetMsg.Packet) codec.read(3, bytes, 0, bytes.length);
        assertThat(back.bucket()).isEqualTo(200);
        assertThat(back.mapVersion()).isEqualTo(77);
        assertThat(back.mbuf().rcvif()).isEqualTo(17);
        assertThat(back.mbuf().rcvNs()).isEqualTo(1L << 41);
        assertThat(back.mbuf().data()).containsExactly(0x45, 1, 2, 3);
    }

    @Test
    void shouldCarryOutputAndBareMbufs() {
        final byte[] output = bytesOf(new NetMsg.Output(MBUF, 5));
        final int form = codec.form();
        assertThat(HexFormat.of().formatHex(output)).isEqualTo("0500000011000000000000000002000045010203");
        final NetMsg.Output back = (NetMsg.Output) codec.read(form, output, 0, output.length);
        assertThat(back.ifIndex()).isEqualTo(5);
        assertThat(back.mbuf().data()).containsExactly(0x45, 1, 2, 3);
        final byte[] bare = bytesOf(MBUF);
        assertThat(((Mbuf) codec.read(codec.form(), bare, 0, bare.length)).length())
                .isEqualTo(4);
    }

    @Test
    void shouldCarryBytesAsTheyAre() {
        final byte[] some = {7, 0, -1};
        final byte[] bytes = bytesOf(some);
        assertThat(codec.form()).isEqualTo(5);
        assertThat(bytes).containsExactly(7, 0, -1);
        final byte[] around = {9, 7, 0, -1, 9};
        assertThat((byte[]) codec.read(5, around, 1, 3))
                .containsExactly(7, 0, -1)
                .isNotSameAs(some);
        assertThat((byte[]) codec.read(5, around, 1, 0)).isEmpty();
    }

    @Test
    void shouldCarryCommandsForKeys() {
        final byte[] key = {'k', 'e', 'y'};
        final byte[] bytes = bytesOf(new Ask(KvVerb.SET, 200, key, new byte[] {9, -1}, -2, 0x55, 77));
        assertThat(codec.form()).isEqualTo(6);
        assertThat(HexFormat.of().formatHex(bytes))
                .isEqualTo("0155c80003000000feffffffffffffff4d000000000000006b657909ff");
        final Ask back = (Ask) codec.read(6, bytes, 0, bytes.length);
        assertThat(back)
                .usingRecursiveComparison()
                .isEqualTo(new Ask(KvVerb.SET, 200, key, new byte[] {9, -1}, -2, 0x55, 77));
        bytes[4] = 6;
        assertThatThrownBy(() -> codec.read(6, bytes, 0, bytes.length)).isInstanceOf(CodecException.class);
        bytes[4] = 3;
        bytes[3] = 1;
        assertThatThrownBy(() -> codec.read(6, bytes, 0, bytes.length)).isInstanceOf(CodecException.class);
        bytes[3] = 0;
        bytes[0] = 13;
        assertThatThrownBy(() -> codec.read(6, bytes, 0, bytes.length)).isInstanceOf(CodecException.class);
    }

    @Test
    void shouldCarryNothingAndNumberedTypes() {
        assertThat(bytesOf(null)).isEmpty();
        assertThat(codec.read(codec.form(), new byte[0], 0, 0)).isNull();
        final byte[] list = bytesOf(List.of(1, "x"));
        assertThat(codec.read(codec.form(), list, 0, list.length)).isEqualTo(List.of(1, "x"));
    }

    @Test
    void shouldThrowOnlyCodecExceptionOnGarbage() {
        final SplittableRandom random = new SplittableRandom(Long.getLong("seed", 5));
        final byte[] bytes = new byte[64];
        int refused = 0;
        for (int i = 0; i < 200_000; i++) {
            random.nextBytes(bytes);
            try {
                codec.read(random.nextInt(-1, 8), bytes, 0, random.nextInt(bytes.length + 1));
            } catch (final CodecException e) {
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(100_000);
        assertThatThrownBy(() -> codec.read(9, bytes, 0, 4)).isInstanceOf(CodecException.class);
        assertThatThrownBy(() -> codec.read(0, bytes, 0, 4)).isInstanceOf(CodecException.class);
    }
}
