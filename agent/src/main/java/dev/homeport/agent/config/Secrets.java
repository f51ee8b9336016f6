package dev.homeport.agent.config;

import dev.homeport.topology.fields.Fields;
import dev.homeport.topology.fields.Secret;
import dev.homeport.topology.fields.SecretFile;
import java.nio.file.Path;
import java.util.Optional;

/** Secrets, which stand in files of their own. */
final class Secrets {
    private Secrets() {}

    /** The first line of the file that a field names; empty if it has problems. */
    static Optional<Secret> read(Fields fields, String key) {
        if (!fields.has(key)) {
            fields.problems().add(fields.pathOf(key), "is required");
            return Optional.empty();
        }
        return SecretFile.read(Path.of(fields.string(key)), fields.problems(), fields.pathOf(key));
    }
}
