package dev.homeport.router.netty;

import io.netty.channel.ChannelOption;
import java.util.Map;
import java.util.function.BiConsumer;

/** Channel options of mixed types, as a transport needs them. */
final class Options {
    private Options() {}

    /** Sets each option; the values have the types of their options. */
    @SuppressWarnings("unchecked") // filled with matching values by NativeTransport only
    static void apply(
            Map<ChannelOption<?>, Object> options, BiConsumer<ChannelOption<Object>, Object> set) {
        options.forEach((option, value) -> set.accept((ChannelOption<Object>) option, value));
    }
}
