package odonata.protocol.ip;

/** Protocol numbers of the IP header. Source: IANA "Assigned Internet Protocol Numbers". */
public final class IpProto {
    public static final int ICMP = 1;
    public static final int IGMP = 2;
    public static final int TCP = 6;
    public static final int UDP = 17;

    private IpProto() {}
}
