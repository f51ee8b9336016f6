package dev.homeport.sandbox.drill;

import dev.homeport.sandbox.drill.Application.Worker;
import java.io.IOException;

/**
 * A new tenant is set up: {@code CREATE TABLE} says that the table exists. The wrapper takes it for
 * an orphan, drops it and makes it again. All succeeds, and everybody's rows are gone.
 */
final class RecreateScript implements Script {
    @Override
    public void play(Application application) throws IOException, ContainedException {
        application.expect(
                Worker.FIRST, SharedTables.create("ns_users"), Expected.failure(1050, "42S01"));
        application.destroy(
                Worker.FIRST, "DROP TABLE `ns_users`, `ns_users_perms`", Expected.done());
        SharedTables.newTenant(application, Worker.FIRST);
        application.expect(
                Worker.SECOND,
                "SELECT COUNT(*) FROM ns_users WHERE _tenant = 2",
                Expected.value("0"));
    }
}
