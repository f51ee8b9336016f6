package dev.homeport.sandbox.fleet;

import dev.homeport.sandbox.description.SandboxDescription;
import dev.homeport.testkit.mysql.Login;
import dev.homeport.testkit.mysql.MySqlTestClient;
import dev.homeport.testkit.mysql.QueryResult;
import dev.homeport.testkit.mysql.QueryResult.Rows;
import java.io.IOException;

/** One statement, one value. */
final class Asking {
    private Asking() {}

    /** Asks a project through the first router, as the application. */
    static String project(SandboxDescription sandbox, String project, String sql)
            throws IOException {
        Login login =
                Login.as(sandbox.app().user() + "+" + project, sandbox.app().password())
                        .withSchema(project);
        int port = sandbox.routers().getFirst().mysql().port();
        try (MySqlTestClient client = MySqlTestClient.login(port, login)) {
            return firstValue(client, sql);
        }
    }

    /** The first value of the first row; whatever else came, as text. */
    static String firstValue(MySqlTestClient client, String sql) throws IOException {
        QueryResult result = client.query(sql);
        return result instanceof Rows rows ? rows.rows().getFirst().getFirst() : result.toString();
    }
}
