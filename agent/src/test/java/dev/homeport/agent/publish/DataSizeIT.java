package dev.homeport.agent.publish;

import static dev.homeport.testkit.fleet.Clusters.aCluster;
import static dev.homeport.testkit.fleet.Fleets.aFleet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.agent.config.ProbeConfig;
import dev.homeport.agent.probe.JdbcProbe;
import dev.homeport.quarantine.account.AccountLink;
import dev.homeport.testkit.fleet.FakeFleetSource;
import dev.homeport.testkit.mariadb.Account;
import dev.homeport.testkit.mariadb.MariaDbServer;
import dev.homeport.testkit.mariadb.MariaDbSettings;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.fields.Secret;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DataSizeIT {
    private static final Account AGENT = Account.withRandomPassword("homeport_agent");
    private static final ProbeConfig PROBE =
            new ProbeConfig(
                    AGENT.user(),
                    new Secret(AGENT.password()),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(5),
                    3,
                    Duration.ofSeconds(10));

    @TempDir private Path directory;

    @Test
    void theLeaderKnowsHowMuchTheDataTake() {
        try (MariaDbServer server = MariaDbServer.startPrimary(MariaDbSettings.in(directory))) {
            // Given
            server.execute(
                    "CREATE USER %s IDENTIFIED BY '%s'".formatted(AGENT.user(), AGENT.password()),
                    "GRANT SELECT ON mysql.innodb_table_stats TO " + AGENT.user(),
                    "CREATE DATABASE p1",
                    "CREATE TABLE p1.t (i INT PRIMARY KEY, c VARCHAR(200)) ENGINE=InnoDB");
            var leads = new AtomicBoolean();
            try (var size = size(server, leads)) {
                size.look();
                assertThat(size.bytes()).isEmpty();
                leads.set(true);
                size.look();
                long empty = size.bytes().orElseThrow();

                // When
                server.execute(
                        "USE p1",
                        "INSERT INTO p1.t SELECT seq, REPEAT('x', 200) FROM seq_1_to_20000",
                        "ANALYZE TABLE p1.t");
                size.look();

                // Then
                assertThat(size.bytes().orElseThrow() - empty)
                        .isBetween(20_000 * 200L, 20_000 * 200L * 4);
            }
        }
    }

    @Test
    void whatHardlyChangesIsNoNews() {
        assertThat(DataSize.news(OptionalLong.empty(), 7)).isEqualTo(7);
        assertThat(DataSize.news(OptionalLong.of(1000), 1020)).isEqualTo(1000);
        assertThat(DataSize.news(OptionalLong.of(1000), 979)).isEqualTo(979);
        assertThat(DataSize.news(OptionalLong.of(0), 1)).isEqualTo(1);
    }

    private static DataSize size(MariaDbServer server, AtomicBoolean leads) {
        return new DataSize(
                new ClusterId("c1"),
                FakeFleetSource.of(
                        aFleet().with(aCluster("c1").withPrimary("c1-1", server.port())).build()),
                leads::get,
                instance -> JdbcProbe.dataSource(instance, any -> AccountLink.DEFAULT, PROBE));
    }
}
