package dev.homeport.quarantine;

final class MySqlDifferentialIT extends DifferentialCases {
    MySqlDifferentialIT() {
        super(TestServer.Kind.MYSQL);
    }
}
