package odonata.actors.lwkt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import odonata.actors.cpu.LwktToken;
import odonata.actors.cpu.ThreadClass;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.actors.testing.Bed;
import odonata.protocol.errno.NetError;
import org.junit.jupiter.api.Test;

/**
 * The design's claim for serialisation by the owner's CPU instead of locks (R30, I45), tried in virtual time: threads of several CPUs that change control blocks, by
 * a message to the CPU that owns the block, or in place under the block's token, which costs nothing but the wait.
 */
class SerialisationClaimTest {
    private static final int CHANGES = 500;
    private static final long WORK_NS = 500;

    private long freeNs;
    private int done;

    private enum How {
        MESSAGE,
        TOKEN
    }

    /** Changes blocks for others, one after the other. */
    private final class Owner extends LwktThread<byte[]> {
        Owner(final Td td) {
            super(td);
        }

        @Override
        protected Handlers<byte[]> handlers() {
            return Handlers.of(byte[].class).on(byte[].class, msg -> {
                change(td());
                msg.reply(NetError.OK);
            });
        }
    }

    private void change(final Td td) {
        assertThat(td.now()).as("changes of one block at a time").isGreaterThanOrEqualTo(freeNs);
        td.charge(WORK_NS);
        freeNs = td.now();
        done++;
    }

    /** Changes one block again and again. */
    private final class Changer extends LwktThread<byte[]> {
        private final How how;
        private final Port<byte[]> owner;
        private final LwktToken token;
        private int left = CHANGES;

        Changer(final Td td, final How how, final Port<byte[]> owner, final LwktToken token) {
            super(td);
            this.how = how;
            this.owner = owner;
            this.token = token;
        }

        @Override
        protected Handlers<byte[]> handlers() {
            return Handlers.of(byte[].class).on(byte[].class, this::next);
        }

        private void next(final Msg<byte[]> go) {
            if (left-- == 0) {
                return;
            }
            if (how == How.MESSAGE) {
                td().sendMsg(owner, td().initMsg(new byte[0]), reply -> next(go));
            } else {
                td().getToken(token, () -> {
                    change(td());
                    td().relToken(token);
                    td().sendMsg(td().port(), td().initMsg(new byte[0], Port.none()));
                });
            }
        }
    }

    /** Changes a microsecond of virtual time, by a thread on each of so many CPUs, at one block of CPU 0. */
    private double rate(final How how, final int cpus) {
        done = 0;
        freeNs = 0;
        try (Bed bed = Bed.virtual(cpus)) {
            final Port<byte[]> owner =
                    bed.cpu(0).spawn("owner", Pri.KERN_DAEMON, 0, ThreadClass.KERNEL, LwktThread.behavior(Owner::new));
            final LwktToken token = LwktToken.create("block");
            final List<Port<byte[]>> changers = new ArrayList<>();
            for (int i = 0; i < cpus; i++) {
                changers.add(bed.cpu(i)
                        .spawn(
                                "changer",
                                Pri.KERN_DAEMON,
                                0,
                                ThreadClass.KERNEL,
                                LwktThread.behavior(td -> new Changer(td, how, owner, token))));
            }
            bed.start();
            for (int i = 0; i < cpus; i++) {
                bed.cpu(i).injectMsg(changers.get(i), Msg.init(new byte[0], Port.none()));
            }
            bed.conductor.runUntilQuiet(5_000_000);
            assertThat(done).isEqualTo(cpus * CHANGES);
            return done * 1e3 / bed.conductor.nowNs();
        }
    }

    /** What comes out is row C16 of docs/claims.md: no faster, as the model charges nothing for a token that goes from CPU to CPU. */
    @Test
    void shouldBeSerialWithoutALockButNotFasterThanByAToken() {
        final double[] claimed = {0.79, 0.55, 0.93, 0.96};
        for (int i = 0; i < claimed.length; i++) {
            final int cpus = 1 << i;
            final double messages = rate(How.MESSAGE, cpus);
            final double tokens = rate(How.TOKEN, cpus);
            System.out.printf(
                    Locale.ROOT,
                    "%d CPUs at one block: %.2f changes a microsecond by messages, %.2f by a token: %.2f%n",
                    cpus,
                    messages,
                    tokens,
                    messages / tokens);
            assertThat(messages / tokens).as("%d CPUs", cpus).isCloseTo(claimed[i], within(0.03));
        }
    }
}
