package dev.homeport.quarantine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.homeport.topology.TableName;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Without a right nothing is set aside, the right is named, and nothing has changed. */
abstract class RightsCases extends RealServerCases {
    private static final String ACCOUNT = TestServer.SERVICE.user() + "@'127.0.0.1'";

    RightsCases(TestServer.Kind kind) {
        super(kind);
    }

    @Test
    void namesEveryRightThatIsMissing() throws Exception {
        for (String right : ServiceAccount.rights(server.family())) {
            // Given
            table();
            server.server().execute("REVOKE %s ON *.* FROM %s".formatted(right, ACCOUNT));

            // When
            QuarantineException refusal = refusal();
            server.server().execute("GRANT %s ON *.* TO %s".formatted(right, ACCOUNT));

            // Then
            assertThat(refusal.reason()).isEqualTo(QuarantineException.Reason.RIGHTS);
            assertThat(refusal).hasMessageContaining(right);
            assertUntouched();
        }
    }

    @Test
    void dropsNoTriggerThatItCannotMakeAgain() throws Exception {
        // Given
        table();
        server.server().execute("SET GLOBAL log_bin_trust_function_creators = 0");

        // When
        QuarantineException refusal = refusal();
        server.server().execute("SET GLOBAL log_bin_trust_function_creators = 1");

        // Then
        assertThat(refusal.reason()).isEqualTo(QuarantineException.Reason.RIGHTS);
        assertThat(refusal).hasMessageContaining("log_bin_trust_function_creators");
        assertUntouched();
    }

    @Test
    void aTriggerOfASystemUserTakesOneMoreRightOnMySql() throws Exception {
        // Given
        execute(
                "CREATE TABLE t (i INT)",
                "CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW SET @x = 1");
        if (server.isMariaDb()) {
            session.dropTables("DROP TABLE t", "t");
            assertThat(session.fates()).hasSize(1);
            return;
        }

        // When
        QuarantineException refusal = refusal();

        // Then
        assertThat(refusal.reason()).isEqualTo(QuarantineException.Reason.RIGHTS);
        assertThat(refusal).hasMessageContaining("SYSTEM_USER");
        assertUntouched();
    }

    @Test
    void aTenantSeesNothingOfTheQuarantine() throws Exception {
        // Given
        execute("CREATE TABLE t (i INT)");
        session.dropTables("DROP TABLE t", "t");
        String kept = quarantine.list().getLast().kept().quoted();

        // When
        Answer read = session.run("SELECT * FROM " + kept);
        Answer drop = session.run("DROP TABLE " + kept);
        Answer catalogue = session.run("SELECT * FROM homeport.quarantine");
        Answer names = session.run("SHOW DATABASES LIKE 'homeport%'");

        // Then
        assertThat(List.of(read.error(), drop.error(), catalogue.error())).containsOnly(1142);
        assertThat(names.rows()).isEmpty();
    }

    private void table() {
        server.freshSchema("app");
        executeAsTenant(
                "CREATE TABLE t (i INT)",
                "INSERT INTO t VALUES (1)",
                "CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW SET @x = 1");
    }

    private QuarantineException refusal() {
        return catchThrowableOfType(
                QuarantineException.class,
                () ->
                        quarantine.begin(
                                Deeds.drop(session.threadId()),
                                new Intention.DropTables(List.of(new TableName("app", "t")), true),
                                Duration.ofSeconds(5)));
    }

    private void assertUntouched() {
        assertThat(query("SHOW TABLES FROM app")).containsExactly(List.of("t"));
        assertThat(query("SHOW TRIGGERS FROM app")).hasSize(1);
        assertThat(leftovers()).isEmpty();
    }
}
