package dev.homeport.quarantine;

final class MariaDbNewestDifferentialIT extends DifferentialCases {
    MariaDbNewestDifferentialIT() {
        super(TestServer.Kind.MARIADB_NEWEST);
    }
}
