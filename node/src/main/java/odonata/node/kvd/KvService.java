package odonata.node.kvd;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import odonata.actors.inetd.StreamService;
import odonata.actors.kv.KvCall;
import odonata.actors.proc.Upc;
import odonata.actors.proc.UserTd;
import odonata.protocol.errno.NetError;

/** The service of one process: each of its own, since an upcall of the process tells it what keys of other CPUs answer. */
public final class KvService implements StreamService {
    private final Commands commands;
    private long connections;
    private int upcall;

    /** Serves commands. */
    public KvService(final Commands commands) {
        this.commands = commands;
    }

    @Override
    public Talk begin(final UserTd td, final Runnable changed) {
        if (upcall == 0) {
            upcall = td.sendsys(new Upc.Register(new Upc.Shared(), KvService::ended), 0, this)
                    .filter(end -> end.error() == NetError.OK)
                    .map(end -> (Integer) end.value())
                    .orElseThrow();
        }
        return new KvTalk(new Calls(td), changed, commands, new Client(++connections));
    }

    /** Keys have answered; when all of them are noted, each connection looks at what it can do now. */
    private static void ended(final List<Object> events) {
        final List<KvTalk> talks = new ArrayList<>(events.size());
        for (final Object event : events) {
            final Upc.Returned end = (Upc.Returned) event;
            final KvTalk.Questions questions = (KvTalk.Questions) end.tag();
            questions.replied(end);
            talks.add(questions.talk());
        }
        talks.forEach(talk -> talk.changed().run());
    }

    /** System calls that end at once or by the upcall. */
    private final class Calls implements KvTalk.Gate {
        private final UserTd td;

        private Calls(final UserTd td) {
            this.td = td;
        }

        @Override
        public int cpu() {
            return td.cpu();
        }

        @Override
        public Optional<Upc.Returned> ask(final KvCall call, final KvTalk.Questions questions) {
            return td.sendsys(call, upcall, questions);
        }
    }
}
