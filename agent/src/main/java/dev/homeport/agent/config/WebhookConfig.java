package dev.homeport.agent.config;

import static java.util.Objects.requireNonNull;

import dev.homeport.topology.fields.Fields;
import dev.homeport.topology.fields.Secret;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * Who is told of incidents by HTTP: section {@code watch.webhook}.
 *
 * @param url http or https
 * @param secret that requests are signed with
 * @param timeout for connecting, and for the answer, 1s to 1m
 * @param giveUpAfter how long one message is tried again, 1m to 1d
 */
public record WebhookConfig(URI url, Secret secret, Duration timeout, Duration giveUpAfter) {
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(5);
    public static final Duration DEFAULT_GIVE_UP_AFTER = Duration.ofHours(1);

    public WebhookConfig {
        requireNonNull(url, "url");
        requireNonNull(secret, "secret");
        requireNonNull(timeout, "timeout");
        requireNonNull(giveUpAfter, "giveUpAfter");
    }

    static Optional<WebhookConfig> read(Fields fields) {
        Optional<URI> url = fields.required("url", WebhookConfig::url);
        Optional<Secret> secret = Secrets.read(fields, "secretFile");
        Duration timeout =
                fields.duration(
                        "timeout", DEFAULT_TIMEOUT, Duration.ofSeconds(1), Duration.ofMinutes(1));
        Duration giveUpAfter =
                fields.duration(
                        "giveUpAfter",
                        DEFAULT_GIVE_UP_AFTER,
                        Duration.ofMinutes(1),
                        Duration.ofDays(1));
        return fields.build(
                () ->
                        new WebhookConfig(
                                url.orElseThrow(), secret.orElseThrow(), timeout, giveUpAfter));
    }

    /** What it says is shown: a URL may have a token in it, so the message does not repeat it. */
    private static URI url(String text) {
        URI url;
        try {
            url = new URI(text);
        } catch (java.net.URISyntaxException e) {
            throw new IllegalArgumentException("is no URL: " + e.getReason(), e);
        }
        boolean isHttp = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
        if (!isHttp || url.getHost() == null || url.getUserInfo() != null) {
            throw new IllegalArgumentException(
                    "must be http://host... or https://host... without a user");
        }
        return url;
    }

    /** Without the path, which may be a secret by itself. */
    @Override
    public String toString() {
        return "WebhookConfig[%s://%s/...]".formatted(url.getScheme(), url.getAuthority());
    }
}
