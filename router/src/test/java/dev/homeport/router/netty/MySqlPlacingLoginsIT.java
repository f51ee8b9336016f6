package dev.homeport.router.netty;

import dev.homeport.topology.Family;

final class MySqlPlacingLoginsIT extends PlacingLoginsCases {
    MySqlPlacingLoginsIT() {
        super(Family.MYSQL);
    }
}
