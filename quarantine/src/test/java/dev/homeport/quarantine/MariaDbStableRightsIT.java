package dev.homeport.quarantine;

final class MariaDbStableRightsIT extends RightsCases {
    MariaDbStableRightsIT() {
        super(TestServer.Kind.MARIADB_STABLE);
    }
}
