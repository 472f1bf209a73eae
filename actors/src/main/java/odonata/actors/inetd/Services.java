package odonata.actors.inetd;

import java.util.Arrays;
import odonata.actors.inetd.StreamService.Talk;

/** The services. */
public final class Services {
    /** Port of echo, RFC 862. */
    public static final int ECHO_PORT = 7;

    /** Port of discard, RFC 863. */
    public static final int DISCARD_PORT = 9;

    /** Port of chargen, RFC 864. */
    public static final int CHARGEN_PORT = 19;

    private static final byte[] NOTHING = {};
    private static final int PATTERN_LINES = 95;
    private static final int LINE = 72;

    private Services() {}

    /** Sends back what comes; takes no more until that has been sent. */
    public static StreamService echo() {
        return (td, changed) -> new Echo();
    }

    /** Throws away what comes. */
    public static StreamService discard() {
        return (td, changed) -> new Discard();
    }

    /** Sends lines of characters as fast as the peer takes them, and throws away what comes. */
    public static StreamService chargen() {
        return (td, changed) -> new Chargen();
    }

    /** Line {@code number} of chargen: 72 of the 95 printing characters, each line begins with the next one. */
    static byte[] line(final int number) {
        final byte[] line = new byte[LINE + 2];
        for (int i = 0; i < LINE; i++) {
            line[i] = (byte) (' ' + (number + i) % PATTERN_LINES);
        }
        line[LINE] = '\r';
        line[LINE + 1] = '\n';
        return line;
    }

    private static class Discard implements Talk {
        private boolean ended;

        @Override
        public boolean wantsInput() {
            return !ended;
        }

        @Override
        public void received(final byte[] bytes) {}

        @Override
        public void ended() {
            ended = true;
        }

        @Override
        public byte[] output() {
            return NOTHING;
        }

        @Override
        public void sent(final int count) {}

        @Override
        public boolean isOver() {
            return ended;
        }
    }

    private static final class Echo extends Discard {
        private byte[] pending = NOTHING;

        @Override
        public boolean wantsInput() {
            return pending.length == 0 && super.wantsInput();
        }

        @Override
        public void received(final byte[] bytes) {
            pending = bytes;
        }

        @Override
        public byte[] output() {
            return pending;
        }

        @Override
        public void sent(final int count) {
            pending = Arrays.copyOfRange(pending, count, pending.length);
        }

        @Override
        public boolean isLast() {
            return super.isOver();
        }

        @Override
        public boolean isOver() {
            return isLast() && pending.length == 0;
        }
    }

    private static final class Chargen extends Discard {
        private int number;
        private byte[] rest = line(0);

        @Override
        public byte[] output() {
            return rest;
        }

        @Override
        public void sent(final int count) {
            rest = Arrays.copyOfRange(rest, count, rest.length);
            if (rest.length == 0) {
                number = (number + 1) % PATTERN_LINES;
                rest = line(number);
            }
        }
    }
}
