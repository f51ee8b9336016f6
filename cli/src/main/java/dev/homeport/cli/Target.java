package dev.homeport.cli;

import java.net.URI;
import java.util.Optional;

/**
 * A router to ask.
 *
 * @param token goes to this router only
 * @param origin where this was found, for messages
 */
record Target(URI url, Optional<String> token, String origin) {
    @Override
    public String toString() {
        return url + " (from " + origin + ")";
    }
}
