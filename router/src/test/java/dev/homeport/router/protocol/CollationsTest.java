package dev.homeport.router.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.topology.Family;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CollationsTest {
    @ParameterizedTest
    @CsvSource({
        "MYSQL, 8, 8",
        "MYSQL, 255, 255",
        "MYSQL, 303, 255", // utf8mb4_ja_0900_as_cs
        "MARIADB, 45, 45",
        "MARIADB, 1069, 45", // utf8mb4_general_nopad_ci
        "MARIADB, 1032, 8", // latin1_swedish_nopad_ci
        "MARIADB, 2048, 33", // utf8mb3_uca1400_ai_ci
        "MARIADB, 2304, 45", // utf8mb4_uca1400_ai_ci
    })
    void keepsTheCharacterSet(Family family, int id, int ofLogin) {
        int seen =
                family == Family.MYSQL
                        ? Collations.ofMySqlLogin(id)
                        : Collations.ofMariaDbLogin(id);
        assertThat(seen).isEqualTo(ofLogin);
    }
}
