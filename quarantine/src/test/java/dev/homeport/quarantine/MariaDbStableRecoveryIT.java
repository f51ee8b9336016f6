package dev.homeport.quarantine;

final class MariaDbStableRecoveryIT extends RecoveryCases {
    MariaDbStableRecoveryIT() {
        super(TestServer.Kind.MARIADB_STABLE, 0);
    }
}
