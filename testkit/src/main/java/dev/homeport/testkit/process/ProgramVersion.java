package dev.homeport.testkit.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** What database programs say of themselves. */
public final class ProgramVersion {
    private ProgramVersion() {}

    /**
     * The word after {@code Ver} in what the program prints for {@code --version}.
     *
     * @throws ServerException if it does not run here, with the reason
     */
    public static String of(Path program) {
        try {
            Process process =
                    new ProcessBuilder(program.toString(), "--no-defaults", "--version")
                            .redirectErrorStream(true)
                            .start();
            String output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                            .strip();
            process.waitFor(10, TimeUnit.SECONDS);
            return versionIn(output)
                    .orElseThrow(() -> new ServerException(program + " does not run: " + output));
        } catch (IOException e) {
            // Such as "Exec format error": made for another machine.
            throw new ServerException(program + " does not run: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ServerException("interrupted", e);
        }
    }

    private static Optional<String> versionIn(String output) {
        List<String> words = List.of(output.split("\\s+"));
        int at = words.indexOf("Ver");
        return at >= 0 && at + 1 < words.size() ? Optional.of(words.get(at + 1)) : Optional.empty();
    }
}
