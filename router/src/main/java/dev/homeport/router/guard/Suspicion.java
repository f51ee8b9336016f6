package dev.homeport.router.guard;

import dev.homeport.topology.TableName;

/** Why a statement looks like a mistake. */
sealed interface Suspicion {
    /** For people: in the catalogue, in the incident. */
    String text();

    /**
     * Its CREATE TABLE failed a short while ago: this may be a clean-up of what it did not make.
     */
    record FailedCreate(TableName table) implements Suspicion {
        @Override
        public String text() {
            return "creating " + table + " failed a short while ago";
        }
    }

    /** It was dropped and made again a short while ago: somebody takes it for an orphan. */
    record MadeAgain(TableName table) implements Suspicion {
        @Override
        public String text() {
            return table + " was dropped and made again a short while ago";
        }
    }

    /** Several tenants have rows in it. */
    record SharedTable(TableName table) implements Suspicion {
        @Override
        public String text() {
            return table + " is marked as shared by several tenants";
        }
    }

    /** More tables go than is usual. */
    record Burst(String owner, int tables, int budget) implements Suspicion {
        @Override
        public String text() {
            return "%d tables of %s within a short while, the budget is %d"
                    .formatted(tables, owner, budget);
        }
    }
}
