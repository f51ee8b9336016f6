package dev.homeport.sandbox.fleet;

import dev.homeport.quarantine.ServiceAccount;
import dev.homeport.sandbox.plan.SandboxPlan;
import dev.homeport.testkit.mariadb.Account;
import dev.homeport.testkit.mariadb.MariaDbServer;
import dev.homeport.topology.Family;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Makes a cluster of instances that have just started and are all read-only: opens the primary,
 * gives it its accounts once, and lets the others replicate from it. Idempotent.
 */
final class ClusterSetUp {
    private final SandboxPlan plan;

    ClusterSetUp(SandboxPlan plan) {
        this.plan = plan;
    }

    /**
     * Sets a cluster up.
     *
     * @param lastPrimary name of the instance that was the primary in the last run
     * @return the primary
     */
    MariaDbServer setUp(List<MariaDbServer> instances, Optional<String> lastPrimary) {
        MariaDbServer primary = choose(instances, lastPrimary);
        if (!primary.replicaStatus().isEmpty()) {
            primary.execute("STOP SLAVE", "RESET SLAVE ALL");
        }
        primary.openForWrites();
        if (!has(primary, plan.replication())) {
            createAccounts(primary);
        }
        if (!has(primary, plan.guard())) {
            createGuard(primary); // not there before there was a guard
        }
        for (MariaDbServer instance : instances) {
            if (instance != primary && !replicatesFrom(instance, primary)) {
                instance.replicateFrom(primary, plan.replication());
            }
        }
        return primary;
    }

    /** The last primary; where that is not known, the first that replicates from nobody. */
    private static MariaDbServer choose(
            List<MariaDbServer> instances, Optional<String> lastPrimary) {
        return lastPrimary
                .flatMap(
                        name -> instances.stream().filter(one -> one.name().equals(name)).findAny())
                .or(
                        () ->
                                instances.stream()
                                        .filter(one -> one.replicaStatus().isEmpty())
                                        .findFirst())
                .orElseGet(instances::getFirst);
    }

    private static boolean replicatesFrom(MariaDbServer replica, MariaDbServer primary) {
        Map<String, String> status = replica.replicaStatus();
        return Integer.toString(primary.port()).equals(status.get("Master_Port"))
                && "Slave_Pos".equals(status.get("Using_Gtid"));
    }

    /** Of the first accounts the one for replication is made last. */
    private static boolean has(MariaDbServer primary, Account account) {
        return !primary.query(
                        "SELECT 1 FROM mysql.user WHERE user = '%s'".formatted(account.user()))
                .isEmpty();
    }

    private void createGuard(MariaDbServer primary) {
        // What the application may do everywhere it must not do in quarantine.
        primary.execute("GRANT REFERENCES ON `homeport\\_quarantine%`.* TO app@'%'");
        primary.execute(
                Stream.concat(
                                Stream.of(create(plan.guard())),
                                ServiceAccount.grants(Family.MARIADB, plan.guard().user() + "@'%'")
                                        .stream())
                        .toArray(String[]::new));
    }

    private void createAccounts(MariaDbServer primary) {
        primary.execute(
                "CREATE DATABASE IF NOT EXISTS homeport",
                "CREATE TABLE IF NOT EXISTS homeport.epoch"
                        + " (cluster VARCHAR(63) PRIMARY KEY, epoch BIGINT NOT NULL)",
                create(plan.app()),
                // Every schema of an application, present and future. For the schemas that are not
                // for applications the entry that names them counts instead, and REFERENCES alone
                // allows nothing.
                "GRANT ALL PRIVILEGES ON `%`.* TO app@'%'",
                "GRANT REFERENCES ON mysql.* TO app@'%'",
                "GRANT REFERENCES ON sys.* TO app@'%'",
                "GRANT REFERENCES ON homeport.* TO app@'%'",
                create(plan.provision()),
                // CREATE makes schemas; with the others it also sees whether one is empty.
                "GRANT CREATE, CREATE ROUTINE, EVENT ON *.* TO homeport_provision@'%'",
                create(plan.agent()),
                "GRANT REPLICA MONITOR, BINLOG MONITOR, BINLOG ADMIN, REPLICATION SLAVE ON *.*"
                        + " TO homeport_agent@'%'",
                "GRANT SELECT ON mysql.innodb_table_stats TO homeport_agent@'%'",
                "GRANT SELECT, INSERT, UPDATE ON homeport.epoch TO homeport_agent@'%'",
                create(plan.replication()),
                "GRANT REPLICATION SLAVE ON *.* TO homeport_replication@'%'");
    }

    private static String create(Account account) {
        return "CREATE OR REPLACE USER %s@'%%' IDENTIFIED BY '%s'"
                .formatted(account.user(), account.password());
    }
}
