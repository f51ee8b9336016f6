package dev.homeport.router.fuzz;

import dev.homeport.testkit.mysql.Capabilities;
import dev.homeport.testkit.mysql.Login;
import dev.homeport.testkit.mysql.MySqlTestClient;
import dev.homeport.testkit.mysql.QueryResult;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Somebody in order who logs in again and again meanwhile, and must be let in every time. */
final class Newcomer implements AutoCloseable {
    private final FuzzTarget target;
    private final Thread thread;
    private volatile boolean stopped;
    private volatile long logins;
    private volatile Optional<String> failure = Optional.empty();

    private Newcomer(FuzzTarget target) {
        this.target = target;
        this.thread = Thread.ofVirtual().name("newcomer").unstarted(this::run);
    }

    static Newcomer start(FuzzTarget target) {
        var newcomer = new Newcomer(target);
        newcomer.thread.start();
        return newcomer;
    }

    /** What went wrong; nothing is what should be. */
    Optional<String> failure() {
        return failure;
    }

    long logins() {
        return logins;
    }

    private void run() {
        List<String> projects = target.projects();
        long count = 0;
        while (!stopped && failure.isEmpty()) {
            String project = projects.get((int) (count % projects.size()));
            try {
                comeAndGo(project);
                count++;
                logins = count;
            } catch (IOException | RuntimeException e) {
                failure = Optional.of("newcomer after " + count + " logins: " + e);
            }
        }
    }

    private void comeAndGo(String project) throws IOException {
        Login login =
                Login.as(target.user() + "+" + project, target.password())
                        .with(Capabilities.CLIENT_CONNECT_WITH_DB)
                        .withSchema(project);
        MySqlTestClient client = MySqlTestClient.login(target.address().getPort(), login);
        try (client) {
            QueryResult result = client.query("SELECT DATABASE()");
            boolean isRight =
                    result instanceof QueryResult.Rows rows
                            && rows.rows().getFirst().getFirst().equals(project);
            if (!isRight) {
                throw new IllegalStateException(result.toString());
            }
            client.quit();
        }
    }

    @Override
    public void close() {
        stopped = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
