package dev.homeport.router.session;

import static java.util.Objects.requireNonNull;

import dev.homeport.router.config.CommandsConfig;
import dev.homeport.router.config.LimitsConfig;
import dev.homeport.router.config.ListenerConfig;
import dev.homeport.topology.ProjectId;
import java.time.Duration;
import java.util.Optional;

/** What the configuration says of the Command Phase. */
public record CommandRules(LimitsConfig limits, CommandsConfig commands) {
    public static final CommandRules DEFAULT =
            new CommandRules(LimitsConfig.DEFAULT, CommandsConfig.DEFAULT);

    public CommandRules {
        requireNonNull(limits, "limits");
        requireNonNull(commands, "commands");
    }

    /** How long nothing may run between transactions; empty for ever. */
    Optional<Duration> idleTimeout(boolean interactive) {
        return interactive
                ? limits.interactiveTimeout().or(limits::idleTimeout)
                : limits.idleTimeout();
    }

    /** How long nothing may run in a transaction; empty for ever. */
    Optional<Duration> idleTransactionTimeout(boolean interactive) {
        return limits.idleTransactionTimeout().or(() -> idleTimeout(interactive));
    }

    /** How long a command may be on that listener; {@link Long#MAX_VALUE} for any length. */
    long mostPacketBytes(ListenerConfig listener) {
        return listener.maxPacketBytes().orElse(limits.maxPacketBytes().orElse(Long.MAX_VALUE));
    }

    boolean mayReplicate(ProjectId project) {
        return commands.replicationProjects().contains(project);
    }
}
