package dev.homeport.sandbox.drill;

import dev.homeport.sandbox.drill.Application.Worker;
import java.io.IOException;

/**
 * A new tenant is set up: its {@code CREATE TABLE} waits for a table that maintenance holds and
 * runs into its time limit. The wrapper takes what it did not make for half made, and drops it -
 * over another connection of its pool, and so through another router where there are several.
 */
final class CleanUpScript implements Script {
    @Override
    public void play(Application application) throws IOException, ContainedException {
        application.expect(Worker.MAINTENANCE, "LOCK TABLES ns_users WRITE", Expected.done());
        application.expect(
                Worker.FIRST,
                "SET STATEMENT max_statement_time = 0.2 FOR " + SharedTables.create("ns_users"),
                Expected.failure(1969, "70100"));
        application.expect(Worker.MAINTENANCE, "UNLOCK TABLES", Expected.done());
        application.destroy(
                Worker.SECOND,
                "DROP TABLE IF EXISTS `ns_users`, `ns_users_perms`",
                Expected.done());
        application.expect(
                Worker.MAINTENANCE,
                "SELECT COUNT(*) FROM ns_users WHERE _tenant = 2",
                Expected.failure(1146, "42S02"));
    }
}
