package dev.homeport.quarantine;

final class MariaDbStableQuarantineIT extends QuarantineCases {
    MariaDbStableQuarantineIT() {
        super(TestServer.Kind.MARIADB_STABLE);
    }
}
