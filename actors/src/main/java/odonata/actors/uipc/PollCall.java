package odonata.actors.uipc;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import odonata.actors.cpu.Callout;
import odonata.actors.cpu.Cpu;
import odonata.actors.socket.PollFd;
import odonata.actors.socket.SockCall.Poll;
import odonata.actors.socket.SockEntry.Pending;
import odonata.actors.socket.SockFile;
import odonata.actors.socket.SockFiles;
import odonata.protocol.errno.NetError;

/**
 * One poll: a predicate message to each socket (5.4). The first that is true, the time or an abort ends it: then the others are
 * aborted, and when all have been replied the caller is told.
 */
final class PollCall implements Pending {
    private final BiConsumer<NetError, List<PollFd>> done;
    private final List<PollFd> answers;
    private final List<Pending> asked = new ArrayList<>();
    private final Callout limit;
    private int missing = 1;
    private boolean ending;
    private boolean aborted;

    private PollCall(final Cpu cpu, final Poll poll, final BiConsumer<NetError, List<PollFd>> done) {
        this.done = done;
        this.answers = new ArrayList<>(poll.fds());
        this.limit = cpu.callout(this::end);
    }

    static Pending begin(
            final Cpu cpu, final SockFiles files, final Poll poll, final BiConsumer<NetError, List<PollFd>> done) {
        final PollCall call = new PollCall(cpu, poll, done);
        call.ask(files, poll);
        return call;
    }

    private void ask(final SockFiles files, final Poll poll) {
        if (poll.timeoutNs() > 0) {
            limit.reset(poll.timeoutNs());
        }
        ending = poll.timeoutNs() == 0;
        for (int i = 0; i < answers.size(); i++) {
            ask(files, i);
        }
        answered();
    }

    private void ask(final SockFiles files, final int index) {
        final PollFd wanted = answers.get(index);
        final Optional<SockFile> file = files.get(wanted.fd());
        if (wanted.fd() < 0) {
            answers.set(index, new PollFd(wanted.fd(), wanted.events(), 0));
        } else if (file.isEmpty()) {
            answers.set(index, new PollFd(wanted.fd(), wanted.events(), PollFd.POLLNVAL));
            end();
        } else {
            missing++;
            answers.set(index, new PollFd(wanted.fd(), wanted.events(), 0));
            asked.add(file.get().await(wanted.events(), !ending, (error, bits) -> answer(index, error, bits)));
        }
    }

    private void answer(final int index, final NetError error, final Integer bits) {
        final PollFd wanted = answers.get(index);
        final int found =
                switch (error) {
                    case OK -> bits;
                    case EINTR -> 0;
                    default -> PollFd.POLLNVAL;
                };
        answers.set(index, new PollFd(wanted.fd(), wanted.events(), found));
        if (found != 0) {
            end();
        }
        answered();
    }

    private void answered() {
        missing--;
        if (missing == 0) {
            limit.stop();
            final boolean nothing = answers.stream().allMatch(fd -> fd.revents() == 0);
            done.accept(
                    aborted && nothing ? NetError.EINTR : NetError.OK,
                    aborted && nothing ? null : List.copyOf(answers));
        }
    }

    private void end() {
        if (!ending) {
            ending = true;
            asked.forEach(Pending::abort);
        }
    }

    @Override
    public void abort() {
        aborted = true;
        end();
    }
}
