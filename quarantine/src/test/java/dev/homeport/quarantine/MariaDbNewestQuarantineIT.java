package dev.homeport.quarantine;

final class MariaDbNewestQuarantineIT extends QuarantineCases {
    MariaDbNewestQuarantineIT() {
        super(TestServer.Kind.MARIADB_NEWEST);
    }
}
