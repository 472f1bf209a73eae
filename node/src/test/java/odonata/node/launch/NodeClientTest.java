package odonata.node.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NodeClientTest {
    private HttpServer server;
    private NodeClient client;
    private int status;
    private String body;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            final byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
        client = new NodeClient("http://127.0.0.1:" + server.getAddress().getPort(), "");
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void answers(final int newStatus, final String newBody) {
        status = newStatus;
        body = newBody;
    }

    @Test
    void shouldTellWhatAServerSaysThatDidNotAnswerInTime() throws IOException {
        answers(503, "The server was not able to answer\n");
        assertThat(client.get("/api/v1/threads"))
                .returns(false, NodeClient.Answer::ok)
                .returns("The server was not able to answer", NodeClient.Answer::text);
        assertThatThrownBy(client::health)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("answers 503: The server was not able to answer");
        assertThatThrownBy(client::snapshot).isInstanceOf(IOException.class).hasMessageContaining("answers 503");
    }

    @Test
    void shouldReadTheHealthOfAClusterThatIsNotWhole() throws IOException {
        answers(
                503,
                "{\"ready\":true,\"healthy\":false,\"member\":1,\"members\":3,\"up\":2,\"reasons\":[\"member 3 is down\"]}");
        assertThat(client.health().reasons()).containsExactly("member 3 is down");
    }

    @Test
    void shouldGiveTheErrorOfARefusal() throws IOException {
        answers(409, "{\"error\":\"no member 9\",\"hint\":\"look\"}");
        assertThat(client.post("/api/v1/members/9/drain", null).text()).isEqualTo("no member 9");
    }
}
