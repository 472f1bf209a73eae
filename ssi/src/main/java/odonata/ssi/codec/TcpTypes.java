package odonata.ssi.codec;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import odonata.actors.socket.MsgFlag;
import odonata.actors.socket.SockAddr;
import odonata.actors.socket.SockCall;
import odonata.actors.socket.SockOpt;
import odonata.actors.tcp.ListenId;
import odonata.actors.tcp.PortClaim;
import odonata.actors.tcp.TcpMsg;
import odonata.actors.tcp.TcpSocket;
import odonata.actors.tcp.Uio;
import odonata.protocol.tcp.machine.TcpInfo;
import odonata.protocol.tcp.machine.TcpState;

/** What tcp_threads of two members, and processes and sockets of two members, tell each other. */
final class TcpTypes implements WireTypes {

    @Override
    public void addTo(final WireRegistry registry) {
        registry.add(WireId.TCP_INFO, TcpInfo.class)
                .add(WireId.TCP_STATE, TcpState.class)
                .add(WireId.TCP_BIND, TcpMsg.Bind.class)
                .add(WireId.TCP_LISTEN, TcpMsg.Listen.class)
                .add(WireId.TCP_CONNECT, TcpMsg.Connect.class)
                .add(WireId.TCP_ACCEPT, TcpMsg.Accept.class)
                .add(WireId.TCP_SEND, TcpMsg.Send.class)
                .add(WireId.TCP_RECV, TcpMsg.Recv.class)
                .add(WireId.TCP_SHUTDOWN, TcpMsg.Shutdown.class)
                .add(WireId.TCP_CLOSE, TcpMsg.Close.class)
                .add(WireId.TCP_ABORT, TcpMsg.Abort.class)
                .add(WireId.TCP_GET_OPTION, TcpMsg.GetOption.class)
                .add(WireId.TCP_SET_OPTION, TcpMsg.SetOption.class)
                .add(WireId.TCP_ASK, TcpMsg.Ask.class)
                .add(WireId.TCP_AWAIT, TcpMsg.Await.class)
                .add(WireId.TCP_RELEASE, TcpMsg.Release.class)
                .add(WireId.TCP_COMPLETED, TcpMsg.Completed.class)
                .add(WireId.TCP_TRANSFER, TcpMsg.Transfer.class)
                .add(WireId.TCP_LISTENING, TcpMsg.Listening.class)
                .add(WireId.TCP_NOT_LISTENING, TcpMsg.NotListening.class)
                .add(WireId.TCP_QUESTION, TcpMsg.Question.class)
                .add(WireId.TCP_CLAIM, TcpMsg.Claim.class)
                .add(WireId.TCP_OPEN, TcpMsg.Open.class)
                .add(WireId.PORT_CLAIM, PortClaim.class)
                .add(WireId.LISTEN_ID, ListenId.class)
                .add(WireId.SOCK_ADDR, SockAddr.class)
                .add(WireId.SOCK_OPT, SockOpt.class)
                .add(WireId.MSG_FLAG, MsgFlag.class)
                .add(WireId.SHUTDOWN_HOW, SockCall.How.class)
                .add(WireId.TCP_SOCKET, TcpSocket.class, OfSocket::new)
                .add(WireId.UIO, Uio.class, OfUio::new);
    }

    /** The name of a socket. */
    static final class OfSocket extends Serializer<TcpSocket> {
        OfSocket() {
            super(false, true);
        }

        @Override
        public void write(final Kryo kryo, final Output output, final TcpSocket so) {
            output.writeBytes(so.toName());
        }

        @Override
        public TcpSocket read(final Kryo kryo, final Input input, final Class<? extends TcpSocket> type) {
            return TcpSocket.ofName(input.readBytes(TcpSocket.NAME_BYTES));
        }
    }

    /** How many bytes have been taken, and the rest. */
    static final class OfUio extends Serializer<Uio> {
        OfUio() {
            super(false, true);
        }

        @Override
        public void write(final Kryo kryo, final Output output, final Uio uio) {
            output.writeVarInt(uio.taken(), true);
            output.writeVarInt(uio.resid(), true);
            output.writeBytes(uio.data(), uio.offset(), uio.resid());
        }

        @Override
        public Uio read(final Kryo kryo, final Input input, final Class<? extends Uio> type) {
            final int taken = input.readVarInt(true);
            final byte[] rest = input.readBytes(input.readVarInt(true));
            return new Uio(rest, 0, rest.length, taken);
        }
    }
}
