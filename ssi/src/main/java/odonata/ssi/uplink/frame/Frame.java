package odonata.ssi.uplink.frame;

/**
 * Layout of a frame. All numbers are little-endian.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +---------------+---------------+---------------+---------------+
 * |      'O'      |      'd'      |   version 1   |     kind      |   0
 * +---------------+---------------+---------------+---------------+
 * |     flags (1: authenticated)  |            count              |   4
 * +-------------------------------+-------------------------------+
 * |              length of the frame, MAC included                |   8
 * +---------------------------------------------------------------+
 * |      CRC-32C of the frame with 0 here; 0 if authenticated     |  12
 * +---------------------------------------------------------------+
 * |              source: member id or client id                   |  16
 * +---------------------------------------------------------------+
 * |              source CPU; -1: the party itself                 |  20
 * +---------------------------------------------------------------+
 * |              sequence of this source CPU's frames,            |  24
 * +              first 1, each one more                           +
 * |                                                               |  28
 * +---------------------------------------------------------------+
 * |              body: {@code count} entries                      |  32
 * :                                                               :
 * +---------------------------------------------------------------+
 * |              MAC, 16 bytes, if authenticated                  |
 * +---------------------------------------------------------------+
 * </pre>
 */
public final class Frame {
    /** Bytes before the body. */
    public static final int HEADER = 32;

    /** Source CPU of frames that a party sends for itself. */
    public static final int NO_CPU = -1;

    /** Most entries of one frame. */
    public static final int MAX_COUNT = 0xffff;

    static final int MAGIC_AT = 0;
    static final int VERSION_AT = 2;
    static final int KIND_AT = 3;
    static final int FLAGS_AT = 4;
    static final int COUNT_AT = 6;
    static final int LENGTH_AT = 8;
    static final int CHECKSUM_AT = 12;
    static final int SOURCE_AT = 16;
    static final int CPU_AT = 20;
    static final int SEQUENCE_AT = 24;

    static final int MAGIC = 'O' | 'd' << 8;
    static final int VERSION = 1;
    static final int AUTHENTICATED = 1;

    private Frame() {}
}
