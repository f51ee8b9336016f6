package dev.homeport.sandbox.drill;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The ways in which an application dropped tables that belonged to all of its tenants. */
enum Variant {
    /** A table could not be created, and the clean-up drops the one that stood there all along. */
    CLEANUP("cleanup", List.of("users", "files", "teams"), new CleanUpScript()),

    /** A table that exists is taken for an orphan: dropped and made anew, and empty. */
    RECREATE("recreate", List.of("users", "files", "teams"), new RecreateScript()),

    /** One tenant is deleted, and the tables that all tenants share with it. */
    TENANT("tenant", manyCollections(), new TenantDeletionScript());

    private final String word;
    private final SharedTables tables;
    private final Script script;

    Variant(String word, List<String> collections, Script script) {
        this.word = word;
        this.tables = new SharedTables(collections);
        this.script = script;
    }

    /** With their companions more than a new fleet's guard lets a project drop in a minute: 20. */
    private static List<String> manyCollections() {
        return Stream.concat(
                        Stream.of("users"),
                        IntStream.rangeClosed(2, 11).mapToObj(number -> "collection" + number))
                .toList();
    }

    /** As people write it. */
    String word() {
        return word;
    }

    SharedTables tables() {
        return tables;
    }

    Script script() {
        return script;
    }
}
