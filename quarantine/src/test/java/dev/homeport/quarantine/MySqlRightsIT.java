package dev.homeport.quarantine;

final class MySqlRightsIT extends RightsCases {
    MySqlRightsIT() {
        super(TestServer.Kind.MYSQL);
    }
}
