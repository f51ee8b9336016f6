package dev.homeport.topology.zk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.homeport.topology.fields.Fields;
import dev.homeport.topology.fields.Problems;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ZooKeeperConfigTest {
    private final Problems problems = new Problems();

    @Test
    void onlyConnectIsRequired() throws Exception {
        // Given
        Fields fields = fields("{'connect':'zk1:2181,zk2:2181/homeport'}");

        // When
        Optional<ZooKeeperConfig> config = ZooKeeperConfig.read(fields);

        // Then
        assertThat(config)
                .contains(
                        new ZooKeeperConfig(
                                "zk1:2181,zk2:2181/homeport",
                                Optional.empty(),
                                Duration.ofSeconds(6),
                                Duration.ofSeconds(3)));
    }

    @Test
    void everythingCanBeSet() throws Exception {
        // Given
        Fields fields =
                fields(
                        "{'connect':'zk:1/a/b','digestFile':'/etc/d','sessionTimeout':'9s',"
                                + "'connectTimeout':'1s'}");

        // When
        Optional<ZooKeeperConfig> config = ZooKeeperConfig.read(fields);

        // Then
        assertThat(config)
                .contains(
                        new ZooKeeperConfig(
                                "zk:1/a/b",
                                Optional.of(Path.of("/etc/d")),
                                Duration.ofSeconds(9),
                                Duration.ofSeconds(1)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{} | connect: is required",
                "{'connect':'zk:2181'} | connect: must be host:port/chroot",
                "{'connect':'zk:2181/'} | connect: must be host:port/chroot",
                "{'connect':'/homeport'} | connect: must be host:port/chroot",
                "{'connect':'zk/h','sessionTimeout':'500ms'} | sessionTimeout: must be at least 1s",
                "{'connect':'zk/h','connectTimeout':'3'} | connectTimeout: must be a duration",
                "{'connect':'zk/h','digest':'u:p'} | digest: unknown field"
            })
    void eachBrokenRuleIsNamed(String json, String expected) throws Exception {
        // Given
        Fields fields = fields(json);

        // When
        Optional<ZooKeeperConfig> config = ZooKeeperConfig.read(fields);

        // Then
        assertThat(config).isEmpty();
        assertThat(problems.text()).contains(expected);
    }

    private Fields fields(String json) throws JsonProcessingException {
        return Fields.of(new ObjectMapper().readTree(json.replace('\'', '"')), problems);
    }
}
