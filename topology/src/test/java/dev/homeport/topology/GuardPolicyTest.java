package dev.homeport.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class GuardPolicyTest {
    private static final GuardSubject SUBJECT =
            new GuardSubject(new ProjectId("p42"), new ClusterId("c1"), "app");
    private static final TableName USERS = new TableName("app", "_12_users");

    @ParameterizedTest
    @EnumSource(StatementClass.class)
    void aNewFleetKeepsWhatCanBeKept(StatementClass kind) {
        // When
        GuardAction action = GuardPolicy.DEFAULT.actionFor(SUBJECT, kind, USERS);

        // Then
        GuardAction expected =
                switch (kind) {
                    case DROP_TABLE, DROP_DATABASE, TRUNCATE, REPLACE_TABLE ->
                            GuardAction.QUARANTINE;
                    case PURGE_LOGS, SHUTDOWN -> GuardAction.REFUSE;
                    case OPAQUE -> GuardAction.ALLOW;
                    default -> GuardAction.LOG;
                };
        assertThat(action).isEqualTo(expected);
        assertThat(action == GuardAction.QUARANTINE).isEqualTo(kind.canBeQuarantined());
    }

    @Test
    void theFirstRuleThatSpeaksOfAStatementDecides() {
        // Given
        GuardPolicy policy =
                with(
                        rule("tmp_*", Map.of(StatementClass.DROP_TABLE, GuardAction.ALLOW)),
                        rule("*", Map.of(StatementClass.TRUNCATE, GuardAction.APPROVE)),
                        rule("*", Map.of(StatementClass.DROP_TABLE, GuardAction.REFUSE)));

        // Then
        assertThat(drop(policy, "TMP_1")).isEqualTo(GuardAction.ALLOW);
        assertThat(drop(policy, "users")).isEqualTo(GuardAction.REFUSE);
        assertThat(policy.actionFor(SUBJECT, StatementClass.TRUNCATE, USERS))
                .isEqualTo(GuardAction.APPROVE);
        assertThat(policy.actionFor(SUBJECT, StatementClass.DROP_COLUMN, USERS))
                .isEqualTo(GuardAction.LOG);
    }

    @Test
    void allStandsForTheClassesThatARuleDoesNotName() {
        // Given
        GuardPolicy policy =
                with(
                        new GuardRule(
                                List.of(),
                                List.of(),
                                List.of(),
                                List.of(),
                                List.of(),
                                Map.of(StatementClass.DROP_TABLE, GuardAction.QUARANTINE),
                                Optional.of(GuardAction.REFUSE)));

        // Then
        assertThat(drop(policy, "users")).isEqualTo(GuardAction.QUARANTINE);
        assertThat(policy.actionFor(SUBJECT, StatementClass.OPAQUE, TableName.NONE))
                .isEqualTo(GuardAction.REFUSE);
    }

    @ParameterizedTest
    @CsvSource({
        "p4?, c1, app, app, _12_*, true",
        "P42, C*, APP, APP, app._12_users, true",
        "p43, c1, app, app, *, false",
        "p42, c2, app, app, *, false",
        "p42, c1, other, app, *, false",
        "p42, c1, app, other, *, false",
        "p42, c1, app, app, other.*, false",
        "p42, c1, app, app, _12, false",
    })
    void everyListMustMatch(
            String project, String cluster, String user, String schema, String table, boolean is) {
        // Given
        GuardRule rule =
                new GuardRule(
                        List.of(new Glob("nobody"), new Glob(project)),
                        List.of(new Glob(cluster)),
                        List.of(new Glob(user)),
                        List.of(new Glob(schema)),
                        List.of(TableGlob.parse(table)),
                        Map.of(StatementClass.DROP_TABLE, GuardAction.REFUSE),
                        Optional.empty());

        // When
        Optional<GuardAction> action = rule.actionFor(SUBJECT, StatementClass.DROP_TABLE, USERS);

        // Then
        assertThat(action.isPresent()).isEqualTo(is);
    }

    @Test
    void aDatabaseIsMatchedByItsNameAndNoTableOfIt() {
        // Given
        GuardPolicy byTable =
                with(rule("app.users", Map.of(StatementClass.DROP_DATABASE, GuardAction.ALLOW)));
        GuardPolicy bySchema =
                with(rule("app.*", Map.of(StatementClass.DROP_DATABASE, GuardAction.ALLOW)));
        TableName database = new TableName("app", "");

        // Then
        assertThat(byTable.actionFor(SUBJECT, StatementClass.DROP_DATABASE, database))
                .isEqualTo(GuardAction.QUARANTINE);
        assertThat(bySchema.actionFor(SUBJECT, StatementClass.DROP_DATABASE, database))
                .isEqualTo(GuardAction.ALLOW);
    }

    @ParameterizedTest
    @EnumSource(GuardAction.class)
    void whoOnlyObservesNeverDoesMoreThanLog(GuardAction action) {
        // Given
        GuardPolicy observing =
                new GuardPolicy(
                        true,
                        List.of(),
                        GuardPolicy.DEFAULT_RETENTION,
                        0,
                        1,
                        Duration.ZERO,
                        GuardBudgets.DEFAULT,
                        List.of(),
                        Optional.empty());

        // Then
        assertThat(observing.inForce(action))
                .isEqualTo(action == GuardAction.ALLOW ? GuardAction.ALLOW : GuardAction.LOG);
        assertThat(GuardPolicy.DEFAULT.inForce(action)).isEqualTo(action);
    }

    @Test
    void sharedTablesAndTenantsAreToldByTheirNames() {
        // Given
        GuardPolicy policy =
                new GuardPolicy(
                        false,
                        List.of(),
                        GuardPolicy.DEFAULT_RETENTION,
                        0,
                        1,
                        Duration.ZERO,
                        GuardBudgets.DEFAULT,
                        List.of(TableGlob.parse("ns_*"), TableGlob.parse("app.shared")),
                        Optional.of(new TenantPattern("_(?<tenant>\\d+)_")));

        // Then
        assertThat(policy.isShared(new TableName("any", "NS_users"))).isTrue();
        assertThat(policy.isShared(new TableName("app", "shared"))).isTrue();
        assertThat(policy.isShared(new TableName("other", "shared"))).isFalse();
        assertThat(policy.tenantOf("_12_users")).contains("12");
        assertThat(policy.tenantOf("users")).isEmpty();
        assertThat(policy.tenantOf("_1_" + "x".repeat(70))).isEmpty();
        assertThat(GuardPolicy.DEFAULT.tenantOf("_12_users")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "_(\\d+)_",
                "(?<tenant>a)(?<tenant>b)",
                "(?<tenant>(a+)+)",
                "(?<tenant>a+)+",
                "(?<tenant>a+){9}",
                "(?<tenant>a|b)",
                "(?<tenant>a)|b",
                "(?=x)(?<tenant>a)",
                "(?<tenant>a)\\1",
                "(?<tenant>a)\\k<tenant>",
                "\\Q(?<tenant>a)\\E",
                "(?<tenant>\\p{L})",
                "(?<tenant>a",
                "a)",
                "(?<tenant>[a-z)",
                "(?<tenant>[a&&[b]])",
                "a*b*c*(?<tenant>d*)",
                "a{2}{3}(?<tenant>b)",
                "(?<tenant>z-a)[z-a]",
                "(?<tenant>a)\\",
                "*(?<tenant>a)",
            })
    void patternsThatCouldRunAwayOrAreWrongAreRefused(String text) {
        assertThatThrownBy(() -> new TenantPattern(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("must ");
    }

    @ParameterizedTest
    @CsvSource({
        "^t(?<tenant>[0-9a-f]{4})$, t00ff, 00ff",
        "^(?<tenant>[^_]+?)__, acme__users, acme",
        "^\\$(?<tenant>\\w*+)\\.x?, $abc.y, abc",
        "_(?<tenant>.*)_, _1_2_3, 1_2",
    })
    void whatCannotRunAwayIsTaken(String pattern, String name, String tenant) {
        assertThat(new TenantPattern(pattern).tenantOf(name)).contains(tenant);
    }

    @Test
    void theWorstPatternLooksAtTheLongestNameInNoTime() {
        // Given
        TenantPattern worst = new TenantPattern("a*a*(?<tenant>a*)b");
        String name = "a".repeat(TableName.MOST_CHARS);
        long start = System.nanoTime();

        // When
        Optional<String> tenant = worst.tenantOf(name);

        // Then
        assertThat(tenant).isEmpty();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
    }

    /** The rule once more: each star is as long as it must be. */
    @Property
    void globsMatchAsTheirRegularExpressionDoes(
            @ForAll("globs") String glob, @ForAll("names") String name) {
        // Given
        String regex = "(?i)" + glob.replace(".", "\\.").replace("*", ".*").replace("?", ".");

        // Then
        assertThat(new Glob(glob).matches(name)).isEqualTo(name.matches(regex));
    }

    @Test
    void globsAreNotLongWithAnything() {
        // Given
        Glob glob = new Glob("*a".repeat(60) + "b");

        // Then
        assertThat(glob.matches("a".repeat(10_000))).isFalse();
        for (String wrong : List.of("", "a\n", "x".repeat(131))) {
            assertThatThrownBy(() -> new Glob(wrong)).hasMessageContaining("is no pattern");
        }
    }

    @Provide
    Arbitrary<String> globs() {
        return Arbitraries.strings().withChars("aB*?.").ofMinLength(1).ofMaxLength(8);
    }

    @Provide
    Arbitrary<String> names() {
        return Arbitraries.strings().withChars("aAbB.").ofMaxLength(10);
    }

    private static GuardAction drop(GuardPolicy policy, String table) {
        return policy.actionFor(SUBJECT, StatementClass.DROP_TABLE, new TableName("app", table));
    }

    private static GuardRule rule(String table, Map<StatementClass, GuardAction> actions) {
        return new GuardRule(
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                Stream.of(table).map(TableGlob::parse).toList(),
                actions,
                Optional.empty());
    }

    private static GuardPolicy with(GuardRule... rules) {
        return new GuardPolicy(
                false,
                Arrays.asList(rules),
                GuardPolicy.DEFAULT_RETENTION,
                GuardPolicy.DEFAULT_QUOTA_BYTES,
                GuardPolicy.DEFAULT_GENERATIONS,
                GuardPolicy.DEFAULT_MEMORY,
                GuardBudgets.DEFAULT,
                List.of(),
                Optional.empty());
    }
}
