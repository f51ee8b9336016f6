package dev.homeport.quarantine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.topology.Family;
import dev.homeport.topology.TableName;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class RefusalsTest {
    private static final TableName P = new TableName("app", "p");
    private static final TableName C = new TableName("app", "c");
    private static final TableName O = new TableName("app", "o");
    private static final TableName FAR = new TableName("other", "c");

    @Test
    void mariaDbGoesByTheOrder() {
        // Given
        Map<TableName, Set<TableName>> children = Map.of(P, Set.of(C), C, Set.of(), O, Set.of());

        // Then
        assertThat(dropped(Family.MARIADB, children, P, C, O)).containsExactly(C, O);
        assertThat(dropped(Family.MARIADB, children, C, P)).containsExactly(C, P);
        assertThat(dropped(Family.MARIADB, children, P, O)).containsExactly(O);
    }

    @Test
    void mariaDbDropsNoCircle() {
        // Given
        Map<TableName, Set<TableName>> children = Map.of(P, Set.of(C), C, Set.of(P));

        // Then
        assertThat(dropped(Family.MARIADB, children, P, C)).isEmpty();
        assertThat(dropped(Family.MYSQL, children, P, C)).containsExactly(P, C);
    }

    @Test
    void mySqlDropsAllOrNothing() {
        // Given
        Map<TableName, Set<TableName>> children = Map.of(P, Set.of(C), C, Set.of(), O, Set.of());

        // Then
        assertThat(dropped(Family.MYSQL, children, P, C)).containsExactly(P, C);
        assertThat(dropped(Family.MYSQL, children, P, O)).isEmpty();
    }

    @Test
    void onlyOtherSchemasKeepASchemasTables() {
        // Given
        Map<TableName, Set<TableName>> children = Map.of(P, Set.of(C, FAR), C, Set.of());

        // Then
        assertThat(Refusals.droppedWithSchema(Family.MARIADB, List.of(C, P), children))
                .containsExactly(C);
        assertThat(Refusals.droppedWithSchema(Family.MYSQL, List.of(C, P), children)).isEmpty();
        assertThat(
                        Refusals.droppedWithSchema(
                                Family.MYSQL, List.of(C, P), Map.of(P, Set.of(C), C, Set.of())))
                .containsExactly(C, P);
    }

    private static List<TableName> dropped(
            Family family, Map<TableName, Set<TableName>> children, TableName... tables) {
        return Refusals.dropped(family, List.of(tables), children);
    }
}
