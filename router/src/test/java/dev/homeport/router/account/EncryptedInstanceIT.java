package dev.homeport.router.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.homeport.quarantine.QuarantineException;
import dev.homeport.quarantine.ServiceAccount;
import dev.homeport.quarantine.account.AccountLinks;
import dev.homeport.quarantine.account.TlsFiles;
import dev.homeport.router.FakeFleet;
import dev.homeport.router.config.ServiceAccountConfig;
import dev.homeport.router.guard.Quarantines;
import dev.homeport.router.placement.PlacementOutcome;
import dev.homeport.router.placement.PlacementRequest;
import dev.homeport.router.placement.PlacementService;
import dev.homeport.testkit.mariadb.Account;
import dev.homeport.testkit.mariadb.MariaDbServer;
import dev.homeport.testkit.mariadb.MariaDbSettings;
import dev.homeport.testkit.tls.ServerTls;
import dev.homeport.testkit.tls.TestCertificates;
import dev.homeport.topology.BackendLink;
import dev.homeport.topology.Capacity;
import dev.homeport.topology.ClusterDefinition;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.Compression;
import dev.homeport.topology.Family;
import dev.homeport.topology.Health;
import dev.homeport.topology.Instance;
import dev.homeport.topology.InstanceId;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.RouterId;
import dev.homeport.topology.TlsMode;
import dev.homeport.topology.Words;
import dev.homeport.topology.fields.Secret;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A router's own accounts on a server that takes encrypted connections only. */
final class EncryptedInstanceIT {
    private static final Account GUARD = Account.withRandomPassword("homeport_guard");
    private static final ClusterId C1 = new ClusterId("c1");

    @TempDir private static Path directory;

    private static TestCertificates certificates;
    private static MariaDbServer server;

    private final FakeFleet fleet = FakeFleet.empty().with("c1", Health.HEALTHY, instance());

    @BeforeAll
    static void startServer() {
        certificates = TestCertificates.in(directory.resolve("tls"));
        server =
                MariaDbServer.startPrimary(
                        MariaDbSettings.in(directory.resolve("db"))
                                .withTls(
                                        ServerTls.offered(
                                                        certificates.authority(),
                                                        certificates.server())
                                                .requiredOfAll()));
        server.execute(
                "CREATE USER homeport_guard@'%%' IDENTIFIED BY '%s'".formatted(GUARD.password()));
        server.execute(
                ServiceAccount.grants(Family.MARIADB, "homeport_guard@'%'").toArray(String[]::new));
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    private static Instance instance() {
        return new Instance(new InstanceId("c1-1"), MariaDbServer.HOST, server.port());
    }

    /** The cluster's record is edited. */
    private void edit(TlsMode mode) throws Exception {
        fleet.putCluster(
                new ClusterDefinition(
                        C1,
                        Family.MARIADB,
                        List.of(instance()),
                        100,
                        Capacity.UNLIMITED,
                        Map.of(),
                        new BackendLink(mode, Optional.empty(), false, Compression.OFF)),
                OptionalInt.empty());
    }

    private AccountLinks believing(Path authority) {
        return AccountLinks.of(
                fleet::current,
                new TlsFiles(Optional.of(authority), Optional.empty(), Optional.empty()));
    }

    private static ServiceAccountConfig config(Account account) {
        return new ServiceAccountConfig(
                account.user(), Path.of("/unread"), Duration.ofSeconds(3), Duration.ofSeconds(30));
    }

    private PlacementService placement(AccountLinks links) {
        return PlacementService.open(
                new RouterId("r1"),
                fleet,
                fleet,
                config(server.root()),
                new Secret(server.root().password()),
                links,
                Clock.systemUTC());
    }

    private static PlacementRequest request(String project) {
        return new PlacementRequest(new ProjectId(project), Optional.empty(), false, "test");
    }

    private static Quarantines quarantines(AccountLinks links) {
        return new Quarantines(
                new InstanceAccount(config(GUARD), new Secret(GUARD.password()), links));
    }

    @ParameterizedTest
    @EnumSource(names = {"FOLLOW", "REQUIRED", "VERIFY_IDENTITY"})
    void placesProjectsAndKeepsAQuarantine(TlsMode mode) throws Exception {
        // Given
        edit(mode);
        AccountLinks links = believing(certificates.authority());
        String project = "p" + Words.of(mode).replace('-', '_');

        // Then
        try (PlacementService service = placement(links);
                Quarantines quarantines = quarantines(links)) {
            assertThat(service.place(request(project))).isInstanceOf(PlacementOutcome.Placed.class);
            assertThat(quarantines.of(instance()).list()).isEmpty();
        }
    }

    @Test
    void saysWhyThereIsNoConnectionAndGoesOnWithTheNextEdit() throws Exception {
        // Given
        edit(TlsMode.VERIFY_CA);
        AccountLinks links = believing(certificates.otherAuthority());
        String reason =
                "its certificate does not come from whom file " + certificates.otherAuthority();
        try (PlacementService service = placement(links);
                Quarantines quarantines = quarantines(links)) {
            // When
            service.place(request("wrongca"));

            // Then
            assertThat(fleet.placement("wrongca").error().orElseThrow())
                    .contains("cannot be reached for provisioning: " + reason)
                    .doesNotContain(server.root().password());
            assertThatThrownBy(() -> quarantines.of(instance()).list())
                    .isInstanceOf(QuarantineException.class)
                    .hasMessageContaining(reason);

            // When
            edit(TlsMode.OFF);

            // Then
            assertThatThrownBy(() -> quarantines.of(instance()).list())
                    .isInstanceOf(QuarantineException.class)
                    .hasMessageContaining("takes no connections without TLS");

            // When
            edit(TlsMode.REQUIRED);

            // Then
            assertThat(service.place(request("wrongca")))
                    .isInstanceOf(PlacementOutcome.Placed.class);
            assertThat(quarantines.of(instance()).list()).isEmpty();
        }
    }
}
