package dev.homeport.testkit.process;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Command lines for JVMs like this one. */
public final class JavaCommand {
    private static final int WARNS_ABOUT_UNSAFE = 23;

    private JavaCommand() {}

    /**
     * A JVM with the same Java and the class path of this one.
     *
     * @param jvmOptions beside those of {@link #quiet}
     */
    public static List<String> withOwnClassPath(
            String mainClass, List<String> jvmOptions, List<String> arguments) {
        return with(System.getProperty("java.class.path"), mainClass, jvmOptions, arguments);
    }

    /**
     * A JVM with the same Java and its own class path.
     *
     * @param jvmOptions beside those of {@link #quiet}
     */
    public static List<String> with(
            String classPath, String mainClass, List<String> jvmOptions, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(quiet());
        command.addAll(jvmOptions);
        command.addAll(List.of("-cp", classPath, mainClass));
        command.addAll(arguments);
        return List.copyOf(command);
    }

    /** What this Java needs so that Netty's use of native code and memory prints no warnings. */
    private static List<String> quiet() {
        List<String> options = new ArrayList<>(List.of("--enable-native-access=ALL-UNNAMED"));
        if (Runtime.version().feature() >= WARNS_ABOUT_UNSAFE) {
            options.add("--sun-misc-unsafe-memory-access=allow");
        }
        return options;
    }
}
