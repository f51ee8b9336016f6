package dev.homeport.topology;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One thing that somebody did to the fleet through the REST interface. Texts are cut and cleaned at
 * construction, so that an entry is never large and can stand in a terminal; whoever makes one sees
 * to it that no token, password or SQL is in it.
 *
 * @param reason as it was said, "" where none was
 * @param status of the HTTP answer; 500 and above: whether it was carried out is not known
 * @param changes what it changed, in an order worth reading: a name, and a value or {@code before
 *     -> after}
 */
public record AuditEntry(
        Instant at,
        Actor actor,
        RouterId router,
        Act act,
        String reason,
        int status,
        Map<String, String> changes) {
    private static final int MOST_CHARS = 200;
    private static final int MOST_CHANGES = 20;

    /**
     * @throws IllegalArgumentException if the status is none of HTTP
     */
    public AuditEntry {
        requireNonNull(at, "at");
        requireNonNull(actor, "actor");
        requireNonNull(router, "router");
        requireNonNull(act, "act");
        reason = plain(reason);
        if (status < 100 || status > 599) {
            throw new IllegalArgumentException("status must be 100 to 599, was " + status);
        }
        Map<String, String> bounded = new LinkedHashMap<>();
        changes.forEach(
                (name, value) -> {
                    if (bounded.size() < MOST_CHANGES) {
                        bounded.put(plain(name), plain(value));
                    }
                });
        changes = Collections.unmodifiableMap(bounded);
    }

    /**
     * Who did it.
     *
     * @param name of the token
     * @param address from which the request came, without a port
     */
    public record Actor(String name, String role, String address) {
        public Actor {
            name = plain(name);
            role = plain(role);
            address = plain(address);
        }
    }

    /**
     * What was asked for.
     *
     * @param id no other request has it; the router's log names it, too
     * @param route with variables in braces, such as {@code /v1/clusters/{id}/drain}
     * @param target the cluster, project or incident that it was about, or the name of the record
     */
    public record Act(String id, String method, String route, String target) {
        public Act {
            id = plain(id);
            method = plain(method);
            route = plain(route);
            target = plain(target);
        }
    }

    private static String plain(String text) {
        String cut = text.length() > MOST_CHARS ? text.substring(0, MOST_CHARS) + "…" : text;
        return cut.replaceAll("\\p{Cntrl}", "?");
    }
}
