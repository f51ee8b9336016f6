package dev.homeport.router.netty;

import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.InetNameResolver;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * Resolves the host names of instances through the system's resolver, on a thread that may block.
 * Netty's own default would block the event loop. Addresses in numbers are not looked up.
 */
final class ResolvingGroup extends AddressResolverGroup<InetSocketAddress> {
    private final Executor blocking;

    ResolvingGroup(Executor blocking) {
        this.blocking = blocking;
    }

    @Override
    protected AddressResolver<InetSocketAddress> newResolver(EventExecutor executor) {
        return new SystemResolver(executor, blocking).asAddressResolver();
    }

    private static final class SystemResolver extends InetNameResolver {
        private final Executor blocking;

        SystemResolver(EventExecutor executor, Executor blocking) {
            super(executor);
            this.blocking = blocking;
        }

        @Override
        protected void doResolve(String host, Promise<InetAddress> promise) {
            blocking.execute(
                    () -> {
                        try {
                            promise.trySuccess(InetAddress.getByName(host));
                        } catch (UnknownHostException e) {
                            promise.tryFailure(e);
                        }
                    });
        }

        @Override
        protected void doResolveAll(String host, Promise<List<InetAddress>> promise) {
            blocking.execute(
                    () -> {
                        try {
                            promise.trySuccess(List.of(InetAddress.getAllByName(host)));
                        } catch (UnknownHostException e) {
                            promise.tryFailure(e);
                        }
                    });
        }
    }
}
