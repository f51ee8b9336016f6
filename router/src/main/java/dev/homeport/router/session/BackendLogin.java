package dev.homeport.router.session;

import static java.util.Objects.requireNonNull;

import dev.homeport.router.protocol.HandshakeResponse41;
import dev.homeport.router.routing.Route;

/**
 * Who is to be logged in where.
 *
 * @param user as the instance knows it
 * @param response what the client said of itself; its flags are those of the client's greeting
 * @param isClientEncrypted whether the client's connection has TLS
 * @param sequence id of the client's packet that began the login
 */
record BackendLogin(
        Route route,
        String user,
        HandshakeResponse41 response,
        boolean isClientEncrypted,
        int sequence) {
    BackendLogin {
        requireNonNull(route, "route");
        requireNonNull(user, "user");
        requireNonNull(response, "response");
    }
}
