package dev.homeport.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class IdsTest {
    private static final Function<String, Object> CLUSTER = ClusterId::new;
    private static final Function<String, Object> PROJECT = ProjectId::new;
    private static final Function<String, Object> INSTANCE = InstanceId::new;
    private static final Function<String, Object> ROUTER = RouterId::new;
    private static final Function<String, Object> AGENT = AgentId::new;

    static Stream<Arguments> types() {
        return Stream.of(
                Arguments.of("cluster", CLUSTER),
                Arguments.of("project", PROJECT),
                Arguments.of("instance", INSTANCE),
                Arguments.of("router", ROUTER),
                Arguments.of("agent", AGENT));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("types")
    void idsOfTheRightFormAreTaken(String name, Function<String, Object> type) {
        for (String id : new String[] {"a", "0", "c1", "fra1-02", "x".repeat(63)}) {
            // Given an id

            // When
            Object value = type.apply(id);

            // Then
            assertThat(value).hasToString(id);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("types")
    void otherFormsAreRefusedByName(String name, Function<String, Object> type) {
        for (String id :
                new String[] {"", "-a", ".", "a/b", "a b", "a\n", "ä", "x".repeat(64), "../x"}) {
            // Given no id

            // When
            var thrown = assertThatThrownBy(() -> type.apply(id));

            // Then
            thrown.isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("is no " + name + " id");
        }
    }

    @Test
    void longAndUnprintableTextsAreCleanedInTheMessage() {
        // Given
        String bad = "\u001b[31m" + "y".repeat(5000);

        // When
        var thrown = assertThatThrownBy(() -> new ClusterId(bad));

        // Then
        thrown.hasMessageMatching("\"\\?\\[31my{75}…\" is no cluster id: .*");
    }

    @Test
    void projectsAreComparedWithoutCase() {
        // Given
        var upper = new ProjectId("Shop.DE");

        // When
        boolean isSame = upper.equals(new ProjectId("shop.de"));

        // Then
        assertThat(isSame).isTrue();
        assertThat(ProjectId.parse("SHOP.de")).contains(upper);
        assertThat(ProjectId.parse("no id!")).isEmpty();
    }
}
