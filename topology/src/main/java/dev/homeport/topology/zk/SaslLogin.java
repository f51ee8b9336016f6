package dev.homeport.topology.zk;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import javax.security.auth.login.AppConfigurationEntry;
import javax.security.auth.login.AppConfigurationEntry.LoginModuleControlFlag;
import javax.security.auth.login.Configuration;
import org.apache.zookeeper.server.auth.DigestLoginModule;

/**
 * Names and passwords for SASL, as JAAS hands them to ZooKeeper's client: it knows no other way
 * than the configuration of the whole JVM. What a {@code java.security.auth.login.config} says is
 * still there for everybody else.
 */
final class SaslLogin extends Configuration {
    private static final SaslLogin SHARED = new SaslLogin();

    private final AtomicInteger count = new AtomicInteger();
    private final Map<String, AppConfigurationEntry> entries = new ConcurrentHashMap<>();
    private volatile Configuration before;

    private SaslLogin() {}

    /**
     * Makes a login known.
     *
     * @return the name of its section
     */
    static String add(String user, String password) {
        return SHARED.addEntry(user, password);
    }

    private synchronized String addEntry(String user, String password) {
        if (before == null) {
            before = configured();
            Configuration.setConfiguration(this);
        }
        String name = "Homeport-" + count.incrementAndGet();
        entries.put(
                name,
                new AppConfigurationEntry(
                        DigestLoginModule.class.getName(),
                        LoginModuleControlFlag.REQUIRED,
                        Map.of("username", user, "password", password)));
        return name;
    }

    /** What the JVM has; without a file it has none and says so by an exception. */
    private static Configuration configured() {
        try {
            return Configuration.getConfiguration();
        } catch (SecurityException e) {
            return new Configuration() {
                @Override
                public AppConfigurationEntry[] getAppConfigurationEntry(String name) {
                    return null;
                }
            };
        }
    }

    @Override
    public AppConfigurationEntry[] getAppConfigurationEntry(String name) {
        AppConfigurationEntry own = entries.get(name);
        return own == null
                ? before.getAppConfigurationEntry(name)
                : new AppConfigurationEntry[] {own};
    }
}
