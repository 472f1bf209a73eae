package odonata.actors.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import odonata.actors.lwkt.Handlers;
import odonata.actors.lwkt.LwktThread;
import odonata.actors.lwkt.Td;
import odonata.actors.port.Msg;
import odonata.protocol.errno.NetError;

/** A thread that does what a test tells it and writes down what it received. */
public final class Probe extends LwktThread<Probe.Cmd> {

    /** Commands of a probe. */
    public sealed interface Cmd {

        /** Runs a function in the thread; replied OK unless the function forwards or keeps the message. */
        record Do(Consumer<Probe> function) implements Cmd {}

        /** Replied OK with n + 1. */
        record Ask(int n) implements Cmd {}

        /** Kept until the test replies it. */
        record Hold(int n) implements Cmd {}

        /** Written down, not replied. */
        record Note(int n) implements Cmd {}
    }

    /** Requests and replies in the order in which they were received. */
    public final List<Object> received = new ArrayList<>();

    /** Messages kept. */
    public final List<Msg<Cmd.Hold>> held = new ArrayList<>();

    /** Replies without a continuation. */
    public final List<Msg<?>> replies = new ArrayList<>();

    /** Messages whose abort was asked for. */
    public final List<Msg<?>> aborts = new ArrayList<>();

    /** What it does about an abort; nothing at first. */
    public Consumer<Msg<?>> whenAborted = msg -> {};

    /** Sizes of the batches after which rollup ran. */
    public int rollups;

    /** A probe on the thread. */
    public Probe(final Td td) {
        super(td);
    }

    /** The thread. */
    public Td self() {
        return td();
    }

    @Override
    protected Handlers<Cmd> handlers() {
        return Handlers.of(Cmd.class)
                .on(Cmd.Do.class, msg -> {
                    msg.command().function().accept(this);
                    if (msg.wantsReply()) {
                        msg.reply(NetError.OK);
                    }
                })
                .on(Cmd.Ask.class, msg -> {
                    received.add(msg.command().n());
                    msg.reply(NetError.OK, msg.command().n() + 1);
                })
                .on(Cmd.Hold.class, msg -> {
                    received.add(msg.command().n());
                    held.add(msg);
                })
                .on(Cmd.Note.class, msg -> received.add(msg.command().n()));
    }

    @Override
    protected void onReply(final Msg<?> msg) {
        received.add(msg);
        replies.add(msg);
    }

    @Override
    protected void onAbort(final Msg<Cmd> msg) {
        received.add("abort");
        aborts.add(msg);
        whenAborted.accept(msg);
    }

    @Override
    protected void rollup() {
        rollups++;
    }
}
