package dev.homeport.cli;

import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which router is asked, and how the answer is written. */
final class ConnectionOptions {
    /** How answers are written. */
    enum Output {
        table,
        json
    }

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "the router's admin URL; else HOMEPORT_URL; else a sandbox's")
    private String url;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "its first line is the token; else HOMEPORT_TOKEN")
    private Path tokenFile;

    @Option(
            names = "--ca",
            paramLabel = "FILE",
            description =
                    "PEM file: whom the router's certificate must come from; else HOMEPORT_CA; else"
                            + " whom this machine's Java believes")
    private Path ca;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "directory of a sandbox; ./sandbox-data or the current one by default")
    private Path data;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORM",
            defaultValue = "table",
            description = "table for people (default), json for scripts")
    private Output output;

    Optional<String> url() {
        return Optional.ofNullable(url);
    }

    Optional<Path> tokenFile() {
        return Optional.ofNullable(tokenFile);
    }

    Optional<Path> ca() {
        return Optional.ofNullable(ca);
    }

    Optional<Path> data() {
        return Optional.ofNullable(data);
    }

    boolean isJson() {
        return output == Output.json;
    }
}
