package dev.homeport.agent.probe;

import dev.homeport.quarantine.account.TlsRefusedException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Tells an instance that is silent from one that does not let the agent in. Pure.
 *
 * <p>An instance with which there is no agreement on TLS counts as locked out: it is there, and
 * routers may be on better terms with it. Error 1040 (too many connections) counts as locked out on
 * purpose: such a server serves those who are connected, and the agent cannot judge more than that.
 * So does everything else that a server answers with an error packet, except that it is going down.
 */
final class ProbeFailures {
    private static final int SERVER_SHUTDOWN = 1053;
    private static final String CONNECTION_EXCEPTION = "08";

    /** Errors of the server, with words for people. Numbers and names as in its documentation. */
    private static final Map<Integer, String> REFUSALS =
            Map.ofEntries(
                    Map.entry(1040, "too many connections"),
                    Map.entry(1044, "access denied"),
                    Map.entry(1045, "access denied"),
                    Map.entry(1129, "the agent's host is blocked"),
                    Map.entry(1130, "the agent's host is not allowed"),
                    Map.entry(1142, "the agent's account lacks a right"),
                    Map.entry(1203, "too many connections of the agent's account"),
                    Map.entry(1226, "the agent's account is over its limit"),
                    Map.entry(1227, "the agent's account lacks a right"),
                    Map.entry(1698, "access denied"),
                    Map.entry(1820, "the password of the agent's account has expired"),
                    Map.entry(1862, "the password of the agent's account has expired"),
                    Map.entry(4151, "the agent's account is locked"));

    private ProbeFailures() {}

    /** What a failed probe says about its instance. Texts of the driver are not passed on. */
    static ProbeResult classify(SQLException failure) {
        List<Throwable> causes = causes(failure);
        Optional<Throwable> noTls =
                causes.stream().filter(TlsRefusedException.class::isInstance).findFirst();
        if (noTls.isPresent()) {
            return new ProbeResult.LockedOut(noTls.get().getMessage());
        }
        Optional<Integer> refusal =
                causes.stream()
                        .filter(SQLException.class::isInstance)
                        .map(cause -> ((SQLException) cause).getErrorCode())
                        .filter(REFUSALS::containsKey)
                        .findFirst();
        if (refusal.isPresent()) {
            return lockedOut(REFUSALS.get(refusal.get()), refusal.get());
        }
        return causes.stream().anyMatch(ProbeFailures::isOfTheConnection)
                ? new ProbeResult.Silent(silence(causes))
                : lockedOut("it answers with an error", failure.getErrorCode());
    }

    private static ProbeResult lockedOut(String words, int error) {
        return new ProbeResult.LockedOut(words + " (error " + error + ")");
    }

    private static boolean isOfTheConnection(Throwable cause) {
        if (cause instanceof SQLException sql) {
            String state = Optional.ofNullable(sql.getSQLState()).orElse(CONNECTION_EXCEPTION);
            return state.startsWith(CONNECTION_EXCEPTION) || sql.getErrorCode() == SERVER_SHUTDOWN;
        }
        return cause instanceof IOException;
    }

    private static String silence(List<Throwable> causes) {
        if (causes.stream().anyMatch(UnknownHostException.class::isInstance)) {
            return "its host name is unknown";
        }
        if (causes.stream().anyMatch(SocketTimeoutException.class::isInstance)) {
            return "no answer in time";
        }
        return causes.stream().anyMatch(ConnectException.class::isInstance)
                ? "connection refused"
                : "no connection";
    }

    private static List<Throwable> causes(Throwable failure) {
        List<Throwable> causes = new ArrayList<>();
        for (Throwable cause = failure;
                cause != null && !causes.contains(cause);
                cause = cause.getCause()) {
            causes.add(cause);
        }
        return causes;
    }
}
