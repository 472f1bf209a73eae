package odonata.actors.crossbar;

/** What the consumer writes, on cache lines of its own. */
@SuppressWarnings("unused") // padding
abstract class IpiRingConsumer extends IpiRingProducer {
    long p11;
    long p12;
    long p13;
    long p14;
    long p15;
    long p16;
    long p17;
    long p18;
    long rindex;
    long windexSeen;
    long xindex;
    long p21;
    long p22;
    long p23;
    long p24;
    long p25;
    long p26;
    long p27;
    long p28;
}
