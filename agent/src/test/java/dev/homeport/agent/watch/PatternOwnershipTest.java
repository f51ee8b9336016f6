package dev.homeport.agent.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.topology.ProjectId;
import dev.homeport.topology.TableName;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class PatternOwnershipTest {
    private final Ownership ownership =
            new PatternOwnership(
                    Pattern.compile("project_(?<project>.+)"),
                    Optional.of(Pattern.compile("^(?<project>[a-z0-9]+)__")),
                    Optional.of(Pattern.compile("_(?<tenant>\\d+)_")));

    @Test
    void theTablesNameComesFirstThenTheSchemas() {
        assertThat(ownership.project(new TableName("shared", "p7__users")))
                .contains(new ProjectId("p7"));
        assertThat(ownership.project(new TableName("project_P9", "users")))
                .contains(new ProjectId("p9"));
        assertThat(ownership.project(new TableName("shared", "users"))).isEmpty();
        assertThat(ownership.project(new TableName("project_Ü", "users"))).isEmpty();
    }

    @Test
    void tenantsAreFoundInTheTablesName() {
        assertThat(ownership.tenant(new TableName("a", "_12_users"))).contains("12");
        assertThat(ownership.tenant(new TableName("a_12_b", "users"))).isEmpty();
    }
}
