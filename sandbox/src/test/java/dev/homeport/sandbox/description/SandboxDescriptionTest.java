package dev.homeport.sandbox.description;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.homeport.sandbox.description.SandboxDescription.Address;
import dev.homeport.sandbox.description.SandboxDescription.Admin;
import dev.homeport.sandbox.description.SandboxDescription.Agent;
import dev.homeport.sandbox.description.SandboxDescription.Cluster;
import dev.homeport.sandbox.description.SandboxDescription.Command;
import dev.homeport.sandbox.description.SandboxDescription.Instance;
import dev.homeport.sandbox.description.SandboxDescription.Login;
import dev.homeport.sandbox.description.SandboxDescription.Project;
import dev.homeport.sandbox.description.SandboxDescription.Router;
import dev.homeport.sandbox.description.SandboxDescription.Url;
import dev.homeport.sandbox.description.SandboxDescription.ZooKeeper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SandboxDescriptionTest {
    private static final Command COMMAND = new Command(List.of("run", "it"));

    private static final SandboxDescription DESCRIPTION =
            new SandboxDescription(
                    "/data",
                    1,
                    List.of(
                            new Router(
                                    "r1",
                                    new Address("127.0.0.1", 7306),
                                    new Admin("http://127.0.0.1:7380", "t0ken"),
                                    2,
                                    "/data/r1/r1.log",
                                    COMMAND)),
                    List.of(
                            new Agent(
                                    "c1",
                                    "a1",
                                    new Url("http://127.0.0.1:7480"),
                                    3,
                                    "/data/a1/a1.log",
                                    COMMAND)),
                    new ZooKeeper(
                            "127.0.0.1:2181/homeport", "homeport:d1gest", 4, "/data/z", COMMAND),
                    new Login("app", "s3cret"),
                    List.of(
                            new Cluster(
                                    "c1",
                                    new Login("root", "r00t"),
                                    List.of(
                                            new Instance(
                                                    "c1-1",
                                                    "127.0.0.1",
                                                    7401,
                                                    5,
                                                    "primary",
                                                    "/data/c1-1/mariadbd.log",
                                                    "/data/c1-1/data/general.log",
                                                    COMMAND)))),
                    List.of(new Project("demo1", "c1", "demo1")));

    @TempDir private Path directory;

    @Test
    void hasTheShapeThatScriptsReadAndIsForItsOwnerOnly() throws Exception {
        // Given
        Path file = directory.resolve("sandbox.json");

        // When
        DESCRIPTION.write(file);

        // Then
        JsonNode json = new ObjectMapper().readTree(Files.readString(file));
        assertThat(json.at("/routers/0/mysql/port").asInt()).isEqualTo(7306);
        assertThat(json.at("/routers/0/admin/token").asText()).isEqualTo("t0ken");
        assertThat(json.at("/agents/0/admin/url").asText()).isEqualTo("http://127.0.0.1:7480");
        assertThat(json.at("/zookeeper/digest").asText()).isEqualTo("homeport:d1gest");
        assertThat(json.at("/app/password").asText()).isEqualTo("s3cret");
        assertThat(json.at("/clusters/0/root/user").asText()).isEqualTo("root");
        assertThat(json.at("/clusters/0/instances/0/role").asText()).isEqualTo("primary");
        assertThat(json.at("/clusters/0/instances/0/command/argv/1").asText()).isEqualTo("it");
        assertThat(json.at("/projects/0/schema").asText()).isEqualTo("demo1");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void isReadAsItWasWrittenAlsoWithFieldsOfTomorrow() throws Exception {
        // Given
        Path file = directory.resolve("sandbox.json");
        DESCRIPTION.write(file);
        Files.writeString(file, Files.readString(file).replaceFirst("\\{", "{\"tomorrow\": 1,"));

        // When
        SandboxDescription read = SandboxDescription.read(file);

        // Then
        assertThat(read).isEqualTo(DESCRIPTION);
    }

    @Test
    void showsNoSecret() {
        assertThat(DESCRIPTION.toString()).doesNotContain("t0ken", "d1gest", "s3cret", "r00t");
    }
}
