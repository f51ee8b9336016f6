package dev.homeport.router.account;

import dev.homeport.quarantine.account.AccountLinks;
import dev.homeport.quarantine.account.AccountSource;
import dev.homeport.router.config.ServiceAccountConfig;
import dev.homeport.topology.Instance;
import dev.homeport.topology.fields.Secret;
import javax.sql.DataSource;

/** An account of the router's own on the instances. Thread-safe. */
public final class InstanceAccount {
    private final AccountSource.Account account;
    private final AccountLinks links;

    /**
     * Connects to nothing yet.
     *
     * @param password what stands in {@link ServiceAccountConfig#passwordFile}
     */
    public InstanceAccount(ServiceAccountConfig config, Secret password, AccountLinks links) {
        this.account =
                new AccountSource.Account(
                        config.user(),
                        password,
                        config.connectTimeout(),
                        config.statementTimeout());
        this.links = links;
    }

    /** New connections to that instance, with deadlines for connecting and for each answer. */
    public DataSource source(Instance instance) {
        return new AccountSource(instance, links, account);
    }
}
