package dev.homeport.sandbox.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.homeport.sandbox.plan.SandboxException;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class PreflightTest {
    private static final long MEGABYTE = 1024 * 1024;

    @Test
    void aDiskThatIsTooFullIsNamedWithWhatIsMissing() {
        assertThatThrownBy(
                        () ->
                                Preflight.requireSpace(
                                        Path.of("/data"), 100 * MEGABYTE, 400 * MEGABYTE))
                .isInstanceOf(SandboxException.class)
                .hasMessage(
                        "the disk of /data is too full: 100 MB are free, the sandbox needs 400 MB");
    }

    @Test
    void aDiskThatFillsUpLaterIsFoundBehindWhateverComplained() {
        // Given
        Exception cause = new IOException("/data/x: No space left on device");

        // Then
        assertThat(DiskFull.isCauseOf(new IllegalStateException("cannot write", cause))).isTrue();
        assertThat(DiskFull.isCauseOf(new IllegalStateException("cannot write"))).isFalse();
    }
}
