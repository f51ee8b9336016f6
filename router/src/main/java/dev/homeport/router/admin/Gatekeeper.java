package dev.homeport.router.admin;

import com.linecorp.armeria.common.HttpStatus;
import dev.homeport.topology.Words;
import io.netty.util.NetUtil;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Decides who may ask for what, from the head of a request alone. Which tokens there are it asks
 * anew each time.
 *
 * <p>Against web pages that make a browser on this network send requests: a foreign {@code Origin}
 * is refused always, and so is what a browser itself says that another site made it send; where no
 * token is asked for, {@code Host} must be an address or {@code localhost}, which a name that an
 * attacker rebinds to this address is not. Where tokens are asked for, a page has none.
 */
final class Gatekeeper {
    private static final String BEARER = "bearer ";

    /** What browsers say of requests that no page of another site or port made them send. */
    private static final Set<String> OWN_SITE = Set.of("", "none", "same-origin");

    private final Optional<Supplier<AccessTokens>> tokens;
    private final Optional<Supplier<AccessTokens>> peers;

    /**
     * @param tokens empty lets everybody do everything but what only other routers may; for a
     *     server bound to loopback only
     * @param peers the secret of other routers
     */
    Gatekeeper(Optional<Supplier<AccessTokens>> tokens, Optional<Supplier<AccessTokens>> peers) {
        this.tokens = tokens;
        this.peers = peers;
    }

    /**
     * The head of a request; empty texts where a header is absent.
     *
     * @param authority the {@code Host}
     */
    record Head(String authority, String origin, String fetchSite, String authorization) {}

    /**
     * Who asks.
     *
     * @param needed empty for routes that everybody may ask
     * @throws Refusal 401 without a valid token, 403 if it may not
     */
    Caller admit(Head head, Optional<Role> needed) throws Refusal {
        requireOwnPage(head);
        if (needed.isEmpty()) {
            return Caller.ANONYMOUS;
        }
        Caller caller = caller(head.authorization, needed.get());
        if (!caller.role().includes(needed.get())) {
            throw Refusal.of(
                    HttpStatus.FORBIDDEN,
                    "forbidden",
                    "token %s has role %s; this takes %s"
                            .formatted(
                                    caller.name(),
                                    Words.of(caller.role()),
                                    Words.of(needed.get())));
        }
        return caller;
    }

    private Caller caller(String authorization, Role needed) throws Refusal {
        if (tokens.isEmpty() && needed != Role.PEER) {
            return Caller.LOCAL;
        }
        if (!authorization.toLowerCase(Locale.ROOT).startsWith(BEARER)) {
            throw unauthorized("a bearer token is required");
        }
        String presented = authorization.substring(BEARER.length()).strip();
        return tokens.flatMap(known -> known.get().find(presented))
                .or(() -> peers.flatMap(known -> known.get().find(presented)))
                .orElseThrow(() -> unauthorized("the token is not known here"));
    }

    private void requireOwnPage(Head head) throws Refusal {
        if (tokens.isEmpty() && !isAddress(head.authority)) {
            throw Refusal.of(
                    HttpStatus.FORBIDDEN,
                    "forbidden_host",
                    "Host must be an IP address or localhost while no tokens file is configured");
        }
        boolean isOwnOrigin =
                head.origin.isEmpty()
                        || head.origin.equalsIgnoreCase("http://" + head.authority)
                        || head.origin.equalsIgnoreCase("https://" + head.authority);
        if (!isOwnOrigin || !OWN_SITE.contains(head.fetchSite.toLowerCase(Locale.ROOT))) {
            throw Refusal.of(
                    HttpStatus.FORBIDDEN,
                    "forbidden_origin",
                    "requests from pages of other sites are refused");
        }
    }

    private static boolean isAddress(String authority) {
        String host = authority.replaceFirst(":\\d{1,5}$", "");
        return host.equalsIgnoreCase("localhost")
                || NetUtil.isValidIpV4Address(host)
                || (host.startsWith("[")
                        && host.endsWith("]")
                        && NetUtil.isValidIpV6Address(host.substring(1, host.length() - 1)));
    }

    private static Refusal unauthorized(String message) {
        return Refusal.of(HttpStatus.UNAUTHORIZED, "unauthorized", message);
    }
}
