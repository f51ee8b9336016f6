package dev.homeport.topology.zk;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.homeport.topology.Glob;
import dev.homeport.topology.GuardAction;
import dev.homeport.topology.GuardBudgets;
import dev.homeport.topology.GuardPolicy;
import dev.homeport.topology.GuardRule;
import dev.homeport.topology.StatementClass;
import dev.homeport.topology.TableGlob;
import dev.homeport.topology.TenantPattern;
import dev.homeport.topology.Words;
import dev.homeport.topology.fields.Fields;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code guard}. By hand, what is left out has its default. */
public final class GuardPolicyCodec {
    static final Codec<GuardPolicy> ZNODE =
            Codec.of(GuardPolicyCodec::read, GuardPolicyCodec::write);

    private static final String ALL = "all";
    private static final Duration LONGEST = Duration.ofDays(3650);
    private static final Duration SHORTEST_RETENTION = Duration.ofMinutes(1);
    private static final Duration LONGEST_MEMORY = Duration.ofDays(1);
    private static final Duration SHORTEST_WINDOW = Duration.ofSeconds(1);
    private static final Duration LONGEST_WINDOW = Duration.ofHours(1);
    private static final int MOST_NUMBER = 1_000_000;

    private GuardPolicyCodec() {}

    /** Reads all fields but the format version, for znodes, REST bodies and files alike. */
    public static Optional<GuardPolicy> read(Fields fields) {
        GuardPolicy absent = GuardPolicy.DEFAULT;
        boolean observe = fields.bool("observe", absent.observe());
        List<GuardRule> rules = new ArrayList<>();
        for (Fields one : fields.objects("rules")) {
            rule(one).ifPresent(rules::add);
        }
        Duration retention =
                fields.duration("retention", absent.retention(), SHORTEST_RETENTION, LONGEST);
        long quotaBytes = fields.longInteger("quotaBytes", absent.quotaBytes(), 0, Long.MAX_VALUE);
        int generations = fields.integer("generations", absent.generations(), 1, MOST_NUMBER);
        Duration memory = fields.duration("memory", absent.memory(), Duration.ZERO, LONGEST_MEMORY);
        Optional<GuardBudgets> burst =
                fields.object("burst")
                        .map(GuardPolicyCodec::budgets)
                        .orElseGet(() -> Optional.of(absent.burst()));
        List<TableGlob> sharedTables = fields.list("sharedTables", TableGlob::parse);
        Optional<TenantPattern> tenantPattern =
                fields.optional("tenantPattern", TenantPattern::new);
        return fields.build(
                () ->
                        new GuardPolicy(
                                observe,
                                rules,
                                retention,
                                quotaBytes,
                                generations,
                                memory,
                                burst.orElseThrow(),
                                sharedTables,
                                tenantPattern));
    }

    private static Optional<GuardRule> rule(Fields fields) {
        List<Glob> projects = fields.list("projects", Glob::new);
        List<Glob> clusters = fields.list("clusters", Glob::new);
        List<Glob> users = fields.list("users", Glob::new);
        List<Glob> schemas = fields.list("schemas", Glob::new);
        List<TableGlob> tables = fields.list("tables", TableGlob::parse);
        Map<StatementClass, GuardAction> actions = new EnumMap<>(StatementClass.class);
        Optional<Fields> given = fields.object("actions");
        given.ifPresent(
                one -> {
                    for (StatementClass kind : StatementClass.values()) {
                        one.optionalWord(Words.of(kind), GuardAction.class)
                                .ifPresent(action -> actions.put(kind, action));
                    }
                });
        Optional<GuardAction> otherwise =
                given.flatMap(one -> one.optionalWord(ALL, GuardAction.class));
        // For words that are no class.
        given.ifPresent(one -> one.build(() -> actions));
        return fields.build(
                () ->
                        new GuardRule(
                                projects, clusters, users, schemas, tables, actions, otherwise));
    }

    private static Optional<GuardBudgets> budgets(Fields fields) {
        GuardBudgets absent = GuardBudgets.DEFAULT;
        int tables = fields.integer("tables", absent.tables(), 1, MOST_NUMBER);
        int tenantTables = fields.integer("tenantTables", absent.tenantTables(), 1, MOST_NUMBER);
        Duration window =
                fields.duration("window", absent.window(), SHORTEST_WINDOW, LONGEST_WINDOW);
        return fields.build(() -> new GuardBudgets(tables, tenantTables, window));
    }

    /** All fields but the format version. */
    public static void write(GuardPolicy policy, ObjectNode json) {
        json.put("observe", policy.observe());
        var rules = json.putArray("rules");
        policy.rules().forEach(rule -> write(rule, rules.addObject()));
        json.put("retention", Fields.text(policy.retention()));
        json.put("quotaBytes", policy.quotaBytes());
        json.put("generations", policy.generations());
        json.put("memory", Fields.text(policy.memory()));
        json.putObject("burst")
                .put("tables", policy.burst().tables())
                .put("tenantTables", policy.burst().tenantTables())
                .put("window", Fields.text(policy.burst().window()));
        Json.texts(json, "sharedTables", policy.sharedTables());
        Json.optional(json, "tenantPattern", policy.tenantPattern());
    }

    private static void write(GuardRule rule, ObjectNode json) {
        Json.texts(json, "projects", rule.projects());
        Json.texts(json, "clusters", rule.clusters());
        Json.texts(json, "users", rule.users());
        Json.texts(json, "schemas", rule.schemas());
        Json.texts(json, "tables", rule.tables());
        ObjectNode actions = json.putObject("actions");
        rule.actions().forEach((kind, action) -> Json.word(actions, Words.of(kind), action));
        rule.otherwise().ifPresent(action -> Json.word(actions, ALL, action));
    }
}
