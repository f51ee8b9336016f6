package dev.homeport.router.admin;

import java.util.Map;

/** What every answer tells a browser, should it ever be one that asks. */
final class BrowserRules {
    static final Map<String, String> HEADERS =
            Map.of(
                    // What comes is what its type says, whatever it looks like.
                    "x-content-type-options", "nosniff",
                    // Answers are for the one who asked, and true at that moment.
                    "cache-control", "no-store",
                    // Nothing of this is shown within somebody else's page, nor read by one.
                    "x-frame-options", "DENY",
                    "content-security-policy", "default-src 'none'; frame-ancestors 'none'",
                    "cross-origin-resource-policy", "same-origin",
                    "referrer-policy", "no-referrer");

    private BrowserRules() {}
}
