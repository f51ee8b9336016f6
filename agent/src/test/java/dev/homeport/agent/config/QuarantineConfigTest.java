package dev.homeport.agent.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.homeport.topology.fields.Fields;
import dev.homeport.topology.fields.Problems;
import dev.homeport.topology.fields.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuarantineConfigTest {
    @TempDir private Path directory;
    private final Problems problems = new Problems();
    private Path passwordFile;

    @BeforeEach
    void writePassword() throws IOException {
        passwordFile = Files.writeString(directory.resolve("password"), "open sesame\n");
        Files.setPosixFilePermissions(passwordFile, PosixFilePermissions.fromString("rw-------"));
    }

    private Optional<QuarantineConfig> read(String json) throws IOException {
        String whole = json.replace("PASSWORD", passwordFile.toString()).replace('\'', '"');
        return QuarantineConfig.read(Fields.of(new ObjectMapper().readTree(whole), problems));
    }

    @Test
    void hasDefaultsForEverythingButThePassword() throws IOException {
        // When
        Optional<QuarantineConfig> config = read("{'passwordFile': 'PASSWORD'}");

        // Then
        assertThat(config)
                .contains(
                        new QuarantineConfig(
                                "homeport_guard",
                                new Secret("open sesame"),
                                Duration.ofMinutes(1),
                                Map.of()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'user': 'u'}|passwordFile: is required",
                "{'user': '', 'passwordFile': 'PASSWORD'}|user: must not be empty",
                "{'passwordFile': '/no/such'}|passwordFile: /no/such does not exist",
                "{'passwordFile': 'PASSWORD', 'timeout': '1ms'}|timeout:",
                "{'passwordFile': 'PASSWORD', 'disks': {'c1-1': 'mysql'}}|disks.c1-1: must be an absolute",
                "{'passwordFile': 'PASSWORD', 'disks': {'C 1': '/mysql'}}|disks.C 1:",
                "{'passwordFile': 'PASSWORD', 'timeuot': '1m'}|(did you mean \"timeout\"?)"
            })
    void namesEachBrokenRule(String json, String problem) throws IOException {
        // When
        Optional<QuarantineConfig> config = read(json);

        // Then
        assertThat(config).isEmpty();
        assertThat(problems.text()).contains(problem);
    }
}
