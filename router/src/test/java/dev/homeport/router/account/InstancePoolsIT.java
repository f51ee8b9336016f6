package dev.homeport.router.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.homeport.quarantine.account.AccountLink;
import dev.homeport.router.config.ServiceAccountConfig;
import dev.homeport.testkit.mariadb.MariaDbServer;
import dev.homeport.topology.Instance;
import dev.homeport.topology.InstanceId;
import dev.homeport.topology.fields.Secret;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class InstancePoolsIT {
    private static final InstanceId ID = new InstanceId("c1-1");

    @TempDir private Path directory;

    @Test
    void closesAPoolOnlyWhenNobodyUsesIt() throws Exception {
        try (MariaDbServer server = MariaDbServer.start(directory);
                InstancePools pools = pools(server.root().password())) {
            Instance instance = new Instance(ID, MariaDbServer.HOST, server.port());

            try (InstancePools.Lease lease = pools.connect(instance)) {
                // When
                pools.closeUnused(Duration.ZERO);

                // Then
                assertThat(pools.size()).isEqualTo(1);
                assertThat(lease.connection().isValid(1)).isTrue();
            }

            // When
            pools.closeUnused(Duration.ZERO);

            // Then
            assertThat(pools.size()).isZero();
        }
    }

    @Test
    void takesNoHostThatWouldChangeTheUrl() {
        try (InstancePools pools = pools("x")) {
            Instance instance = new Instance(ID, "db/?allowLocalInfile=true&a=", 3306);

            assertThatThrownBy(() -> pools.connect(instance).close())
                    .isInstanceOf(SQLException.class)
                    .cause()
                    .hasMessageContaining("is no host name");
        }
    }

    private static InstancePools pools(String password) {
        return new InstancePools(
                "test",
                new ServiceAccountConfig(
                        "root", Path.of("/unread"), Duration.ofSeconds(3), Duration.ofSeconds(9)),
                new Secret(password),
                any -> AccountLink.DEFAULT,
                2);
    }
}
