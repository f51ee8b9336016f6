package dev.homeport.agent.publish;

import dev.homeport.quarantine.account.AccountFailures;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.Instance;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.function.Function;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The epoch in table {@code homeport.epoch}, which replicates with everything else. Set-up makes it
 * and grants the agent SELECT, INSERT and UPDATE on it, and on nothing besides; a cluster without
 * it goes without. It is read and written only when a primary is new.
 */
public final class EpochTable implements EpochKeeper {
    private static final Logger log = LoggerFactory.getLogger(EpochTable.class);

    private static final String READ = "SELECT epoch FROM homeport.epoch WHERE cluster = ?";
    private static final String WRITE =
            "INSERT INTO homeport.epoch (cluster, epoch) VALUES (?, ?)"
                    + " ON DUPLICATE KEY UPDATE epoch = GREATEST(epoch, VALUES(epoch))";

    private final ClusterId cluster;
    private final Function<Instance, DataSource> sources;

    /**
     * @param sources connections with the agent's account, with deadlines
     */
    public EpochTable(ClusterId cluster, Function<Instance, DataSource> sources) {
        this.cluster = cluster;
        this.sources = sources;
    }

    @Override
    public long read(Instance instance) {
        try (Connection connection = sources.apply(instance).getConnection();
                PreparedStatement statement = connection.prepareStatement(READ)) {
            statement.setString(1, cluster.value());
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() ? rows.getLong(1) : 0;
            }
        } catch (SQLException e) {
            notKept(instance, e);
            return 0;
        }
    }

    @Override
    public void write(Instance primary, long epoch) {
        try (Connection connection = sources.apply(primary).getConnection();
                PreparedStatement statement = connection.prepareStatement(WRITE)) {
            statement.setString(1, cluster.value());
            statement.setLong(2, epoch);
            statement.executeUpdate();
        } catch (SQLException e) {
            notKept(primary, e);
        }
    }

    private void notKept(Instance instance, SQLException e) {
        log.atWarn()
                .addKeyValue("cluster", cluster)
                .addKeyValue("instance", instance.id())
                .addKeyValue("error", AccountFailures.words(e))
                .log("the epoch is not kept on the cluster");
    }
}
