package dev.homeport.quarantine;

final class MySqlRecoveryIT extends RecoveryCases {
    MySqlRecoveryIT() {
        super(TestServer.Kind.MYSQL, 4);
    }
}
