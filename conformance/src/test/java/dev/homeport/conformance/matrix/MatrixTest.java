package dev.homeport.conformance.matrix;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class MatrixTest {
    @Test
    void hasEveryCombinationOnce() {
        // When
        List<Cell> all = Matrix.all();

        // Then: 2 + 3 + 2 plugins of the three servers
        assertThat(all)
                .doesNotHaveDuplicates()
                .hasSize(Driver.values().length * 7 * Legs.values().length);
    }

    @Test
    void fewCellsCoverWhatAllCover() {
        // When
        List<Cell> few = Matrix.covering(Matrix.all());

        // Then
        assertThat(covered(few)).isEqualTo(covered(Matrix.all()));
        assertThat(few).hasSizeLessThan(45).allMatch(Cell::isLoginExpected);
    }

    @Test
    void fewCellsHaveEveryDriverServerPluginAndLegs() {
        // When
        List<Cell> few = Matrix.covering(Matrix.all());

        // Then
        assertThat(few).extracting(Cell::driver).contains(Driver.values());
        assertThat(few).extracting(Cell::server).contains(ServerKind.values());
        assertThat(few).extracting(Cell::plugin).contains(AuthPlugin.values());
        assertThat(few).extracting(Cell::legs).contains(Legs.values());
    }

    @Test
    void chooseTheSameCellsEachTime() {
        assertThat(Matrix.covering(Matrix.all())).isEqualTo(Matrix.covering(Matrix.all()));
    }

    @Test
    void coverWhatIsLeftWhereAServerIsMissing() {
        // Given
        List<Cell> candidates =
                Matrix.all().stream().filter(cell -> cell.server() != ServerKind.MYSQL).toList();

        // When
        List<Cell> few = Matrix.covering(candidates);

        // Then
        assertThat(covered(few)).isEqualTo(covered(candidates));
        assertThat(few).noneMatch(cell -> cell.server() == ServerKind.MYSQL);
    }

    @Test
    void aServerIsTriedWithItsOwnPluginsOnly() {
        assertThatThrownBy(
                        () -> new Cell(Driver.PDO, ServerKind.MYSQL, AuthPlugin.PARSEC, Legs.PLAIN))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("MYSQL is not tried with PARSEC");
    }

    private static Set<String> covered(Collection<Cell> cells) {
        return cells.stream().flatMap(cell -> cell.covers().stream()).collect(toSet());
    }
}
