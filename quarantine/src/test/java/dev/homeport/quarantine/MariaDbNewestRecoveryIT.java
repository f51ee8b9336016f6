package dev.homeport.quarantine;

final class MariaDbNewestRecoveryIT extends RecoveryCases {
    MariaDbNewestRecoveryIT() {
        super(TestServer.Kind.MARIADB_NEWEST, 2);
    }
}
