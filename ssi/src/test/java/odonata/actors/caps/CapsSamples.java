package odonata.actors.caps;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import odonata.actors.port.Port;
import odonata.actors.proc.Cred;
import odonata.ssi.codec.WireId;

/** Values of every type of the named services, for the codec's golden bytes. */
public final class CapsSamples {
    private CapsSamples() {}

    /** All samples by type. */
    public static Map<WireId, List<Object>> all() {
        final Cred cred = new Cred(1001, 0, 100, List.of(7, 8));
        final CapsMsg.Sender sender = new CapsMsg.Sender(17, cred);
        final CapsKey key = new CapsKey("clock", Caps.ANY, 100);
        final Map<WireId, List<Object>> all = new LinkedHashMap<>();
        all.put(WireId.PORT, List.of(new Port<>(300, 64), Port.none()));
        all.put(WireId.CRED, List.of(cred));
        all.put(WireId.CAPS_LOOKUP, List.of(new CapsCmd.Lookup(key, 3)));
        all.put(WireId.CAPS_REQUEST, List.of(new CapsCmd.Request(5, 3, 1L << 41 | 9, sender, "what time is it?")));
        all.put(WireId.CAPS_DISPOSE, List.of(new CapsCmd.Dispose(5, 1L << 41 | 9)));
        all.put(WireId.CAPS_WATCH, List.of(CapsCmd.Watch.INSTANCE));
        all.put(WireId.CAPS_ANSWER, List.of(new CapsCmd.Answer(sender, 12L), new CapsCmd.Answer(sender, List.of("a"))));
        all.put(WireId.CAPS_KEY, List.of(key));
        all.put(WireId.CAPS_SERVICE_REF, List.of(new ServiceRef(new Port<>(2, Port.CAPS), 5)));
        all.put(WireId.CAPS_SENDER, List.of(sender));
        return all;
    }
}
