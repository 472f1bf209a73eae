package odonata.ssi.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class ClusterSecretTest {
    private static final String SECRET = "a secret of the cluster";
    private static final String OTHER = "a secret of the cIuster";

    @Nested
    class Handshake {
        @Test
        void shouldSucceedWhenBothDeriveTheSameKey() throws SSLException {
            final SSLSession session = shake(new SecretTls(SECRET), new SecretTls(SECRET + "\n"));
            assertThat(session.getProtocol()).isEqualTo("TLSv1.3");
            assertThat(session.getPeerCertificates()).hasSize(1);
        }

        @Test
        void shouldFailWhenTheSecretsDiffer() {
            assertThatThrownBy(() -> shake(new SecretTls(SECRET), new SecretTls(OTHER)))
                    .isInstanceOf(SSLException.class);
            assertThatThrownBy(() -> shake(new SecretTls(OTHER), new SecretTls(SECRET)))
                    .isInstanceOf(SSLException.class);
        }

        /** Runs both ends until neither has anything to say; gives the server's view of the session. */
        private SSLSession shake(final SecretTls serverKey, final SecretTls clientKey) throws SSLException {
            final SSLEngine server = serverKey.createServerSSLEngine("127.0.0.1", 1);
            final SSLEngine client = clientKey.createClientSSLEngine("127.0.0.1", 1);
            ByteBuffer toServer = ByteBuffer.allocate(0);
            ByteBuffer toClient = ByteBuffer.allocate(0);
            for (int round = 0; round < 20; round++) {
                toServer = join(toServer, say(client));
                hear(server, toServer);
                toClient = join(toClient, say(server));
                hear(client, toClient);
            }
            assertThat(server.getHandshakeStatus()).isEqualTo(SSLEngineResult.HandshakeStatus.NOT_HANDSHAKING);
            assertThat(client.getHandshakeStatus()).isEqualTo(SSLEngineResult.HandshakeStatus.NOT_HANDSHAKING);
            return server.getSession();
        }

        private ByteBuffer say(final SSLEngine engine) throws SSLException {
            final ByteBuffer out = ByteBuffer.allocate(1 << 17);
            while (engine.getHandshakeStatus() == SSLEngineResult.HandshakeStatus.NEED_WRAP
                    || (out.position() == 0
                            && engine.getHandshakeStatus() == SSLEngineResult.HandshakeStatus.NOT_HANDSHAKING
                            && engine.getUseClientMode()
                            && engine.getSession().getCipherSuite().contains("NULL"))) {
                engine.wrap(ByteBuffer.allocate(0), out);
                runTasks(engine);
            }
            return out.flip();
        }

        private void hear(final SSLEngine engine, final ByteBuffer in) throws SSLException {
            final ByteBuffer plain = ByteBuffer.allocate(1 << 17);
            SSLEngineResult.Status status = SSLEngineResult.Status.OK;
            while (in.hasRemaining()
                    && status == SSLEngineResult.Status.OK
                    && engine.getHandshakeStatus() != SSLEngineResult.HandshakeStatus.NEED_WRAP) {
                status = engine.unwrap(in, plain).getStatus();
                runTasks(engine);
            }
        }

        private void runTasks(final SSLEngine engine) {
            for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
                task.run();
            }
        }

        private ByteBuffer join(final ByteBuffer a, final ByteBuffer b) {
            return ByteBuffer.allocate(a.remaining() + b.remaining())
                    .put(a)
                    .put(b)
                    .flip();
        }
    }

    @Nested
    @Tag("slow")
    class Cluster {
        @Test
        void shouldTakeThoseWithTheSecretAndNobodyElse() throws IOException {
            try (TestMember one = TestMember.start(List.of(), Optional.of(SECRET));
                    TestMember two = TestMember.start(List.of(one.address()), Optional.of(SECRET));
                    TestMember stranger = TestMember.start(List.of(one.address()), Optional.of(OTHER));
                    TestMember plain = TestMember.start(List.of(one.address()), Optional.empty())) {
                assertThat(List.of(one.id(), two.id())).containsExactlyInAnyOrder(1, 2);
                assertThat(answerToPlainTcp(one.address())).doesNotContain("AKKA");
                await().during(Duration.ofSeconds(3))
                        .atMost(Duration.ofMinutes(2))
                        .until(() -> one.state().members().size() == 2
                                && stranger.control().state().isEmpty()
                                && plain.control().state().isEmpty());
                assertThat(stranger.control().joined().toCompletableFuture()).isNotDone();
            }
        }

        /** What a member answers to the beginning of an Artery connection without TLS, until it hangs up. */
        private String answerToPlainTcp(final String address) throws IOException {
            final int colon = address.lastIndexOf(':');
            try (Socket socket =
                    new Socket(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)))) {
                socket.setSoTimeout(10_000);
                socket.getOutputStream().write("AKKA\1".getBytes(StandardCharsets.ISO_8859_1));
                socket.getOutputStream().write(new byte[512]);
                return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            }
        }
    }
}
