package odonata.protocol.ip;

/** Whole packets, computed by a program that shares no code with this one. */
public final class Golden {
    /** 192.168.1.10:40000 to 192.168.1.20:53, "hello". */
    public static final String UDP = "45000021000000004011f75dc0a8010ac0a801149c400035000d9c1d68656c6c6f";

    /**
     * 10.0.0.1:1024 to 10.0.0.2:80, sequence 01020304, window 64240, ident 1234, options MSS 1460, scale 7, SACK,
     * timestamps.
     */
    public static final String SYN = "4500004012344000400614820a0000010a000002040000500102030400000000b002faf01ac90000"
            + "020405b401030307010104020101080a000003e800000000";

    /**
     * 10.0.0.1:1024 to 10.0.0.2:80, sequence fffffffe, acknowledgment 0a0b0c0d, PSH and ACK, window 512, ident 7,
     * "GET".
     */
    public static final String DATA =
            "4500002b00074000400626c40a0000010a00000204000050fffffffe0a0b0c0d50180200e41a0000474554";

    /** Echo request 10.0.0.1 to 10.0.0.2, identifier 1234, sequence 1, "abcdefg". */
    public static final String ECHO = "4500002300000000400166d80a0000010a0000020800549d1234000161626364656667";

    private Golden() {}
}
