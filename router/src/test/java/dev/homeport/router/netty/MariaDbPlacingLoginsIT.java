package dev.homeport.router.netty;

import dev.homeport.topology.Family;

final class MariaDbPlacingLoginsIT extends PlacingLoginsCases {
    MariaDbPlacingLoginsIT() {
        super(Family.MARIADB);
    }
}
