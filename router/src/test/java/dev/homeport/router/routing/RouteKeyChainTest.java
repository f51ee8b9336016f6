package dev.homeport.router.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.router.config.RouteKeyConfig;
import dev.homeport.router.routing.RouteKeyResult.Malformed;
import dev.homeport.router.routing.RouteKeyResult.Matched;
import dev.homeport.router.routing.RouteKeyResult.NoMatch;
import dev.homeport.router.routing.RouteKeyResult.Tried;
import dev.homeport.topology.Family;
import dev.homeport.topology.ProjectId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RouteKeyChainTest {
    private static final RouteKeyConfig USER = new RouteKeyConfig.User("+");
    private static final RouteKeyConfig ATTRIBUTE =
            new RouteKeyConfig.Attribute(
                    "_server_host", Pattern.compile("(?<project>.+)\\.db\\.example\\.com"));
    private static final RouteKeyConfig SCHEMA =
            new RouteKeyConfig.Schema(Pattern.compile("project_(?<project>.+)"));
    private static final RouteKeyConfig LISTENER = new RouteKeyConfig.Listener();
    private static final RouteKeyConfig DEFAULT =
            new RouteKeyConfig.Default(new ProjectId("legacy"));

    private static LoginFacts login(String user, String schema, Map<String, String> attributes) {
        return new LoginFacts(
                Family.MARIADB,
                user,
                Optional.of(schema).filter(text -> !text.isEmpty()),
                attributes,
                Optional.empty(),
                Optional.empty());
    }

    private static RouteKeyResult resolve(LoginFacts login, RouteKeyConfig... keys) {
        return new RouteKeyChain(List.of(keys)).resolve(login);
    }

    private static Matched matched(LoginFacts login, RouteKeyConfig... keys) {
        return (Matched) resolve(login, keys);
    }

    @ParameterizedTest
    @CsvSource({
        "app+p1,     app,   p1",
        "a+b+p1,     a+b,   p1",
        "app+P1,     app,   P1",
        "app+p.1-_x, app,   p.1-_x",
        "app++p1,    app+,  p1",
        "'a b+p1',   'a b', p1",
        "app+no id!, app,   'no id!'"
    })
    void splitsTheUserAtItsLastSeparator(String sent, String user, String project) {
        // When
        Matched matched = matched(login(sent, "", Map.of()), USER, DEFAULT);
        // Then
        assertThat(matched.user()).isEqualTo(user);
        assertThat(matched.project()).isEqualTo(project);
        assertThat(matched.key()).isEqualTo("user");
    }

    @ParameterizedTest
    @ValueSource(strings = {"+p1", "app+", "+", "++"})
    void endsWithAMalformedUserWhereAPartIsEmpty(String sent) {
        // When
        RouteKeyResult result = resolve(login(sent, "project_p2", Map.of()), USER, SCHEMA, DEFAULT);
        // Then
        assertThat(result).isInstanceOf(Malformed.class);
        assertThat(result.tried()).extracting(Tried::key).containsExactly("user");
    }

    @Test
    void knowsSeparatorsOfSeveralCharacters() {
        // When
        Matched matched = matched(login("app::p1", "", Map.of()), new RouteKeyConfig.User("::"));
        // Then
        assertThat(matched.user()).isEqualTo("app");
        assertThat(matched.project()).isEqualTo("p1");
    }

    @Test
    void takesTheProjectOutOfAnAttribute() {
        // When
        Matched matched =
                matched(
                        login("app", "", Map.of("_server_host", "p1.db.example.com")),
                        USER,
                        ATTRIBUTE,
                        DEFAULT);
        // Then
        assertThat(matched.project()).isEqualTo("p1");
        assertThat(matched.user()).isEqualTo("app");
        assertThat(matched.key()).isEqualTo("attribute _server_host");
        assertThat(matched.tried()).extracting(Tried::key).containsExactly("user", matched.key());
    }

    @Test
    void leavesWhatDoesNotMatchWholeToTheNextKey() {
        // Given
        Map<String, String> attributes = Map.of("_server_host", "p1.db.example.com.evil.org");
        // When / Then
        assertThat(matched(login("app", "project_p2", attributes), ATTRIBUTE, SCHEMA).project())
                .isEqualTo("p2");
        assertThat(resolve(login("app", "my_project_p2", attributes), ATTRIBUTE, SCHEMA))
                .isInstanceOf(NoMatch.class);
    }

    @Test
    void leavesAGroupThatIsEmptyToTheNextKey() {
        // Given
        var optional = new RouteKeyConfig.Schema(Pattern.compile("x(?<project>.*)|y"));
        // When / Then
        assertThat(matched(login("a", "x", Map.of()), optional, DEFAULT).project())
                .isEqualTo("legacy");
        assertThat(matched(login("a", "y", Map.of()), optional, DEFAULT).project())
                .isEqualTo("legacy");
    }

    @Test
    void endsWithAMatchAlsoWhereNobodyKnowsTheProject() {
        assertThat(matched(login("app+nobody", "project_p1", Map.of()), USER, SCHEMA).project())
                .isEqualTo("nobody");
    }

    @Test
    void takesTheProjectOfThePort() {
        // Given
        var login =
                new LoginFacts(
                        Family.MARIADB,
                        "app",
                        Optional.empty(),
                        Map.of(),
                        Optional.empty(),
                        Optional.of(new ProjectId("p9")));
        // When / Then
        assertThat(matched(login, USER, SCHEMA, LISTENER, DEFAULT).project()).isEqualTo("p9");
        assertThat(matched(login("app", "", Map.of()), LISTENER, DEFAULT).project())
                .isEqualTo("legacy");
    }

    @Test
    void tellsWhichKeysWereTriedWhenNoneMatches() {
        // When
        RouteKeyResult result = resolve(login("app", "", Map.of()), USER, ATTRIBUTE, SCHEMA);
        // Then
        assertThat(result)
                .isEqualTo(
                        new NoMatch(
                                List.of(
                                        new Tried("user", "the user name has no \"+\""),
                                        new Tried(
                                                "attribute _server_host",
                                                "the client sent no such attribute"),
                                        new Tried("schema", "the login names no schema"))));
    }

    @Test
    void knowsTheProjectOfASchemaByTheFirstKeyOverSchemas() {
        // Given
        var chain = new RouteKeyChain(List.of(USER, SCHEMA, DEFAULT));
        // When / Then
        assertThat(chain.projectOfSchema("project_p1")).contains("p1");
        assertThat(chain.projectOfSchema("mysql")).isEmpty();
        assertThat(new RouteKeyChain(List.of(USER, DEFAULT)).projectOfSchema("p1")).isEmpty();
    }

    @Test
    void matchesNoPatternAgainstAHostileText() {
        // Given
        var slow = new RouteKeyConfig.Schema(Pattern.compile("(?<project>(x+)+)y"));
        // When / Then
        assertThat(resolve(login("a", "x".repeat(256), Map.of()), slow))
                .isInstanceOf(NoMatch.class);
    }

    @Property(tries = 1000)
    void neverThrowsAndTriesEachKeyAtMostOnce(
            @ForAll String user, @ForAll String schema, @ForAll String value) {
        // When
        RouteKeyResult result =
                resolve(
                        login(user, schema, Map.of("_server_host", value)),
                        USER,
                        ATTRIBUTE,
                        SCHEMA,
                        LISTENER,
                        DEFAULT);
        // Then
        assertThat(result.tried()).hasSizeBetween(1, 5).doesNotHaveDuplicates();
        assertThat(result).isNotInstanceOf(NoMatch.class);
    }
}
