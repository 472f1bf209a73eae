package odonata.actors.crossbar;

/** What the producer writes, on cache lines of its own. */
@SuppressWarnings("unused") // padding
abstract class IpiRingProducer {
    long p01;
    long p02;
    long p03;
    long p04;
    long p05;
    long p06;
    long p07;
    long p08;
    long windex;
    long rindexSeen;
    long fullEvents;
    long ipis;
    long first;
}
