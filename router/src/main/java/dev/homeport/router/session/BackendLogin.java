package dev.homeport.router.session;

import static java.util.Objects.requireNonNull;

import dev.homeport.router.protocol.HandshakeResponse41;
import dev.homeport.router.routing.Route;
import java.util.Optional;

/**
 * Who is to be logged in where.
 *
 * @param user as the instance knows it
 * @param response what the client said of itself; its flags are those of the client's greeting
 * @param isClientEncrypted whether the client's connection has TLS
 * @param sequence id of the client's packet that began the login
 * @param placing what follows once the instance has accepted the user, where the project has no
 *     home yet; the response has no schema then
 */
record BackendLogin(
        Route route,
        String user,
        HandshakeResponse41 response,
        boolean isClientEncrypted,
        int sequence,
        Optional<Placing> placing) {
    /**
     * The project is placed, then the schema is chosen.
     *
     * @param schema that the client asked for
     */
    record Placing(Optional<String> schema) {}

    BackendLogin {
        requireNonNull(route, "route");
        requireNonNull(user, "user");
        requireNonNull(response, "response");
        requireNonNull(placing, "placing");
    }
}
