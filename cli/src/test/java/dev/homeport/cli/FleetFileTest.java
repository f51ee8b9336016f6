package dev.homeport.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FleetFileTest {
    private static final Path CONF = Path.of("..", "conf");

    @TempDir private Path directory;

    @Test
    void theExampleHasEveryKindOfRecordInTheOrderOfWriting() throws Exception {
        // When
        FleetFile file = FleetFile.read(CONF, Path.of("topology.yaml"));

        // Then
        assertThat(file.records().keySet())
                .containsExactly(
                        RecordName.cluster("c1"),
                        RecordName.cluster("c9"),
                        RecordName.POLICY,
                        RecordName.GUARD);
        assertThat(file.namesClusters()).isTrue();
    }

    @Test
    void aSectionInWhichNothingStandsIsAbsent() throws Exception {
        // When
        FleetFile file =
                read("clusters:\nguard: { observe: true }\nplacement-policy:\n  # later\n");

        // Then
        assertThat(file.records().keySet()).containsExactly(RecordName.GUARD);
        assertThat(file.namesClusters()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                     | f.yaml: says nothing; it has sections clusters, placement-policy, guard",
                "'- a'                  | f.yaml: must have sections, such as clusters:",
                "'x: 1\nclusters: [c1]' | f.yaml:2: clusters: must have a record for each id",
                "'clusters:\n  c1:'     | f.yaml:2: clusters.c1: must be a record, was empty",
                "'clusters:\n  c1: 5'   | f.yaml:2: clusters.c1: must be a record, was 5",
                "'guard: on'            | f.yaml:1: guard: must be a record",
                "'a: 1\na: 2'           | f.yaml:2: is no valid YAML: Duplicate",
                "'cluster: {}'          | f.yaml:1: cluster: unknown section; known are clusters, guard, placement-policy (did you mean \"clusters\"?)",
                "'placementPolicy: {}'  | f.yaml:1: placementPolicy: unknown section; known are clusters, guard, placement-policy (did you mean \"placement-policy\"?)"
            })
    void saysWhatIsWrongAndWhere(String text, String line) throws Exception {
        Files.writeString(directory.resolve("f.yaml"), text);
        assertThatThrownBy(() -> FleetFile.read(directory, Path.of("f.yaml")))
                .isInstanceOfSatisfying(
                        FleetFile.Malformed.class,
                        e -> assertThat(e.lines()).anyMatch(one -> one.startsWith(line)));
    }

    @Test
    void saysAllThatIsWrongAtOnce() throws Exception {
        assertThatThrownBy(() -> read("guard: 1\nfoo: 2\nclusters: x\n"))
                .isInstanceOfSatisfying(
                        FleetFile.Malformed.class, e -> assertThat(e.lines()).hasSize(3));
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> FleetFile.read(directory, Path.of("none.yaml")))
                .hasMessage("none.yaml: does not exist");
    }

    @Test
    void namesOfClustersAreFoundInTiersAndPins() throws Exception {
        // Given
        FleetFile file =
                read(
                        """
                        placement-policy:
                          preferred: [{clusters: [c1], labels: {a: b}}, [c2, c3]]
                          fallback: [c4]
                          pinned: {billing: c5}
                          rules: [{projects: [p*], require: {x: c6}}]
                        """);

        // Then
        assertThat(PolicyNames.of(file.records().get(RecordName.POLICY)))
                .isEqualTo(new TreeSet<>(List.of("c1", "c2", "c3", "c4", "c5")));
    }

    private FleetFile read(String text) throws Exception {
        Files.writeString(directory.resolve("f.yaml"), text);
        return FleetFile.read(directory, Path.of("f.yaml"));
    }
}
