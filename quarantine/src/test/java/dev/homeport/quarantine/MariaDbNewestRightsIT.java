package dev.homeport.quarantine;

final class MariaDbNewestRightsIT extends RightsCases {
    MariaDbNewestRightsIT() {
        super(TestServer.Kind.MARIADB_NEWEST);
    }
}
