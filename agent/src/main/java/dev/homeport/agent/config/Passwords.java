package dev.homeport.agent.config;

import dev.homeport.topology.fields.Fields;
import dev.homeport.topology.fields.Secret;
import dev.homeport.topology.fields.SecretFile;
import java.nio.file.Path;
import java.util.Optional;

/** The field {@code passwordFile} that several sections have. */
final class Passwords {
    private Passwords() {}

    /** What stands in the file; empty if it cannot be had, and then the problems say why. */
    static Optional<Secret> read(Fields fields) {
        return fields.required("passwordFile", Path::of)
                .flatMap(
                        file ->
                                SecretFile.read(
                                        file, fields.problems(), fields.pathOf("passwordFile")));
    }
}
