package odonata.ssi.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.actor.ActorSystem;
import akka.actor.ExtendedActorSystem;
import akka.serialization.SerializationExtension;
import akka.serialization.Serializer;
import akka.serialization.SerializerWithStringManifest;
import akka.testkit.javadsl.TestKit;
import java.io.NotSerializableException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class WireSerializerTest {
    private static ActorSystem system;

    /** Bound by its mark; it has no number, so it cannot be sent. */
    private record Marked(int value) implements Wire {}

    @BeforeAll
    static void startSystem() {
        system = ActorSystem.create("serializer");
    }

    @AfterAll
    static void stopSystem() {
        TestKit.shutdownActorSystem(system);
    }

    @Test
    void shouldBeBoundToMarkedTypes() throws NotSerializableException {
        final Serializer serializer = SerializationExtension.get(system).serializerFor(Marked.class);
        assertThat(serializer).isInstanceOf(WireSerializer.class);
        assertThat(serializer.identifier()).isEqualTo(WireSerializer.IDENTIFIER);
        assertThatThrownBy(() -> serializer.toBinary(new Marked(1)))
                .isInstanceOf(CodecException.class)
                .hasMessageContaining("Marked");
    }

    @Test
    void shouldRoundTripAndRefuseOtherForms() throws NotSerializableException {
        final SerializerWithStringManifest serializer = new WireSerializer((ExtendedActorSystem) system);
        final byte[] bytes = serializer.toBinary(List.of("a", 1));
        assertThat(serializer.fromBinary(bytes, serializer.manifest(List.of()))).isEqualTo(List.of("a", 1));
        assertThatThrownBy(() -> serializer.fromBinary(bytes, "k9")).isInstanceOf(NotSerializableException.class);
    }
}
