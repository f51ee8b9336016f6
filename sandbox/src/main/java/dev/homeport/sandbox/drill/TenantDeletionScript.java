package dev.homeport.sandbox.drill;

import dev.homeport.sandbox.drill.Application.Worker;
import java.io.IOException;

/**
 * One tenant is deleted, collection by collection, and each collection's tables with it, which the
 * others share. By its text it is a deletion like any other. For a moment the others are told that
 * their tables do not exist; then the next new tenant makes some again, empty, and all looks well.
 */
final class TenantDeletionScript implements Script {
    @Override
    public void play(Application application) throws IOException, ContainedException {
        for (String table : Variant.TENANT.tables().collections()) {
            application.destroy(
                    Worker.FIRST,
                    "DROP TABLE `%1$s`, `%1$s_perms`".formatted(table),
                    Expected.done());
        }
        application.expect(
                Worker.SECOND,
                "SELECT COUNT(*) FROM ns_users WHERE _tenant = 2",
                Expected.failure(1146, "42S02"));
        SharedTables.newTenant(application, Worker.SECOND);
        application.expect(Worker.FIRST, "SELECT 1", Expected.value("1"));
    }
}
