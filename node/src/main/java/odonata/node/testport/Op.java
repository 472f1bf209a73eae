package odonata.node.testport;

/** Numbers of the operations. */
final class Op {
    static final int SOCKET = 1;
    static final int BIND = 2;
    static final int LISTEN = 3;
    static final int ACCEPT = 4;
    static final int CONNECT = 5;
    static final int RECV = 6;
    static final int SEND = 7;
    static final int FCNTL = 8;
    static final int MAP = 9;
    static final int CLOSE = 10;
    static final int SHUTDOWN = 11;
    static final int GETSOCKOPT = 12;
    static final int SETSOCKOPT = 13;
    static final int POLL = 14;
    static final int INJECT = 15;
    static final int TAKE = 16;
    static final int SLEEP = 17;
    static final int TIME = 18;
    static final int RESET = 19;
    static final int SENDTO = 20;
    static final int RECVFROM = 21;
    static final int SET = 100;

    private Op() {}
}
