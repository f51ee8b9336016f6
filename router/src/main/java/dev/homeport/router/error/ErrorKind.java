package dev.homeport.router.error;

import java.util.Locale;

/**
 * Every error that the router itself can send, with its code and SQLSTATE. Class 08 makes
 * connection pools throw the connection away; kinds that leave the connection usable have none, and
 * their texts none of the phrases that make wrappers reconnect and replay. The page for operators
 * is docs/errors.md.
 */
public enum ErrorKind {
    NO_ROUTE_KEY(1045, "28000", "Access denied: the login names no project"),
    ACCESS_DENIED(1045, "28000", "Access denied"),
    UNKNOWN_PROJECT(1049, "42000", "Unknown project"),
    PROJECT_DELETED(1049, "42000", "The project is deleted"),
    WRONG_LISTENER(
            1235, "42000", "The project's database cluster cannot be reached through this port"),
    CLUSTER_OFFLINE(1053, "08S01", "The project's database cluster is offline"),
    CLUSTER_DRAINING(1053, "08S01", "The project's database cluster is being drained"),
    CLUSTER_UNREACHABLE(1053, "08S01", "The project's database cluster cannot be reached"),
    NO_PRIMARY(1053, "08S01", "The project's database cluster has no primary at the moment"),
    CLUSTER_DATA_LOSS(
            1053,
            "08S01",
            "The project's database cluster is being looked after: data are missing"),
    PROJECT_DATA_LOSS(
            1053, "08S01", "The project's data are being looked after: tables are missing"),
    PROJECT_OFFLINE(1053, "08S01", "The project is offline"),
    PROJECT_RESTORING(1053, "08S01", "The project is being restored"),
    PROJECT_MOVING(1053, "08S01", "The project is moving to another database cluster"),
    PROJECT_PROVISIONING(1053, "08S01", "The project is not provisioned yet"),
    NO_CLUSTER_AVAILABLE(
            1053, "08S01", "No database cluster may take the new project at the moment"),
    PLACEMENT_UNAVAILABLE(1053, "08S01", "The new project cannot be placed at the moment"),
    ROUTER_STOPPING(1053, "08S01", "This router is stopping; connect again"),
    TOO_MANY_CONNECTIONS(1040, "08004", "Too many connections"),
    OVERLOADED(1040, "08004", "Too many connections are being opened at the moment"),
    CLIENT_TOO_OLD(1251, "08004", "The client does not support the protocol that the router needs"),
    TLS_REQUIRED(3159, "HY000", "Connections to this router must be encrypted; connect with TLS"),
    INSECURE_PASSWORD(3159, "HY000", "The password would cross a network in clear"),
    SCHEMA_OF_ANOTHER_PROJECT(
            1227, "42000", "Access denied: the schema belongs to another project"),
    COMMAND_NOT_ALLOWED(
            1227, "42000", "Access denied: the command is not allowed through the router"),
    GUARD_REFUSED(1227, "42000", "Access denied: the statement may destroy data and was held back"),
    UNKNOWN_THREAD(1094, "HY000", "Unknown thread id"),
    TRANSACTION_LOST(
            1053,
            "08S01",
            "The open transaction is lost and was rolled back; do not repeat single statements of it"),
    OUTCOME_UNKNOWN(
            1053,
            "08S01",
            "It is not known whether the statement was executed; do not repeat it without looking"),
    BAD_PACKET(1156, "08S01", "Got packets out of order or malformed"),
    PACKET_TOO_LARGE(1153, "08S01", "Got a packet bigger than the router accepts"),
    IDLE_TIMEOUT(4031, "HY000", "The client was disconnected by the server because of inactivity");

    private final int code;
    private final String sqlState;
    private final String text;

    ErrorKind(int code, String sqlState, String text) {
        this.code = code;
        this.sqlState = sqlState;
        this.text = text;
    }

    public int code() {
        return code;
    }

    public String sqlState() {
        return sqlState;
    }

    /** What happened, for people; the first words of every message. */
    public String text() {
        return text;
    }

    /** The stable word that scripts can look for. */
    public String token() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether the connection goes on after this answer. */
    public boolean keepsConnection() {
        return switch (this) {
            case SCHEMA_OF_ANOTHER_PROJECT, COMMAND_NOT_ALLOWED, GUARD_REFUSED, UNKNOWN_THREAD ->
                    true;
            default -> false;
        };
    }
}
