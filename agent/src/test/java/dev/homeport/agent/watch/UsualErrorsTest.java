package dev.homeport.agent.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.topology.ProjectId;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class UsualErrorsTest {
    private static final ProjectId P1 = new ProjectId("p1");
    private static final int LEAST = 50;

    private final UsualErrors errors = new UsualErrors();

    @Test
    void whatWasBrokenBeforeIsUsualAndARiseIsNot() {
        for (int look = 0; look < 20; look++) {
            assertThat(errors.unusual(Map.of(P1, 100), LEAST)).isEmpty();
        }
        assertThat(errors.unusual(Map.of(P1, 400), LEAST)).containsEntry(P1, 400);
    }

    @Test
    void whoNeverHeardOfItAndHearsItOftenIsUnusual() {
        assertThat(errors.unusual(Map.of(), LEAST)).isEmpty();
        assertThat(errors.unusual(Map.of(P1, LEAST - 1), LEAST)).isEmpty();
        assertThat(errors.unusual(Map.of(P1, LEAST), LEAST)).containsEntry(P1, LEAST);
    }

    @Test
    void whatLastsBecomesUsual() {
        errors.unusual(Map.of(), LEAST);
        boolean isUnusual = true;
        for (int look = 0; look < 100; look++) {
            isUnusual = !errors.unusual(Map.of(P1, 100), LEAST).isEmpty();
        }
        assertThat(isUnusual).isFalse();
    }
}
