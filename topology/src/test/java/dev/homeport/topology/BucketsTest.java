package dev.homeport.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BucketsTest {
    /** Worked out by another implementation of CRC-32C; may never change. */
    @ParameterizedTest
    @CsvSource({
        "p42, f24",
        "p1, 9e7",
        "demo1, 17e",
        "a, 330",
        "tenant.with-all_chars, d33",
        "0, ae0",
        "P42, f24"
    })
    void aProjectStaysInItsBucketForEver(String project, String expected) {
        // Given a project

        // When
        String bucket = Buckets.name(Buckets.of(new ProjectId(project)));

        // Then
        assertThat(bucket).isEqualTo(expected);
    }

    @Test
    void everyNameLeadsBackToItsBucket() {
        for (int bucket = 0; bucket < Buckets.COUNT; bucket++) {
            // Given a bucket

            // When
            OptionalInt parsed = Buckets.parse(Buckets.name(bucket));

            // Then
            assertThat(parsed).hasValue(bucket);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "00", "0000", "xyz", "FFF", "-01", " 01"})
    void otherNamesAreNoBuckets(String name) {
        // Given a name

        // When
        OptionalInt parsed = Buckets.parse(name);

        // Then
        assertThat(parsed).isEmpty();
    }
}
