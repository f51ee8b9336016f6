package dev.homeport.quarantine;

final class MariaDbStableDifferentialIT extends DifferentialCases {
    MariaDbStableDifferentialIT() {
        super(TestServer.Kind.MARIADB_STABLE);
    }
}
