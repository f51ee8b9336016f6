package dev.homeport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SpellingTest {
    @ParameterizedTest
    @CsvSource({
        "cluster, clusters",
        "clutsers, clusters",
        "CLUSTERS, clusters",
        "gaurd, guard",
        "placement_policy, placement-policy",
        "projects,",
        "x,"
    })
    void findsWhatWasProbablyMeant(String given, String meant) {
        assertThat(Spelling.nearest(given, List.of("clusters", "guard", "placement-policy")))
                .isEqualTo(Optional.ofNullable(meant));
    }
}
