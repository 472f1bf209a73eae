package odonata.actors.caps;

import java.util.LinkedHashMap;
import java.util.Map;
import odonata.protocol.errno.NetError;

/** The names that one CPU keeps, in order of registration. */
final class CapsNames {
    private final Map<CapsKey, ServiceRef> services = new LinkedHashMap<>();

    NetError register(final CapsKey key, final ServiceRef ref) {
        return services.putIfAbsent(key, ref) == null ? NetError.OK : NetError.EEXIST;
    }

    void unregister(final CapsKey key, final ServiceRef ref) {
        services.remove(key, ref);
    }

    /** The oldest that matches; null when none does. */
    ServiceRef find(final CapsKey wanted) {
        for (final Map.Entry<CapsKey, ServiceRef> service : services.entrySet()) {
            if (service.getKey().matches(wanted)) {
                return service.getValue();
            }
        }
        return null;
    }
}
