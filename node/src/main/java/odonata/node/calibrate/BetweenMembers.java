package odonata.node.calibrate;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import odonata.actors.cpu.Machine;
import odonata.actors.cpu.ThreadClass;
import odonata.actors.lwkt.Handlers;
import odonata.actors.lwkt.LwktThread;
import odonata.actors.lwkt.Pri;
import odonata.actors.lwkt.Td;
import odonata.actors.netisr.NetMsg;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.node.member.AllSettings;
import odonata.protocol.clock.Clock;
import odonata.protocol.errno.NetError;
import odonata.ssi.uplink.AeronUplink;
import odonata.ssi.uplink.Driver;
import odonata.ssi.uplink.UplinkEvents;
import odonata.ssi.uplink.frame.FrameSecret;

/** A request and its reply between two members on loopback, with media drivers and settings as real members have them. */
final class BetweenMembers {
    private static final Duration CONNECT = Duration.ofMinutes(2);

    final Samples oneWay = new Samples();

    private final Clock clock;
    private final Span span;
    private final CompletableFuture<Void> done = new CompletableFuture<>();

    BetweenMembers(final Clock clock, final Span span) {
        this.clock = clock;
        this.span = span;
    }

    void run(final AllSettings settings) throws InterruptedException {
        try (Side one = new Side(1, settings, done);
                Side two = new Side(2, settings, done)) {
            one.uplink.addPeer(two.uplink.address());
            two.uplink.addPeer(one.uplink.address());
            Rig.await(one.uplink.awaitConnected(List.of(two.machine.member()), CONNECT));
            Rig.await(two.uplink.awaitConnected(List.of(one.machine.member()), CONNECT));
            final Port<NetMsg> server = spawn(two.machine, Server::new);
            spawn(one.machine, td -> {
                final Client client = new Client(td, server);
                td.after(1, client::begin);
                return client;
            });
            one.machine.start();
            two.machine.start();
            Rig.await(done);
        }
    }

    private static Port<NetMsg> spawn(final Machine machine, final Function<Td, LwktThread<NetMsg>> body) {
        return machine.cpus()
                .get(0)
                .spawn("calibrate", Pri.KERN_DAEMON, 0, ThreadClass.KERNEL, LwktThread.behavior(body));
    }

    /** One member of one CPU. */
    private static final class Side implements AutoCloseable {
        private final Machine machine;
        private final Driver driver;
        private final AeronUplink uplink;

        Side(final int member, final AllSettings settings, final CompletableFuture<Void> done) {
            machine = Machine.onWallClock(
                    member, List.of(member - 1), settings.cpu(), (cpu, e) -> done.completeExceptionally(e));
            driver = Driver.start(settings.driver(), "calibrate-" + member, 2);
            uplink = AeronUplink.of(
                    machine,
                    driver,
                    settings.uplink(),
                    new AeronUplink.Endpoint("127.0.0.1", 0),
                    FrameSecret.none(),
                    member,
                    new UplinkEvents() {
                        @Override
                        public void linkBroken(final int other) {
                            done.completeExceptionally(new IllegalStateException("the link to " + other + " broke"));
                        }

                        @Override
                        public void uplinkFailed(final Throwable cause) {
                            done.completeExceptionally(cause);
                        }
                    });
            machine.connect(uplink);
            uplink.start();
        }

        @Override
        public void close() {
            machine.close();
            uplink.close();
            driver.close();
        }
    }

    private static final class Server extends LwktThread<NetMsg> {
        Server(final Td td) {
            super(td);
        }

        @Override
        protected Handlers<NetMsg> handlers() {
            return Handlers.of(NetMsg.class).on(NetMsg.class, msg -> msg.reply(NetError.OK));
        }
    }

    private final class Client extends LwktThread<NetMsg> {
        private final Port<NetMsg> server;
        private Msg<NetMsg> request;
        private long sentNs;

        Client(final Td td, final Port<NetMsg> server) {
            super(td);
            this.server = server;
        }

        void begin() {
            request = td().initMsg(new NetMsg.Marker(0, 0));
            send();
        }

        private void send() {
            sentNs = clock.nowNs();
            td().sendMsg(server, request);
        }

        @Override
        protected Handlers<NetMsg> handlers() {
            return Handlers.of(NetMsg.class).on(NetMsg.class, msg -> msg.reply(NetError.EINVAL));
        }

        @Override
        protected void onReply(final Msg<?> msg) {
            final long endNs = clock.nowNs();
            if (msg.error() != NetError.OK) {
                done.completeExceptionally(new IllegalStateException("a request was replied " + msg.error()));
            } else if (span.over(oneWay)) {
                done.complete(null);
            } else {
                if (span.counts()) {
                    oneWay.add((endNs - sentNs) / 2.0);
                }
                send();
            }
        }
    }
}
