package odonata.ssi.codec;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorRefResolver;
import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;

/** Actor references in Akka's own text form. */
@SuppressWarnings("rawtypes") // Kryo registers raw classes
final class ActorRefSerializer extends Serializer<ActorRef> {
    private final ActorRefResolver resolver;

    ActorRefSerializer(final ActorRefResolver resolver) {
        super(false, true);
        this.resolver = resolver;
    }

    @Override
    @SuppressWarnings("unchecked") // the resolver does not look at the type parameter
    public void write(final Kryo kryo, final Output output, final ActorRef ref) {
        output.writeString(resolver.toSerializationFormat((ActorRef<Object>) ref));
    }

    @Override
    public ActorRef read(final Kryo kryo, final Input input, final Class<? extends ActorRef> type) {
        return resolver.resolveActorRef(input.readString());
    }
}
