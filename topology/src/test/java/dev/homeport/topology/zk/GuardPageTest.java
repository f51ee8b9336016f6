package dev.homeport.topology.zk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.topology.GuardAction;
import dev.homeport.topology.GuardPolicy;
import dev.homeport.topology.GuardSubject;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.StatementClass;
import dev.homeport.topology.TableName;
import dev.homeport.topology.Words;
import dev.homeport.topology.fields.YamlFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Holds docs/guard.md against the code. */
class GuardPageTest {
    private static final Path PAGE = Path.of("..", "docs", "guard.md");

    @TempDir Path directory;

    @ParameterizedTest
    @EnumSource(StatementClass.class)
    void everyClassStandsThereWithItsDefault(StatementClass kind) throws Exception {
        // When
        List<String> rows =
                Files.readAllLines(PAGE).stream()
                        .filter(line -> line.startsWith("| `"))
                        .filter(line -> line.split("\\|")[1].contains("`" + Words.of(kind) + "`"))
                        .filter(line -> line.split("\\|").length == 4)
                        .toList();

        // Then
        assertThat(rows)
                .singleElement()
                .asString()
                .endsWith("| " + Words.of(GuardPolicy.defaultFor(kind)) + " |");
    }

    @Test
    void theExampleIsTakenAsItStands() throws Exception {
        // Given
        Matcher block =
                Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL)
                        .matcher(Files.readString(PAGE));
        assertThat(block.find()).isTrue();
        Path file = Files.writeString(directory.resolve("guard.yaml"), block.group(1));

        // When
        GuardPolicy policy = YamlFile.read(file, GuardPolicyCodec::read);

        // Then
        var billing = new GuardSubject(new ProjectId("billing"), Records.C1, "app");
        assertThat(policy.actionFor(billing, StatementClass.DROP_TABLE, new TableName("app", "x")))
                .isEqualTo(GuardAction.APPROVE);
        assertThat(policy.tenantOf("_12_users")).contains("12");
    }
}
