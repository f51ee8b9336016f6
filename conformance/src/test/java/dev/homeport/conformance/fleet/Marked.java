package dev.homeport.conformance.fleet;

import dev.homeport.testkit.mariadb.Account;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Passwords that all have one mark in them, and the search for it in whatever form: as it is, as
 * hexadecimal digits or Base64 of any alignment, and the hashes that would do for a login.
 */
final class Marked {
    private static final Pattern DUMP_LINE =
            Pattern.compile("\\|[0-9a-f]{8}\\| ((?:[0-9a-f]{2} )+) *\\|");

    /** Letters and digits of nobody else's. */
    private final String mark = Account.withRandomPassword("mark").password();

    private final Map<String, String> forms = new LinkedHashMap<>();

    Marked() {
        add("the mark", mark);
    }

    /** A new one; the name is for its reader only. */
    String password(String name) {
        String password = "pw" + mark + name.replaceAll("[^A-Za-z0-9]", "");
        addDigests(password);
        return password;
    }

    /** A secret that was made elsewhere and has no mark; its hash may be known. */
    void watch(String name, String secret) {
        add(name, secret);
    }

    private void add(String name, String secret) {
        byte[] bytes = bytes(secret);
        forms.put(name, secret);
        forms.put(name + ", backwards", new StringBuilder(secret).reverse().toString());
        forms.put(name + " in UTF-16", new String(utf16(secret), StandardCharsets.ISO_8859_1));
        forms.put(name + " in hex", HexFormat.of().formatHex(bytes));
        forms.put(name + " in HEX", HexFormat.of().withUpperCase().formatHex(bytes));
        forms.put(name + " in spaced hex", HexFormat.ofDelimiter(" ").formatHex(bytes));
        forms.put(name + " as a Java array", numbers(bytes));
        for (int shift = 0; shift < 3; shift++) {
            forms.put(name + " in Base64, shifted by " + shift, base64(bytes, shift));
        }
    }

    /** What does not depend on the characters before and after. */
    private static String base64(byte[] bytes, int shift) {
        byte[] shifted = new byte[bytes.length + shift];
        System.arraycopy(bytes, 0, shifted, shift, bytes.length);
        String text = Base64.getEncoder().withoutPadding().encodeToString(shifted);
        int first = shift == 0 ? 0 : shift + 1;
        return text.substring(first, shifted.length / 3 * 4);
    }

    private static String numbers(byte[] bytes) {
        String text = Arrays.toString(bytes);
        return text.substring(1, text.length() - 1);
    }

    private static byte[] utf16(String text) {
        return text.getBytes(StandardCharsets.UTF_16BE);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** What proves the password by itself, or is stored in its place. */
    private void addDigests(String secret) {
        for (String algorithm : List.of("SHA-1", "SHA-256")) {
            byte[] once = digest(algorithm, bytes(secret));
            addDigest(algorithm + " of " + secret, once);
            addDigest("twice " + algorithm + " of " + secret, digest(algorithm, once));
        }
    }

    private void addDigest(String name, byte... hash) {
        forms.put(name, new String(hash, StandardCharsets.ISO_8859_1));
        forms.put(name + " in hex", HexFormat.of().formatHex(hash));
        forms.put(name + " in Base64", Base64.getEncoder().withoutPadding().encodeToString(hash));
    }

    private static byte[] digest(String algorithm, byte[] bytes) {
        try {
            return MessageDigest.getInstance(algorithm).digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Which forms of which secret are in it, and where. */
    List<String> foundIn(String what, byte[] bytes) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        List<String> found = new ArrayList<>(foundInText(what, text));
        found.addAll(foundInText("a dump in " + what, dumped(text)));
        return found;
    }

    /** The bytes that Netty's log handler showed, sixteen a line, of all its dumps together. */
    private static String dumped(String text) {
        StringBuilder bytes = new StringBuilder();
        DUMP_LINE
                .matcher(text)
                .results()
                .flatMap(line -> Stream.of(line.group(1).trim().split(" +")))
                .forEach(two -> bytes.append((char) Integer.parseInt(two, 16)));
        return bytes.toString();
    }

    private List<String> foundInText(String what, String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        List<String> found = new ArrayList<>();
        forms.forEach(
                (name, form) -> {
                    int at = text.indexOf(form);
                    if (at < 0 && form.matches("[0-9a-f ]+")) {
                        at = lower.indexOf(form);
                    }
                    if (at >= 0) {
                        String around =
                                text.substring(
                                        Math.max(0, at - 120), Math.min(text.length(), at + 20));
                        found.add("%s has %s behind: %s".formatted(what, name, around));
                    }
                });
        return found;
    }

    List<String> foundIn(String what, String text) {
        return foundIn(what, bytes(text));
    }

    /** The same for every file below a folder. */
    List<String> foundBelow(Path folder) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(folder)) {
            files = all.filter(Files::isRegularFile).toList();
        }
        List<String> found = new ArrayList<>();
        for (Path file : files) {
            found.addAll(foundIn(file.toString(), Files.readAllBytes(file)));
        }
        return found;
    }
}
