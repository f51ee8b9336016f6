package dev.homeport.quarantine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A few sequences of {@link Differential} at every build; its main method runs as many as one wants
 * ({@code 2000} are the acceptance).
 */
abstract class DifferentialCases {
    private static final int SEQUENCES = Integer.getInteger("homeport.sequences", 15);
    private static final long FIRST_SEED = Long.getLong("homeport.seed", 1);

    private final TestServer.Kind kind;

    DifferentialCases(TestServer.Kind kind) {
        this.kind = kind;
    }

    @Test
    void aGuardedSessionAnswersLikeAPlainOne(@TempDir Path folder) throws Exception {
        // Given
        Optional<TestServer> plain = TestServer.start(kind, folder.resolve("plain"));
        assumeTrue(plain.isPresent(), "SKIPPED: this machine has no such server");
        try (TestServer one = plain.get();
                TestServer other = TestServer.start(kind, folder.resolve("guarded")).orElseThrow();
                Differential differential = new Differential(one, other)) {
            // When
            for (int i = 0; i < SEQUENCES; i++) {
                differential.run(FIRST_SEED + i);
            }

            // Then
            assertThat(differential.differences()).as(differential.summary()).isEmpty();
        }
    }
}
