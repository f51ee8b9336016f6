package dev.homeport.router.placement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.topology.PlacementPolicy;
import dev.homeport.topology.ProjectId;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ProvisioningTemplateTest {
    private static final ProjectId PROJECT = new ProjectId("p-4.2_x");

    @Test
    void putsTheIdWhereverTheVariableStands() {
        // Given
        PlacementPolicy policy =
                new PlacementPolicy(
                        List.of(),
                        List.of(),
                        List.of("CREATE DATABASE `{project}`", "GRANT ALL ON `{project}`.* TO a"));

        // When
        List<String> statements = ProvisioningTemplate.statements(policy, PROJECT);

        // Then
        assertThat(statements)
                .containsExactly("CREATE DATABASE `p-4.2_x`", "GRANT ALL ON `p-4.2_x`.* TO a");
    }

    @Test
    void findsTheSchemasThatTheStatementsCreate() {
        // Given
        List<String> statements =
                List.of(
                        "CREATE DATABASE IF NOT EXISTS `p-4.2_x`",
                        "  create schema archive_p42",
                        "CREATE TABLE `p-4.2_x`.t (a INT)",
                        "CREATE DATABASE IF NOT EXISTS `p-4.2_x`");

        // Then
        assertThat(ProvisioningTemplate.schemas(statements, PROJECT))
                .containsExactly("p-4.2_x", "archive_p42");
    }

    @Test
    void looksAtTheSchemaOfTheProjectsNameWhereNoneIsSeen() {
        assertThat(ProvisioningTemplate.schemas(List.of("CALL make('p')"), PROJECT))
                .containsExactly("p-4.2_x");
    }
}
