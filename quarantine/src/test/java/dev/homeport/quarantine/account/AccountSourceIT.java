package dev.homeport.quarantine.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.homeport.testkit.mariadb.Account;
import dev.homeport.testkit.mariadb.MariaDbServer;
import dev.homeport.testkit.mariadb.MariaDbSettings;
import dev.homeport.testkit.mysqlserver.MySqlInstallation;
import dev.homeport.testkit.mysqlserver.MySqlServer;
import dev.homeport.testkit.mysqlserver.MySqlSettings;
import dev.homeport.testkit.tls.PemFiles;
import dev.homeport.testkit.tls.ServerTls;
import dev.homeport.testkit.tls.TestCertificates;
import dev.homeport.topology.BackendLink;
import dev.homeport.topology.Compression;
import dev.homeport.topology.Instance;
import dev.homeport.topology.InstanceId;
import dev.homeport.topology.TlsMode;
import dev.homeport.topology.fields.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A server that takes encrypted connections only, and one that takes none of them. */
final class AccountSourceIT {
    private static final Account PLAIN_ACCOUNT = Account.withRandomPassword("keeper");
    private static final Account WITH_CERTIFICATE = Account.withRandomPassword("shower");

    @TempDir static Path directory;

    private static TestCertificates certificates;
    private static PemFiles used;
    private static MariaDbServer strict;
    private static MariaDbServer bare;

    @BeforeAll
    static void startServers() throws IOException {
        certificates = TestCertificates.in(directory.resolve("tls"));
        used = certificates.server("used", List.of("localhost"));
        strict =
                MariaDbServer.startPrimary(
                        MariaDbSettings.in(directory.resolve("strict"))
                                .withTls(
                                        ServerTls.offered(certificates.authority(), used)
                                                .requiredOfAll()));
        bare = MariaDbServer.startPrimary(MariaDbSettings.in(directory.resolve("bare")));
        for (MariaDbServer server : List.of(strict, bare)) {
            create(server, PLAIN_ACCOUNT, "");
        }
        create(strict, WITH_CERTIFICATE, " REQUIRE X509");
    }

    private static void create(MariaDbServer server, Account account, String more) {
        server.execute(
                "CREATE USER %s@'%%' IDENTIFIED BY '%s'%s"
                        .formatted(account.user(), account.password(), more));
    }

    @AfterAll
    static void stopServers() {
        strict.close();
        bare.close();
    }

    @AfterEach
    void showTheUsualCertificate() throws IOException {
        show(certificates.server());
    }

    /** The server goes by that one from now on. */
    private static void show(PemFiles files) throws IOException {
        Files.copy(files.certificate(), used.certificate(), StandardCopyOption.REPLACE_EXISTING);
        Files.copy(files.key(), used.key(), StandardCopyOption.REPLACE_EXISTING);
        strict.execute("FLUSH SSL");
    }

    private static TlsFiles believing(Path authority) {
        return new TlsFiles(Optional.of(authority), Optional.empty(), Optional.empty());
    }

    private static AccountLink link(TlsMode mode, Optional<String> authority, TlsFiles files) {
        return AccountLink.of(new BackendLink(mode, authority, false, Compression.OFF), files);
    }

    private static AccountLink link(TlsMode mode) {
        return link(mode, Optional.empty(), believing(certificates.authority()));
    }

    private static Connection connect(String host, int port, Account account, AccountLink link)
            throws SQLException {
        return new AccountSource(
                        new Instance(new InstanceId("c1-1"), host, port),
                        any -> link,
                        new AccountSource.Account(
                                account.user(),
                                new Secret(account.password()),
                                Duration.ofSeconds(5),
                                Duration.ofSeconds(5)))
                .getConnection();
    }

    private static boolean isEncrypted(String host, int port, Account account, AccountLink link)
            throws SQLException {
        try (Connection connection = connect(host, port, account, link);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SHOW STATUS LIKE 'Ssl_cipher'")) {
            return row.next() && !row.getString(2).isEmpty();
        }
    }

    private static boolean isEncrypted(AccountLink link) throws SQLException {
        return isEncrypted("127.0.0.1", strict.port(), PLAIN_ACCOUNT, link);
    }

    private static void assertRefused(AccountLink link, String... words) {
        assertThatThrownBy(() -> isEncrypted(link))
                .isInstanceOf(TlsRefusedException.class)
                .message()
                .contains(words)
                .doesNotContain(PLAIN_ACCOUNT.password(), PLAIN_ACCOUNT.user());
    }

    @ParameterizedTest
    @EnumSource(value = TlsMode.class, names = "OFF", mode = EnumSource.Mode.EXCLUDE)
    void isEncryptedInEachModeButOff(TlsMode mode) throws Exception {
        assertThat(isEncrypted(link(mode))).isTrue();
        assertThat(isEncrypted("localhost", strict.port(), PLAIN_ACCOUNT, link(mode))).isTrue();
    }

    @Test
    void saysWhatThePlainOneLacks() {
        assertRefused(
                link(TlsMode.OFF),
                "takes no connections without TLS",
                "tls.mode of the cluster's record, which is off, has to be preferred");
    }

    @Test
    void staysPlainWhereTheInstanceOffersNothingAndNothingIsAsked() throws Exception {
        for (TlsMode mode : new TlsMode[] {TlsMode.OFF, TlsMode.FOLLOW, TlsMode.PREFERRED}) {
            assertThat(isEncrypted("127.0.0.1", bare.port(), PLAIN_ACCOUNT, link(mode))).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"REQUIRED", "VERIFY_CA", "VERIFY_IDENTITY"})
    void goesNowhereUnencryptedWhereItIsAsked(TlsMode mode) {
        assertThatThrownBy(() -> connect("127.0.0.1", bare.port(), PLAIN_ACCOUNT, link(mode)))
                .isInstanceOf(TlsRefusedException.class)
                .hasMessageContaining("offers no TLS");
    }

    @Test
    void believesTheAuthorityOfTheRecordBeforeTheFile() throws Exception {
        // Given
        String right = Files.readString(certificates.authority());
        String wrong = Files.readString(certificates.otherAuthority());

        // Then
        assertThat(
                        isEncrypted(
                                link(
                                        TlsMode.VERIFY_IDENTITY,
                                        Optional.of(right),
                                        believing(certificates.otherAuthority()))))
                .isTrue();
        assertRefused(
                link(
                        TlsMode.VERIFY_IDENTITY,
                        Optional.of(wrong),
                        believing(certificates.authority())),
                "does not come from whom tls.ca of the cluster's record names");
    }

    @ParameterizedTest
    @EnumSource(names = {"VERIFY_CA", "VERIFY_IDENTITY"})
    void refusesACertificateOfSomebodyElse(TlsMode mode) throws Exception {
        assertRefused(
                link(mode, Optional.empty(), believing(certificates.otherAuthority())),
                "does not come from whom file " + certificates.otherAuthority());
        assertRefused(
                link(mode, Optional.empty(), TlsFiles.NONE),
                "does not come from whom this machine's Java believes");
        assertThat(
                        isEncrypted(
                                link(
                                        TlsMode.REQUIRED,
                                        Optional.empty(),
                                        believing(certificates.otherAuthority()))))
                .isTrue();
    }

    @Test
    void asksForTheNameOnlyWhereTheIdentityIsVerified() throws Exception {
        // When
        show(certificates.serverOfWrongHost());

        // Then
        assertThat(isEncrypted(link(TlsMode.VERIFY_CA))).isTrue();
        assertRefused(link(TlsMode.VERIFY_IDENTITY), "is not for 127.0.0.1");
        assertThatThrownBy(
                        () ->
                                connect(
                                        "localhost",
                                        strict.port(),
                                        PLAIN_ACCOUNT,
                                        link(TlsMode.VERIFY_IDENTITY)))
                .isInstanceOf(TlsRefusedException.class)
                .hasMessageContaining("is not for localhost");
    }

    @Test
    void refusesACertificateThatHasExpired() throws Exception {
        // When
        show(certificates.serverExpired());

        // Then
        assertThat(isEncrypted(link(TlsMode.REQUIRED))).isTrue();
        assertRefused(link(TlsMode.VERIFY_CA), "has expired");
    }

    @Test
    void showsItsOwnCertificateAndReadsItAgainForEachConnection() throws Exception {
        // Given
        PemFiles own = certificates.clientOfOtherAuthority("own");
        AccountLink link =
                link(
                        TlsMode.VERIFY_IDENTITY,
                        Optional.empty(),
                        new TlsFiles(
                                Optional.of(certificates.authority()),
                                Optional.of(own.certificate()),
                                Optional.of(own.key())));
        assertThatThrownBy(() -> connect("127.0.0.1", strict.port(), WITH_CERTIFICATE, link))
                .isInstanceOf(SQLException.class);

        // When it is renewed on disk
        certificates.client("own");

        // Then
        assertThat(isEncrypted("127.0.0.1", strict.port(), WITH_CERTIFICATE, link)).isTrue();
        assertThatThrownBy(
                        () ->
                                connect(
                                        "127.0.0.1",
                                        strict.port(),
                                        WITH_CERTIFICATE,
                                        link(TlsMode.REQUIRED)))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getErrorCode()).isEqualTo(1045));
    }

    @Test
    void namesAFileThatCannotBeUsed() throws Exception {
        // Given
        Path empty = Files.createFile(directory.resolve("empty.pem"));
        PemFiles one = certificates.client("one");
        PemFiles another = certificates.client("another");
        var noPair =
                new TlsFiles(
                        Optional.empty(),
                        Optional.of(one.certificate()),
                        Optional.of(another.key()));

        // Then
        assertRefused(
                link(TlsMode.VERIFY_CA, Optional.empty(), believing(empty)),
                "file " + empty + " of tls.ca cannot be used");
        assertRefused(
                link(TlsMode.REQUIRED, Optional.empty(), noPair),
                another.key().toString(),
                "the key does not belong to the certificate");
        assertThatThrownBy(noPair::check).hasMessageContaining(another.key().toString());
        assertThatThrownBy(believing(empty)::check).hasMessageContaining(empty.toString());
    }

    @Test
    void sealsThePasswordOnAPlainWireAndNeedsNoKeyOnAnEncryptedOne() throws Exception {
        assumeThat(MySqlInstallation.find()).describedAs(MySqlInstallation.MISSING).isPresent();
        // Given
        MySqlSettings settings =
                MySqlSettings.in(directory.resolve("mysql"))
                        .withTls(
                                ServerTls.offered(certificates.authority(), certificates.server()));
        try (MySqlServer mysql = MySqlServer.start(settings)) {
            mysql.execute(
                    "CREATE USER %s@'%%' IDENTIFIED WITH caching_sha2_password BY '%s'"
                            .formatted(PLAIN_ACCOUNT.user(), PLAIN_ACCOUNT.password()));
            for (TlsMode mode : new TlsMode[] {TlsMode.OFF, TlsMode.VERIFY_IDENTITY}) {
                // When the server has forgotten what it cached
                mysql.execute("FLUSH PRIVILEGES");

                // Then
                assertThat(isEncrypted("127.0.0.1", mysql.port(), PLAIN_ACCOUNT, link(mode)))
                        .isEqualTo(mode != TlsMode.OFF);
            }
        }
    }

    @Test
    void takesNoHostThatWouldChangeTheUrl() {
        assertThatThrownBy(
                        () ->
                                connect(
                                        "db/?allowLocalInfile=true&a=",
                                        3306,
                                        PLAIN_ACCOUNT,
                                        AccountLink.DEFAULT))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("is no host name");
    }
}
