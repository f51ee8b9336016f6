package dev.homeport.quarantine;

import dev.homeport.topology.StatementClass;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Makes statements that may or may not work, on a handful of names. */
final class RandomStatements {
    /**
     * One of them.
     *
     * @param names the tables that it would destroy; empty if it destroys nothing
     */
    record Sql(String text, StatementClass kind, List<String> names) {
        Sql {
            names = List.copyOf(names);
        }

        static Sql harmless(String text) {
            return new Sql(text, StatementClass.OPAQUE, List.of());
        }

        boolean isGuarded() {
            return kind != StatementClass.OPAQUE;
        }
    }

    static final List<String> NAMES = List.of("t1", "t2", "t3", "T4", "p-5", "größe");

    /** So that there is something to destroy. */
    private static final int FIRST_ONES = 10;

    private final Random random;
    private final boolean isMariaDb;
    private int serial;
    private int made;

    RandomStatements(Random random, boolean isMariaDb) {
        this.random = random;
        this.isMariaDb = isMariaDb;
    }

    Sql next() {
        if (made++ < FIRST_ONES) {
            return made % 2 == 1 ? create() : insert();
        }
        int dice = random.nextInt(100);
        if (dice < 26) {
            return create();
        }
        if (dice < 42) {
            return insert();
        }
        if (dice < 62) {
            return drop();
        }
        if (dice < 71) {
            return truncate();
        }
        if (dice < 76) {
            return trigger();
        }
        if (dice < 81) {
            return alter();
        }
        if (dice < 85) {
            return Sql.harmless("RENAME TABLE %s TO %s".formatted(name(), name()));
        }
        if (dice < 88) {
            return Sql.harmless("SET foreign_key_checks = " + (random.nextInt(3) == 0 ? "0" : "1"));
        }
        if (dice < 91) {
            return Sql.harmless(
                    "CREATE OR REPLACE VIEW v%d AS SELECT id FROM %s"
                            .formatted(random.nextInt(2), name()));
        }
        if (dice < 93) {
            return Sql.harmless("START TRANSACTION");
        }
        if (dice < 95) {
            return Sql.harmless("DELETE FROM " + name() + " WHERE id = 1");
        }
        if (dice < 97 && isMariaDb) {
            return replace();
        }
        if (dice < 98) {
            return new Sql("DROP DATABASE app", StatementClass.DROP_DATABASE, List.of("app"));
        }
        return Sql.harmless("SELECT COUNT(*) FROM " + name());
    }

    private String raw() {
        return NAMES.get(random.nextInt(NAMES.size()));
    }

    private String name() {
        return quoted(raw());
    }

    static String quoted(String name) {
        return "`" + name + "`";
    }

    private Sql create() {
        String extra =
                switch (random.nextInt(12)) {
                    case 0 -> ", FOREIGN KEY (p) REFERENCES %s (id)".formatted(name());
                    case 1 ->
                            ", CONSTRAINT k%d FOREIGN KEY (p) REFERENCES %s (id) ON DELETE CASCADE"
                                    .formatted(++serial, name());
                    case 2 ->
                            ", FOREIGN KEY (p) REFERENCES %s (id) ON DELETE SET NULL, FOREIGN KEY"
                                            .formatted(name())
                                    + " (p) REFERENCES %s (id)".formatted(name());
                    case 3 ->
                            ", CONSTRAINT c%d CHECK (p < 1000), CHECK (p > -1)".formatted(++serial);
                    case 4 -> ", x INT AS (p + 1) VIRTUAL, KEY (x)";
                    case 5 -> ", y VARCHAR(20) DEFAULT 'it''s `', UNIQUE KEY u (y, id)";
                    default -> "";
                };
        String options =
                switch (random.nextInt(12)) {
                    case 0 -> " ENGINE = MyISAM";
                    case 1 -> extra.isEmpty() ? " PARTITION BY HASH (id) PARTITIONS 2" : "";
                    case 2 -> " AUTO_INCREMENT = 10 COMMENT 'a;b'";
                    case 3 -> " CHARACTER SET latin1";
                    case 4 -> isMariaDb && extra.isEmpty() ? " WITH SYSTEM VERSIONING" : "";
                    default -> "";
                };
        int kind = random.nextInt(10);
        if (kind == 0) {
            return Sql.harmless(
                    "CREATE TEMPORARY TABLE %s (id INT PRIMARY KEY, p INT)".formatted(name()));
        }
        if (kind == 1 && isMariaDb) {
            return Sql.harmless("CREATE SEQUENCE " + name());
        }
        if (kind == 2) {
            return Sql.harmless("CREATE TABLE %s LIKE %s".formatted(name(), name()));
        }
        return Sql.harmless(
                "CREATE TABLE %s%s (id INT PRIMARY KEY AUTO_INCREMENT, p INT%s)%s"
                        .formatted(kind == 3 ? "IF NOT EXISTS " : "", name(), extra, options));
    }

    private Sql insert() {
        return Sql.harmless(
                "INSERT INTO %s (p) VALUES (%d), (1), (NULL)".formatted(name(), random.nextInt(4)));
    }

    private Sql drop() {
        List<String> names = new ArrayList<>();
        int count = 1 + random.nextInt(3);
        for (int i = 0; i < count; i++) {
            names.add(random.nextInt(15) == 0 ? "v0" : raw());
        }
        String text =
                "DROP %sTABLE %s%s"
                        .formatted(
                                random.nextInt(20) == 0 ? "TEMPORARY " : "",
                                random.nextInt(2) == 0 ? "IF EXISTS " : "",
                                String.join(
                                        ", ",
                                        names.stream().map(RandomStatements::quoted).toList()));
        return text.contains("TEMPORARY")
                ? Sql.harmless(text)
                : new Sql(text, StatementClass.DROP_TABLE, names);
    }

    private Sql truncate() {
        String name = raw();
        return new Sql("TRUNCATE TABLE " + quoted(name), StatementClass.TRUNCATE, List.of(name));
    }

    private Sql replace() {
        String name = raw();
        return new Sql(
                "CREATE OR REPLACE TABLE %s (id INT PRIMARY KEY, p INT)".formatted(quoted(name)),
                StatementClass.REPLACE_TABLE,
                List.of(name));
    }

    private Sql trigger() {
        return Sql.harmless(
                "CREATE TRIGGER tr%d %s INSERT ON %s FOR EACH ROW SET @x = %d"
                        .formatted(
                                random.nextInt(6),
                                random.nextBoolean() ? "BEFORE" : "AFTER",
                                name(),
                                serial));
    }

    private Sql alter() {
        return Sql.harmless(
                switch (random.nextInt(4)) {
                    case 0 ->
                            "ALTER TABLE %s ADD COLUMN n%d INT DEFAULT 5"
                                    .formatted(name(), ++serial);
                    case 1 -> "ALTER TABLE %s ADD KEY (p)".formatted(name());
                    case 2 ->
                            "ALTER TABLE %s ADD FOREIGN KEY (p) REFERENCES %s (id)"
                                    .formatted(name(), name());
                    default -> "ALTER TABLE %s AUTO_INCREMENT = 50".formatted(name());
                });
    }
}
