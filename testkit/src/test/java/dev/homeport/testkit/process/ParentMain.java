package dev.homeport.testkit.process;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A JVM with a child: writes the child's pid to its output and waits. */
final class ParentMain {
    private ParentMain() {}

    public static void main(String[] args) throws Exception {
        Thread starter =
                new Thread(
                        () -> {
                            ChildProcess child =
                                    ChildProcess.start(
                                            "sleep", List.of("sleep", "1000"), Path.of(args[0]));
                            System.out.println("child " + child.pid());
                        });
        starter.start();
        starter.join(); // the end of the thread that asked for the child must not matter
        TimeUnit.HOURS.sleep(1);
    }
}
