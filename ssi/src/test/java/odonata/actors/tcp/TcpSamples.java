package odonata.actors.tcp;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import odonata.actors.socket.MsgFlag;
import odonata.actors.socket.SockAddr;
import odonata.actors.socket.SockCall;
import odonata.actors.socket.SockOpt;
import odonata.protocol.flow.FlowKey;
import odonata.protocol.tcp.machine.TcpInfo;
import odonata.protocol.tcp.machine.TcpState;
import odonata.ssi.codec.WireId;

/** Values of every type of TCP that crosses the network, for the codec's golden bytes. */
public final class TcpSamples {
    private TcpSamples() {}

    /** All samples by type. */
    public static Map<WireId, List<Object>> all() {
        final Map<WireId, List<Object>> all = new LinkedHashMap<>();
        final TcpSocket so = new TcpSocket(3L << 40 | 7, new FlowKey(0x0a4d4d01, 80, 0x0a000001, 40_000, 6), 12);
        final SockAddr addr = SockAddr.of("10.0.0.1", 80);
        final Uio uio = new Uio(new byte[] {1, 2, 3}, 0, 3, 5);
        final ListenId listener = new ListenId(4, 9, 0, 80);
        all.put(
                WireId.TCP_INFO,
                List.of(new TcpInfo(
                        TcpState.ESTABLISHED,
                        true,
                        false,
                        true,
                        7,
                        -1,
                        1L << 33,
                        2,
                        3,
                        1_460,
                        5,
                        6,
                        7,
                        8,
                        9,
                        65_536,
                        10,
                        true,
                        11)));
        all.put(WireId.TCP_STATE, List.of(TcpState.CLOSED, TcpState.TIME_WAIT));
        all.put(WireId.TCP_SOCKET, List.of(so));
        all.put(WireId.UIO, List.of(uio));
        all.put(WireId.SOCK_ADDR, List.of(addr));
        all.put(WireId.SOCK_OPT, List.of(SockOpt.SO_REUSEADDR, SockOpt.IP_TOS));
        all.put(WireId.MSG_FLAG, List.of(MsgFlag.MSG_OOB));
        all.put(WireId.SHUTDOWN_HOW, List.of(SockCall.How.SHUT_RDWR));
        all.put(WireId.TCP_QUESTION, List.of(TcpMsg.Question.INFO));
        all.put(WireId.LISTEN_ID, List.of(listener));
        all.put(WireId.TCP_BIND, List.of(new TcpMsg.Bind(so, addr)));
        all.put(WireId.TCP_LISTEN, List.of(new TcpMsg.Listen(so, 5)));
        all.put(WireId.TCP_CONNECT, List.of(new TcpMsg.Connect(so, addr, true)));
        all.put(WireId.TCP_ACCEPT, List.of(new TcpMsg.Accept(so, false)));
        all.put(WireId.TCP_SEND, List.of(new TcpMsg.Send(so, uio, Set.of(MsgFlag.MSG_MORE), true)));
        all.put(WireId.TCP_RECV, List.of(new TcpMsg.Recv(so, 1_000, Set.of(MsgFlag.MSG_PEEK), false)));
        all.put(WireId.TCP_SHUTDOWN, List.of(new TcpMsg.Shutdown(so, SockCall.How.SHUT_WR)));
        all.put(WireId.TCP_CLOSE, List.of(new TcpMsg.Close(so, true)));
        all.put(WireId.TCP_ABORT, List.of(new TcpMsg.Abort(so)));
        all.put(WireId.TCP_GET_OPTION, List.of(new TcpMsg.GetOption(so, SockOpt.SO_ERROR)));
        all.put(WireId.TCP_SET_OPTION, List.of(new TcpMsg.SetOption(so, SockOpt.SO_LINGER, -1)));
        all.put(WireId.TCP_ASK, List.of(new TcpMsg.Ask(so, TcpMsg.Question.SOCKNAME)));
        all.put(WireId.TCP_AWAIT, List.of(new TcpMsg.Await(so, 5, true)));
        all.put(WireId.TCP_RELEASE, List.of(new TcpMsg.Release(so, 49_152)));
        all.put(WireId.TCP_COMPLETED, List.of(new TcpMsg.Completed(listener, so)));
        all.put(
                WireId.TCP_TRANSFER,
                List.of(new TcpMsg.Transfer(List.of(new byte[] {1, 2}), List.of(new byte[] {3}), new byte[] {4})));
        all.put(WireId.TCP_LISTENING, List.of(new TcpMsg.Listening(listener, new byte[] {1})));
        all.put(WireId.TCP_NOT_LISTENING, List.of(new TcpMsg.NotListening(listener)));
        final PortClaim claim = new PortClaim(0x0a4d4d01, 80, true, false);
        all.put(WireId.PORT_CLAIM, List.of(claim));
        all.put(WireId.TCP_CLAIM, List.of(new TcpMsg.Claim(claim, 3)));
        all.put(WireId.TCP_OPEN, List.of(new TcpMsg.Open(so, 2, new byte[] {1, 2})));
        return all;
    }
}
