package dev.homeport.router.admin;

import dev.homeport.topology.fields.ConfigException;
import dev.homeport.topology.fields.Fields;
import dev.homeport.topology.fields.Problems;
import dev.homeport.topology.fields.Secret;
import dev.homeport.topology.fields.SecretFile;
import dev.homeport.topology.fields.YamlFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The tokens file: names, roles and hashes of tokens, never the tokens themselves. */
final class AccessTokens {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@-]{0,62}");
    private static final Pattern SHA256 = Pattern.compile("[0-9a-fA-F]{64}");

    private final List<Token> tokens;

    private AccessTokens(List<Token> tokens) {
        this.tokens = List.copyOf(tokens);
    }

    private record Token(Caller caller, String sha256) {}

    /**
     * Reads the file.
     *
     * @throws ConfigException with all problems, also if it is open to others than its owner
     */
    static AccessTokens load(Path file) throws ConfigException {
        var problems = new Problems();
        SecretFile.requirePrivate(file, problems, "");
        if (!problems.isEmpty()) {
            throw new ConfigException(file, problems);
        }
        return YamlFile.read(file, AccessTokens::read);
    }

    /** The one secret that all routers of a fleet share. */
    static AccessTokens ofPeers(Secret secret) {
        String hash = HexFormat.of().formatHex(sha256(secret.value()));
        return new AccessTokens(List.of(new Token(new Caller("peer", Role.PEER), hash)));
    }

    static Optional<AccessTokens> read(Fields fields) {
        List<Fields> entries = fields.objects("tokens");
        fields.problems().require(!entries.isEmpty(), "tokens", "must have at least one token");
        List<Token> tokens = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (Fields entry : entries) {
            Optional<String> name = entry.required("name", text -> matching(NAME, text));
            name.ifPresent(
                    text ->
                            fields.problems()
                                    .require(
                                            names.add(text),
                                            entry.pathOf("name"),
                                            "stands there more than once"));
            Optional<Role> role = entry.requiredWord("role", Role.class);
            Optional<String> hash = entry.required("sha256", text -> matching(SHA256, text));
            entry.build(
                            () ->
                                    new Token(
                                            new Caller(name.orElseThrow(), role.orElseThrow()),
                                            hash.orElseThrow()))
                    .ifPresent(tokens::add);
        }
        return fields.build(() -> new AccessTokens(tokens));
    }

    /** Who presents that token. Takes the same time whichever token it is or is not. */
    Optional<Caller> find(String presented) {
        byte[] hash = sha256(presented);
        Optional<Caller> found = Optional.empty();
        for (Token token : tokens) {
            if (MessageDigest.isEqual(hash, HexFormat.of().parseHex(token.sha256))) {
                found = Optional.of(token.caller);
            }
        }
        return found;
    }

    private static String matching(Pattern form, String text) {
        if (!form.matcher(text).matches()) {
            throw new IllegalArgumentException("must match " + form.pattern());
        }
        return text;
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
