package dev.homeport.sandbox.drill;

import dev.homeport.testkit.mysql.Login;
import dev.homeport.testkit.mysql.MySqlTestClient;
import dev.homeport.testkit.mysql.QueryResult.Failure;
import dev.homeport.testkit.mysql.RawPacket;
import java.io.IOException;
import java.util.Optional;

/** How a router refuses a project whose data are missing: docs/errors.md. */
final class Refusal {
    private static final int CODE = 1053;
    private static final String SQL_STATE = "08S01";
    private static final String TOKEN = "[homeport project_data_loss ";

    private Refusal() {}

    static boolean isDataLoss(Failure failure) {
        return failure.code() == CODE
                && failure.sqlState().equals(SQL_STATE)
                && failure.message().contains(TOKEN);
    }

    /** Tries to log in once; empty if that works. */
    static Optional<Failure> atLogin(int port, Login login) throws IOException {
        try (MySqlTestClient client = MySqlTestClient.connect(port)) {
            if (client.first().isErr()) {
                return Optional.of(client.first().error());
            }
            RawPacket answer = client.login(login);
            return answer.isErr() ? Optional.of(answer.error()) : Optional.empty();
        }
    }
}
