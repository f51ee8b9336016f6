package dev.homeport.router.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.router.config.Transport;
import dev.homeport.router.netty.Leaks;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A short run of what {@link FuzzMain} does at length, over every transport. */
@Timeout(300)
class SessionFuzzIT {
    @TempDir static Path directory;

    @BeforeAll
    static void watch() {
        Leaks.watch();
    }

    @ParameterizedTest
    @EnumSource(
            value = Transport.class,
            names = {"AUTO", "EPOLL", "NIO"})
    void survivesSessionsOfBrokenBytes(Transport transport) throws InterruptedException {
        // Given: other sessions than those of the other transports, but the same every time
        FuzzPlan plan = FuzzPlan.DEFAULT.withSeed(transport.name().hashCode());
        try (FixtureTarget target =
                FixtureTarget.start(directory.resolve(transport.name()), plan.lanes(), transport)) {
            // When
            var summary = new SessionFuzzer(target, plan, System.out).run();
            // Then
            System.out.println(transport + ": " + summary);
            assertThat(summary.failures()).isEmpty();
            assertThat(summary.authenticated()).isGreaterThan(summary.sessions() / 2);
            assertThat(summary.inCommands()).isGreaterThan(summary.sessions() / 3);
        }
    }
}
