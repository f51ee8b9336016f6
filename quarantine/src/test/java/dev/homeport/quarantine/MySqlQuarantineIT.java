package dev.homeport.quarantine;

final class MySqlQuarantineIT extends QuarantineCases {
    MySqlQuarantineIT() {
        super(TestServer.Kind.MYSQL);
    }
}
