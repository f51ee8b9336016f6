package dev.homeport.router.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.homeport.topology.fields.ConfigException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AccessTokensTest {
    @TempDir private Path directory;

    @Test
    void takesAFileThatIsPrivate() throws Exception {
        // Given
        AccessTokens tokens = AccessTokens.load(TestTokens.write(directory.resolve("tokens")));

        // Then
        assertThat(tokens.find("admin")).contains(new Caller("the-admin", Role.ADMIN));
        assertThat(tokens.find("nobody")).isEmpty();
    }

    @Test
    void refusesAFileThatOthersCanRead() throws Exception {
        // Given
        Path file = TestTokens.write(directory.resolve("tokens"));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

        // Then
        assertThatThrownBy(() -> AccessTokens.load(file))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("must not be open to others");
    }

    @Test
    void refusesAFileThatDoesNotExist() {
        assertThatThrownBy(() -> AccessTokens.load(directory.resolve("none")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("does not exist");
    }

    @Test
    void namesEverythingThatIsWrong() throws Exception {
        // Given
        Path file = directory.resolve("tokens");
        Files.writeString(
                file,
                """
                tokens:
                  - { name: a, role: boss, sha256: "12" }
                  - { name: a, role: viewer, token: secret }
                """);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));

        // Then
        assertThatThrownBy(() -> AccessTokens.load(file))
                .hasMessageContaining(
                        "tokens[0].role: must be one of peer, viewer, operator, admin")
                .hasMessageContaining("tokens[0].sha256: must match")
                .hasMessageContaining("tokens[1].name: stands there more than once")
                .hasMessageContaining("tokens[1].sha256: is required")
                .hasMessageContaining("tokens[1].token: unknown field");
    }

    @Test
    void refusesAFileWithoutTokens() throws Exception {
        // Given
        Path file = directory.resolve("tokens");
        Files.writeString(file, "tokens: []\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));

        // Then
        assertThatThrownBy(() -> AccessTokens.load(file))
                .hasMessageContaining("tokens: must have at least one token");
    }
}
