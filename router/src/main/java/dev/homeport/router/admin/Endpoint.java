package dev.homeport.router.admin;

import com.linecorp.armeria.common.HttpMethod;
import dev.homeport.topology.TopologyException;
import java.util.List;
import java.util.Optional;

/**
 * One route.
 *
 * @param path with variables in braces, as Armeria has them
 * @param role the least that may ask; empty lets everybody
 * @param query the parameters it knows; one that ends in a dot stands for all that begin so
 */
record Endpoint(
        HttpMethod method,
        String path,
        Optional<Role> role,
        Lane lane,
        List<String> query,
        Handler handler) {
    Endpoint {
        query = List.copyOf(query);
    }

    /** What a route does. May block: it runs on the threads of its lane. */
    interface Handler {
        Answer answer(Call call) throws Refusal, TopologyException;
    }

    boolean knows(String parameter) {
        return query.stream()
                .anyMatch(
                        known ->
                                known.endsWith(".")
                                        ? parameter.startsWith(known)
                                        : parameter.equals(known));
    }

    /** Whether it changes something: such requests are audited. */
    boolean isWrite() {
        return method != HttpMethod.GET;
    }

    /** Whether it takes a body. */
    boolean hasBody() {
        return method == HttpMethod.POST || method == HttpMethod.PUT;
    }
}
