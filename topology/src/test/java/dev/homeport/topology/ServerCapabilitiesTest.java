package dev.homeport.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerCapabilitiesTest {
    /** As MariaDB 10.11 greets without TLS. */
    private static final ServerCapabilities MARIADB = new ServerCapabilities(0x1d81fff7feL);

    @Test
    void namesWhatIsOn() {
        assertThat(new ServerCapabilities(0).names()).isEmpty();
        assertThat(new ServerCapabilities(0x1_0100_0001L).names())
                .containsExactly(
                        "CLIENT_LONG_PASSWORD", "CLIENT_DEPRECATE_EOF", "MARIADB_CLIENT_PROGRESS");
        assertThat(new ServerCapabilities(1L << 37 | 1L << 38 | 1L << 63).names())
                .containsExactly("MARIADB_CLIENT_BULK_UNIT_RESULTS", "bit 38", "bit 63");
        assertThat(MARIADB.names())
                .contains("CLIENT_SESSION_TRACK", "MARIADB_CLIENT_CACHE_METADATA")
                .doesNotContain("CLIENT_SSL", "CLIENT_QUERY_ATTRIBUTES");
    }

    @Test
    void tellsTheFamiliesApartByTheFirstBit() {
        assertThat(MARIADB.family()).isEqualTo(Family.MARIADB);
        assertThat(new ServerCapabilities(0xdfffffffL).family()).isEqualTo(Family.MYSQL);
    }

    @Test
    void hasTwoWordsOfTheProtocol() {
        assertThat(MARIADB.flags()).isEqualTo(0x81fff7fe);
        assertThat(MARIADB.extendedFlags()).isEqualTo(0x1d);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0x", "1d", "0X1d", "0x1D", "0x-1", "0x 1", "0x11111111111111111"})
    void readsNothingButItsOwnForm(String text) {
        assertThatThrownBy(() -> ServerCapabilities.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is no set of capabilities");
    }

    @Property
    void readsWhatItWrites(@ForAll long bits) {
        var capabilities = new ServerCapabilities(bits);
        assertThat(ServerCapabilities.parse(capabilities.toString())).isEqualTo(capabilities);
        assertThat(capabilities.names()).hasSize(Long.bitCount(bits));
    }

    @Property
    void whatIsCommonIsWhatEachHas(@ForAll List<Long> all) {
        // When
        var common = ServerCapabilities.common(all.stream().map(ServerCapabilities::new));

        // Then
        assertThat(common.isPresent()).isEqualTo(!all.isEmpty());
        for (int bit = 0; bit < Long.SIZE && !all.isEmpty(); bit++) {
            long flag = 1L << bit;
            assertThat(common.orElseThrow().has(flag))
                    .isEqualTo(all.stream().allMatch(one -> (one & flag) != 0));
        }
    }

    @Property
    void whatOneLacksIsNoneOfItsOwn(@ForAll long first, @ForAll long second) {
        // Given
        var one = new ServerCapabilities(first);
        var other = new ServerCapabilities(second);

        // When
        ServerCapabilities lacking = one.without(other);

        // Then
        assertThat(ServerCapabilities.common(Stream.of(lacking, other)))
                .contains(new ServerCapabilities(0));
        assertThat(lacking.or(other)).isEqualTo(one.or(other));
    }
}
