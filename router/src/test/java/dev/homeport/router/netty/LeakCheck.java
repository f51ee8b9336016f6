package dev.homeport.router.netty;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a test class after which Netty finds buffers that nobody released. Registered for all
 * classes by {@code META-INF/services}; what other engines leak is found with the next class.
 */
public final class LeakCheck implements BeforeAllCallback, AfterAllCallback {
    @Override
    public void beforeAll(ExtensionContext context) {
        Leaks.watch();
    }

    @Override
    public void afterAll(ExtensionContext context) throws InterruptedException {
        assertThat(Leaks.collect()).as("buffers that were never released").isEmpty();
    }
}
