package odonata.protocol.tcp.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import odonata.protocol.errno.NetError;
import odonata.protocol.flow.FlowKey;
import odonata.protocol.tcp.TcpHeader;
import org.junit.jupiter.api.Test;

/** Segments that a device cuts: design section 5.10. */
class TsoTest {
    /** Cuts as a device does, and keeps the headers. */
    private static final class Device implements TcpActions {
        private final List<String> wire = new ArrayList<>();
        private int handedOver;

        @Override
        public void send(final TcpCb tcb, final TcpOut out) {
            handedOver++;
            final int segment = out.segmentSize() > 0 ? out.segmentSize() : out.textLength();
            int at = 0;
            do {
                final int text = Math.min(segment, out.textLength() - at);
                final boolean last = at + text == out.textLength();
                final int flags = last ? out.flags() : out.flags() & ~(TcpHeader.PSH | TcpHeader.FIN);
                wire.add(out.seq() + at + " " + flags + " " + text + " " + out.window() + " " + out.ack());
                at += text;
            } while (at < out.textLength());
            if (out.segmentSize() > 0) {
                assertThat(out.textLength() % out.segmentSize())
                        .as("whole segments")
                        .isZero();
                assertThat(out.flags() & (TcpHeader.FIN | TcpHeader.SYN | TcpHeader.URG))
                        .isZero();
            }
        }

        @Override
        public void timer(final TcpCb tcb, final long atUs) {}

        @Override
        public void event(final TcpCb tcb, final TcpEvent event) {}
    }

    private static Device run(final int tsoBytes) {
        final TcpSettings s = TcpScript.plain();
        s.tsoBytes = tsoBytes;
        s.initialCwnd = 20;
        s.sendSpace = 100_000;
        final Device device = new Device();
        final TcpMachine machine = new TcpMachine(s, device);
        final TcpCb tcb = new TcpCb(new FlowKey(1, 2, 3, 4, 6), s);
        machine.connect(tcb, 0, 0);
        final TcpIn in = new TcpIn();
        in.flags = TcpHeader.SYN | TcpHeader.ACK;
        in.ack = 1;
        in.mss = 1_000;
        in.window = 60_000;
        machine.input(tcb, in, 0);
        assertThat(machine.send(tcb, new byte[17_300], 0, 17_300, false, 0)).isEqualTo(17_300);
        in.flags = TcpHeader.ACK;
        in.seq = 1;
        in.ack = 10_001;
        machine.input(tcb, in, 10);
        machine.send(tcb, new byte[8_250], 0, 8_250, false, 20);
        assertThat(machine.shutdown(tcb, 30)).isEqualTo(NetError.OK);
        return device;
    }

    @Test
    void I53_sameHeadersOnTheWireWithAndWithout() {
        final Device plain = run(0);
        final Device tso = run(8_192);
        assertThat(tso.wire).isEqualTo(plain.wire);
        assertThat(tso.handedOver).isLessThan(plain.handedOver / 2);
    }
}
