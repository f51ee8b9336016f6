package dev.homeport.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RouterNumberTest {
    @Test
    void goesAroundAllNumbers() {
        // Given
        RouterNumber number = RouterNumber.firstOf(new RouterId("r1"));
        Set<RouterNumber> seen = new HashSet<>();

        // When
        for (int i = 0; i < RouterNumber.MOST; i++) {
            seen.add(number);
            number = number.next();
        }

        // Then
        assertThat(seen).hasSize(RouterNumber.MOST);
        assertThat(number).isEqualTo(RouterNumber.firstOf(new RouterId("r1")));
    }

    /** Fixed: a router without ZooKeeper and without its file must go by the number it had. */
    @Test
    void theFirstOneFollowsFromTheId() {
        assertThat(RouterNumber.firstOf(new RouterId("r1"))).hasToString("201");
        assertThat(RouterNumber.firstOf(new RouterId("r2"))).hasToString("20");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 512})
    void othersAreRefused(int value) {
        assertThatThrownBy(() -> new RouterNumber(value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("from 1 to 511");
    }
}
