package dev.homeport.testkit.mariadb;

import dev.homeport.testkit.process.Commands;
import dev.homeport.testkit.process.PrivateDirectories;
import dev.homeport.testkit.process.ServerException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/**
 * A PAM service {@value #SERVICE} that one server sees and nobody else: the server runs in a mount
 * namespace of its own, where these files lie over {@code /etc/pam.d}. It asks for one password and
 * compares it with the one set here; the users need no account on the machine.
 */
public final class PamServices {
    /** What an account is IDENTIFIED VIA pam USING. */
    public static final String SERVICE = "homeport";

    /** What a test says that is skipped because {@link #arePossible} is not true. */
    public static final String MISSING =
            "SKIPPED: a PAM service of the test's own needs root, unshare and pam_exec";

    private static final String OVERLAY = "mount --bind \"$0\" /etc/pam.d && exec \"$@\"";

    private final Path directory;

    private PamServices(Path directory) {
        this.directory = directory;
    }

    /** Makes the service's files in that directory. */
    public static PamServices in(Path directory) {
        PamServices services = new PamServices(PrivateDirectories.create(directory));
        PrivateDirectories.create(services.users());
        Path check = directory.resolve("check");
        // pam_exec gives the script the user's name, and the password with a NUL behind it.
        PrivateDirectories.write(
                check,
                "#!/bin/sh\ntest \"$(tr -d '\\000')\" = \"$(cat '%s'/\"$PAM_USER\")\"\n"
                        .formatted(services.users()));
        PrivateDirectories.write(
                PrivateDirectories.create(services.services()).resolve(SERVICE),
                "auth required pam_exec.so expose_authtok quiet %s\naccount required pam_permit.so\n"
                        .formatted(check));
        makeExecutable(check);
        return services;
    }

    /** Whether this machine and this user can have them. */
    public static boolean arePossible() {
        return System.getProperty("user.name").equals("root")
                && Commands.find("unshare").isPresent()
                && hasPamExec();
    }

    private static boolean hasPamExec() {
        try (var files =
                Files.find(Path.of("/usr/lib"), 3, (file, any) -> file.endsWith("pam_exec.so"))) {
            return files.findAny().isPresent();
        } catch (IOException e) {
            throw new ServerException("cannot look into /usr/lib", e);
        }
    }

    /** Lets that account in from now on. */
    public void add(Account account) {
        PrivateDirectories.write(users().resolve(account.user()), account.password());
    }

    /** That command in a namespace with these services; the process stays the same. */
    List<String> around(List<String> command) {
        List<String> all = new ArrayList<>();
        all.add(Commands.require("unshare", "util-linux").toString());
        all.addAll(List.of("--mount", "--propagation", "private", "--"));
        all.addAll(List.of("/bin/sh", "-c", OVERLAY, services().toString()));
        all.addAll(command);
        return List.copyOf(all);
    }

    private Path services() {
        return directory.resolve("pam.d");
    }

    private Path users() {
        return directory.resolve("users");
    }

    private static void makeExecutable(Path script) {
        try {
            Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        } catch (IOException e) {
            throw new ServerException("cannot make " + script + " executable", e);
        }
    }
}
