package dev.homeport.sandbox.drill;

import dev.homeport.sandbox.drill.Application.Worker;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * The tables of an application whose tenants share them: a collection is a table and its companion
 * for permissions, and a column says whose a row is.
 */
final class SharedTables {
    /** Who has rows in all of them. */
    static final List<Integer> TENANTS = List.of(1, 2, 3);

    private static final int NEXT_TENANT = 4;
    private static final int FEWEST_ROWS = 200;
    private static final int MOST_ROWS = 500;

    private final List<String> collections;

    SharedTables(List<String> names) {
        this.collections = names.stream().map(name -> "ns_" + name).toList();
    }

    /** Without their companions. */
    List<String> collections() {
        return collections;
    }

    /** All, in the order in which they are made. */
    List<String> all() {
        return collections.stream().flatMap(name -> Stream.of(name, name + "_perms")).toList();
    }

    /** How such a table is made. */
    static String create(String table) {
        return """
        CREATE TABLE `%s` (_id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY, \
        _uid VARCHAR(36) NOT NULL, _tenant INT NOT NULL, content VARCHAR(200), \
        UNIQUE KEY _index_uid (_tenant, _uid)) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4"""
                .formatted(table);
    }

    /**
     * Makes all of them, with some hundred rows of each tenant.
     *
     * @param random how many, and what is in them
     */
    void make(Application application, Random random) throws IOException, ContainedException {
        for (String table : all()) {
            application.expect(Worker.FIRST, create(table), Expected.done());
            for (int tenant : TENANTS) {
                int rows = random.nextInt(FEWEST_ROWS, MOST_ROWS);
                application.expect(
                        Worker.FIRST,
                        """
                        INSERT INTO `%s` (_uid, _tenant, content) \
                        SELECT CONCAT('u', seq), %d, MD5(CONCAT(%d, '-', seq)) FROM seq_1_to_%d"""
                                .formatted(table, tenant, random.nextInt(), rows),
                        Expected.rows(rows));
            }
        }
    }

    /** One tenant more: makes its first tables, which it finds missing, and uses them. */
    static void newTenant(Application application, Worker worker)
            throws IOException, ContainedException {
        for (String table : List.of("ns_users", "ns_users_perms")) {
            application.expect(worker, create(table), Expected.done());
        }
        application.expect(
                worker,
                "INSERT INTO `ns_users` (_uid, _tenant, content) VALUES ('u1', %d, 'first')"
                        .formatted(NEXT_TENANT),
                Expected.rows(1));
    }
}
