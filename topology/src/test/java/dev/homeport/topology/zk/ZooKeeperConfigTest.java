package dev.homeport.topology.zk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.homeport.topology.fields.Fields;
import dev.homeport.topology.fields.Problems;
import dev.homeport.topology.zk.AclConfig.Identity;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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

    @Test
    void ensemblesCanBeProtected() throws Exception {
        // Given
        Fields fields =
                fields(
                        "{'connect':'zk:1/a','saslFile':'/etc/s','tls':{'ca':'/ca','identity':'/id'},"
                                + "'acl':{'routers':['sasl:r'],'agents':['x509:CN=a'],"
                                + "'operators':['digest:o:Qd1x0mC3S0yq1b0vQj7v2x2yq3o=']}}");

        // When
        ZooKeeperConfig config = ZooKeeperConfig.read(fields).orElseThrow();

        // Then
        assertThat(config.security())
                .isEqualTo(
                        new ZooKeeperConfig.Security(
                                Optional.of(Path.of("/etc/s")),
                                Optional.of(
                                        new EnsembleTlsConfig(
                                                Path.of("/ca"), Optional.of(Path.of("/id")))),
                                Optional.of(
                                        new AclConfig(
                                                List.of(new Identity("sasl", "r")),
                                                List.of(new Identity("x509", "CN=a")),
                                                List.of(
                                                        new Identity(
                                                                "digest",
                                                                "o:Qd1x0mC3S0yq1b0vQj7v2x2yq3o="))))));
        assertThat(problems.isEmpty()).isTrue();
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
                "{'connect':'zk/h','digest':'u:p'} | digest: unknown field",
                "{'connect':'zk/h','tls':{}} | tls.ca: is required",
                "{'connect':'zk/h','tls':{'ca':'a','key':'b'}} | tls.key: unknown field",
                "{'connect':'zk/h','acl':{}} | acl: needs an identity of this daemon",
                "{'connect':'zk/h','saslFile':'s','acl':{}} | acl.agents: must name one identity",
                "{'connect':'zk/h','acl':{'agents':['secret']}} | must be digest:user:HASH",
                "{'connect':'zk/h','acl':{'agents':['digest:u:secret']}} | must be digest:user:HASH",
                "{'connect':'zk/h','acl':{'agents':['sasl:']}} | must be digest:user:HASH"
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
