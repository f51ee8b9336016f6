package dev.homeport.topology.zk;

import static dev.homeport.topology.zk.Records.NOON;
import static dev.homeport.topology.zk.Records.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.topology.AgentId;
import dev.homeport.topology.AgentReport;
import dev.homeport.topology.AnnouncementId;
import dev.homeport.topology.ApprovalId;
import dev.homeport.topology.AuditEntry;
import dev.homeport.topology.BackendLink;
import dev.homeport.topology.Buckets;
import dev.homeport.topology.Capacity;
import dev.homeport.topology.ClusterDefinition;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.ClusterIntent;
import dev.homeport.topology.ClusterSelector;
import dev.homeport.topology.Compression;
import dev.homeport.topology.Family;
import dev.homeport.topology.Glob;
import dev.homeport.topology.GuardPolicy;
import dev.homeport.topology.Health;
import dev.homeport.topology.Incident;
import dev.homeport.topology.IncidentId;
import dev.homeport.topology.IncidentLimit;
import dev.homeport.topology.Instance;
import dev.homeport.topology.InstanceId;
import dev.homeport.topology.Intent;
import dev.homeport.topology.PackedBucket;
import dev.homeport.topology.Placement;
import dev.homeport.topology.PlacementPolicy;
import dev.homeport.topology.PlacementRule;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.ProjectState;
import dev.homeport.topology.RejectedEdit;
import dev.homeport.topology.RouterId;
import dev.homeport.topology.RouterNumber;
import dev.homeport.topology.RouterReport;
import dev.homeport.topology.ServerCapabilities;
import dev.homeport.topology.TlsMode;
import dev.homeport.topology.UnknownProjects;
import dev.homeport.topology.Verdict;
import dev.homeport.topology.fields.Problems;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class CodecTest {
    private static final ClusterId C1 = new ClusterId("c1");
    private static final ProjectId P42 = new ProjectId("p42");
    private static final ProjectId P43 = new ProjectId("same-bucket-2155");

    static Stream<Arguments> records() {
        int bucket = Buckets.of(P42);
        return Stream.of(
                Arguments.of("cluster", ClusterDefinitionCodec.znode(C1), cluster()),
                Arguments.of("intent", ClusterIntentCodec.ZNODE, intent()),
                Arguments.of("verdict", VerdictCodec.ZNODE, verdict()),
                Arguments.of("guard", GuardPolicyCodec.ZNODE, Records.guard()),
                Arguments.of(
                        "approval",
                        ApprovalCodec.znode(new ApprovalId("a1")),
                        Records.approval("a1")),
                Arguments.of(
                        "announcement",
                        AnnouncementCodec.znode(new AnnouncementId("n1")),
                        Records.announcement("n1")),
                Arguments.of(
                        "incident", IncidentCodec.znode(new IncidentId("i1")), closedIncident()),
                Arguments.of("audit", AuditEntryCodec.ZNODE, auditEntry()),
                Arguments.of("policy", PlacementPolicyCodec.ZNODE, policy()),
                Arguments.of("policy-tiers", PlacementPolicyCodec.ZNODE, policyWithTiers()),
                Arguments.of(
                        "bucket",
                        PlacementBucketCodec.znode(bucket),
                        PackedBucket.of(bucket, placements())),
                Arguments.of("agent", AgentReportCodec.znode(C1, new AgentId("a1")), agent()),
                Arguments.of("router", RouterReportCodec.znode(new RouterId("r1")), router(false)),
                Arguments.of(
                        "router-stopping",
                        RouterReportCodec.znode(new RouterId("r1")),
                        router(true)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("records")
    <T> void writesTheBytesOfTheGoldenFile(String name, Codec<T> codec, T value) {
        // Given a record

        // When
        byte[] written = codec.write(value);

        // Then
        assertThat(written).asString().isEqualTo(new String(golden(name), UTF_8));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("records")
    <T> void readsTheGoldenFile(String name, Codec<T> codec, T value) {
        // Given
        var problems = new Problems();

        // When
        Optional<T> read = codec.read(golden(name), problems);

        // Then
        assertThat(problems.text()).isEmpty();
        assertThat(read).contains(value);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("records")
    <T> void damagedBytesAreAProblemAndNeverAnException(String name, Codec<T> codec, T value) {
        // Given
        var random = new Random(42);
        byte[] good = golden(name);
        for (int round = 0; round < 2000; round++) {
            byte[] bytes = damaged(good, random);
            var problems = new Problems();

            // When
            Optional<T> read = codec.read(bytes, problems);

            // Then
            assertThat(read.isEmpty()).isNotEqualTo(problems.isEmpty());
        }
        assertThat(value).isNotNull();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("records")
    <T> void cutShortAtAnyByteIsAProblem(String name, Codec<T> codec, T value) {
        // Given
        byte[] good = golden(name);
        for (int length = 0; length < good.length; length++) {
            var problems = new Problems();

            // When
            Optional<T> read = codec.read(Arrays.copyOf(good, length), problems);

            // Then
            assertThat(read).isEmpty();
            assertThat(problems.all()).isNotEmpty();
        }
        assertThat(value).isNotNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "\"tls\":{\"mode\":\"verify\"} | tls.mode: must be one of",
                "\"tls\":\"required\" | tls: must be an object",
                "\"tls\":{\"mdoe\":\"off\"} | did you mean \"mode\"",
                "\"tls\":{\"ca\":\"\"} | tls.ca: must be certificates in PEM",
                "\"tls\":{\"ca\":\"/etc/ca.pem\"} | tls.ca: must be certificates in PEM",
                "\"proxyProtocol\":\"v2\" | proxyProtocol: must be",
                "\"compression\":\"lz4\" | compression: must be one of off, zlib, zstd",
                "\"compression\":\"zstd\" | must be off or zlib: MariaDB has no zstd",
            })
    void aWrongLinkSaysWhatIsWrong(String fields, String expected) {
        // Given
        String json =
                "{\"v\":1,\"family\":\"mariadb\",\"instances\":[{\"id\":\"c1-1\",\"host\":\"db\",\"port\":1}],"
                        + fields
                        + "}";
        var problems = new Problems();

        // When
        var read = ClusterDefinitionCodec.znode(C1).read(utf8(json), problems);

        // Then
        assertThat(read).isEmpty();
        assertThat(problems.text()).contains(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "~~ | must be a JSON object, was empty",
                "~  ~ | must be a JSON object, was empty",
                "{\"v\":1,\"intent\":\"offline\"} x | must be JSON",
                "{\"v\":1,\"intent\":\"offline\"}\\0 | must be JSON",
                "\\0 | must be JSON",
                "[] | must be an object",
                "null | must be an object",
                "offline | must be JSON",
                "{\"intent\":\"offline\"} | v: is required",
                "{\"v\":2,\"intent\":\"offline\"} | v: must be a whole number from 1 to 1",
                "{\"v\":1} | intent: is required",
                "{\"v\":1,\"intent\":\"ofline\"} | did you mean \"offline\"",
                "{\"v\":1,\"intnet\":\"offline\"} | did you mean \"intent\"",
                "{\"v\":1,\"intent\":\"offline\",\"intent\":\"active\"} | Duplicate",
                "{\"v\":1,\"intent\":\"offline\",\"retryAfter\":-1} | retryAfter: must be",
                "{\"v\":1,\"intent\":\"offline\",\"retryAfter\":1e99} | retryAfter: must be",
                "{\"v\":1,\"intent\":\"offline\",\"since\":\"today\"} | since: must be a moment",
                "{\"v\":1,\"intent\":\"offline\",\"previous\":\"draining\"} | previous must be active",
                "[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]] | must be JSON",
            })
    void aWrongIntentSaysWhatIsWrong(String json, String expected) {
        // Given
        var problems = new Problems();

        // When
        Optional<ClusterIntent> read =
                ClusterIntentCodec.ZNODE.read(utf8(json.replace("\\0", "\0")), problems);

        // Then
        assertThat(read).isEmpty();
        assertThat(problems.text()).contains(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{\"actions\":{\"drop-tabel\":\"log\"}} | did you mean \"drop-table\"",
                "{\"actions\":{\"drop-table\":\"quarantin\"}} | did you mean \"quarantine\"",
                "{\"actions\":{\"shutdown\":\"quarantine\"}} | actions.shutdown must not be quarantine: only",
                "{\"actions\":{\"all\":\"quarantine\"}} | actions.all must not be quarantine",
                "{\"actions\":{}} | must name at least one class",
                "{} | must name at least one class",
                "{\"tables\":[\"\"],\"actions\":{\"all\":\"log\"}} | rules[0].tables[0]",
                "{\"tables\":[\"a.\"],\"actions\":{\"all\":\"log\"}} | rules[0].tables[0]",
                "{\"table\":[\"a\"],\"actions\":{\"all\":\"log\"}} | did you mean \"tables\"",
            })
    void aWrongRuleSaysWhatIsWrong(String rule, String expected) {
        // Given
        var problems = new Problems();

        // When
        var read =
                GuardPolicyCodec.ZNODE.read(utf8("{\"v\":1,\"rules\":[" + rule + "]}"), problems);

        // Then
        assertThat(read).isEmpty();
        assertThat(problems.text()).contains("rules[0]").contains(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "\"observe\":\"yes\" | observe: must be true or false",
                "\"retention\":\"72\" | retention: must be a duration",
                "\"retention\":\"1s\" | retention: must be from 1m",
                "\"quotaBytes\":-1 | quotaBytes: must be",
                "\"generations\":0 | generations: must be",
                "\"burst\":{\"table\":5} | did you mean \"tables\"",
                "\"burst\":{\"tables\":0} | burst.tables: must be",
                "\"tenantPattern\":\"_(x)_\" | tenantPattern: must have",
                "\"tenantPattern\":\"(?<tenant>(a))\" | tenantPattern: must have no alternatives",
                "\"retentoin\":\"3d\" | did you mean \"retention\"",
            })
    void aWrongGuardSaysWhatIsWrong(String fields, String expected) {
        // Given
        var problems = new Problems();

        // When
        var read = GuardPolicyCodec.ZNODE.read(utf8("{\"v\":1," + fields + "}"), problems);

        // Then
        assertThat(read).isEmpty();
        assertThat(problems.text()).contains(expected);
    }

    @Test
    void moreRulesOrPatternsThanAllowedAreRefused() {
        // Given
        String rule = "{\"actions\":{\"all\":\"log\"}}";
        String rules = String.join(",", Collections.nCopies(201, rule));
        String patterns = String.join(",", Collections.nCopies(101, "\"a\""));
        var tooMany = new Problems();
        var tooLong = new Problems();

        // When
        GuardPolicyCodec.ZNODE.read(utf8("{\"v\":1,\"rules\":[" + rules + "]}"), tooMany);
        GuardPolicyCodec.ZNODE.read(
                utf8(
                        "{\"v\":1,\"rules\":[{\"tables\":[%s],\"actions\":{\"all\":\"log\"}}]}"
                                .formatted(patterns)),
                tooLong);

        // Then
        assertThat(tooMany.text()).contains("rules must be at most 200");
        assertThat(tooLong.text()).contains("must have at most 100 patterns in a list, had 101");
    }

    @Test
    void anEmptyGuardIsTheDefaultOne() {
        // Given
        var problems = new Problems();

        // When
        var read = GuardPolicyCodec.ZNODE.read(utf8("{\"v\":1}"), problems);

        // Then
        assertThat(read).contains(GuardPolicy.DEFAULT);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{\"v\":1} | until: is required",
                "{\"v\":1,\"project\":\"p\",\"until\":\"2026-01-31T12:00:00Z\",\"statements\":1,\"tables\":[\"*\"]} | classes must name at least one",
                "{\"v\":1,\"project\":\"p\",\"until\":\"2026-01-31T12:00:00Z\",\"statements\":1,\"classes\":[\"shutdown\"]} | tables must have 1 to 100 patterns",
                "{\"v\":1,\"classes\":[\"drop_table\"]} | classes[0]: must be one of",
                "{\"v\":1,\"statements\":-1} | statements: must be",
            })
    void aWrongApprovalSaysWhatIsWrong(String json, String expected) {
        // Given
        var problems = new Problems();

        // When
        var read = ApprovalCodec.znode(new ApprovalId("a1")).read(utf8(json), problems);

        // Then
        assertThat(read).isEmpty();
        assertThat(problems.text()).contains(expected);
    }

    @ParameterizedTest
    @CsvSource({"UTF-16LE", "UTF-16BE", "UTF-32"})
    void otherEncodingsAreRefused(String charset) {
        // Given
        byte[] bytes =
                "{\"v\":1,\"intent\":\"offline\"}"
                        .getBytes(java.nio.charset.Charset.forName(charset));
        var problems = new Problems();

        // When
        Optional<ClusterIntent> read = ClusterIntentCodec.ZNODE.read(bytes, problems);

        // Then
        assertThat(read).isEmpty();
        assertThat(problems.all()).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource({"1048576", "262145"})
    void absurdSizesAreRefusedWithTheirNumber(int size) {
        // Given
        byte[] bytes = new byte[size];
        Arrays.fill(bytes, (byte) ' ');
        var problems = new Problems();

        // When
        Optional<ClusterIntent> read = ClusterIntentCodec.ZNODE.read(bytes, problems);

        // Then
        assertThat(read).isEmpty();
        assertThat(problems.text()).contains("must be at most 262144 bytes, was " + size);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{\"v\":1,\"id\":\"c2\",\"family\":\"mysql\",\"instances\":[]} | id: must be c1, was c2",
                "{\"v\":1,\"family\":\"oracle\",\"instances\":[]} | must be one of mariadb, mysql",
                "{\"v\":1,\"family\":\"mysql\",\"instances\":[]} | instances of cluster c1 are empty",
                "{\"v\":1,\"family\":\"mysql\",\"instances\":[{\"id\":\"a\",\"host\":\"h\",\"prot\":1}]} | instances[0].prot: unknown field",
                "{\"v\":1,\"family\":\"mysql\",\"instances\":[{\"id\":\"a\",\"host\":\"h\",\"port\":70000}]} | instances[0].port: must be",
                "{\"v\":1,\"family\":\"mysql\",\"weight\":0,\"instances\":[]} | weight: must be",
                "{\"v\":1,\"family\":\"mysql\",\"labels\":{\"a\":1},\"instances\":[]} | labels.a: must be a text",
            })
    void aWrongClusterSaysWhatIsWrong(String json, String expected) {
        // Given
        var problems = new Problems();

        // When
        var read = ClusterDefinitionCodec.znode(C1).read(utf8(json), problems);

        // Then
        assertThat(read).isEmpty();
        assertThat(problems.text()).contains(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{\"v\":1} | projects: is required",
                "{\"v\":1,\"projects\":{\"P42\":{\"home\":\"c1\",\"state\":\"serving\"}}} | projects.P42: is no project id in lower case",
                "{\"v\":1,\"projects\":{\"p1\":{\"home\":\"c1\",\"state\":\"serving\"}}} | projects.p1: belongs into bucket",
                "{\"v\":1,\"projects\":{\"p42\":{\"home\":\"c1\"}}} | projects.p42.state: is required",
                "{\"v\":1,\"projects\":{\"p42\":{\"home\":\"C 1\",\"state\":\"serving\"}}} | projects.p42.home: \"C 1\" is no cluster id",
                "{\"v\":1,\"projects\":{\"p42\":7}} | projects.p42: must be an object",
            })
    void aWrongBucketSaysWhatIsWrong(String json, String expected) {
        // Given
        var problems = new Problems();

        // When
        var read = PlacementBucketCodec.znode(Buckets.of(P42)).read(utf8(json), problems);

        // Then
        assertThat(read).isEmpty();
        assertThat(problems.text()).contains(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{\"v\":1,\"intent\":\"offline\"} | OFFLINE",
                "{\"v\":1,\"intent\":\"active\",\"reason\":null} | ACTIVE"
            })
    void aShortIntentByHandIsEnough(String json, Intent expected) {
        // Given
        var problems = new Problems();

        // When
        Optional<ClusterIntent> read = ClusterIntentCodec.ZNODE.read(utf8(json), problems);

        // Then
        assertThat(problems.text()).isEmpty();
        assertThat(read).map(ClusterIntent::intent).contains(expected);
    }

    @Test
    void aVerdictFromBeforeCapabilitiesWereKnownHasNone() {
        // Given
        String json = "{\"v\":1,\"health\":\"healthy\",\"primary\":\"c1-1\",\"epoch\":7}";
        var problems = new Problems();

        // When
        Optional<Verdict> read = VerdictCodec.ZNODE.read(utf8(json), problems);

        // Then
        assertThat(problems.text()).isEmpty();
        assertThat(read.orElseThrow().capabilities()).isEmpty();
    }

    @Test
    void aReportFromBeforeServersWereReportedKnowsNone() {
        // Given
        String json =
                "{\"v\":1,\"adminUrl\":\"\",\"since\":\"2026-01-31T12:00:00Z\",\"instances\":["
                        + "{\"id\":\"c1-1\",\"reachability\":\"answers\",\"writable\":true}]}";
        var problems = new Problems();

        // When
        var read = AgentReportCodec.znode(C1, new AgentId("a1")).read(utf8(json), problems);

        // Then
        assertThat(problems.text()).isEmpty();
        assertThat(read.orElseThrow().instances().getFirst().server()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{\"capabilities\":\"0x1\"} | instances[0].server.version: is required",
                "{\"version\":\"10.11\"} | instances[0].server.capabilities: is required",
                "{\"version\":\"10.11\",\"capabilities\":\"1d\"} | \"1d\" is no set of capabilities",
                "{\"version\":\"10.11\",\"capabilities\":7} | capabilities: must be a text, was 7",
                "{\"versoin\":\"10.11\",\"capabilities\":\"0x1\"} | did you mean \"version\"",
            })
    void aWrongServerSaysWhatIsWrong(String server, String expected) {
        // Given
        String json =
                "{\"v\":1,\"instances\":[{\"id\":\"c1-1\",\"reachability\":\"answers\",\"server\":"
                        + server
                        + "}]}";
        var problems = new Problems();

        // When
        var read = AgentReportCodec.znode(C1, new AgentId("a1")).read(utf8(json), problems);

        // Then
        assertThat(read).isEmpty();
        assertThat(problems.text()).contains(expected);
    }

    private static final java.nio.charset.Charset UTF_8 = java.nio.charset.StandardCharsets.UTF_8;

    private static byte[] damaged(byte[] good, Random random) {
        if (random.nextInt(4) == 0) {
            byte[] noise = new byte[random.nextInt(200)];
            random.nextBytes(noise);
            return noise;
        }
        byte[] bytes = good.clone();
        for (int i = random.nextInt(3); i >= 0; i--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        return bytes;
    }

    private static byte[] golden(String name) {
        return resource(name + ".json");
    }

    private static byte[] resource(String name) {
        try (InputStream in = CodecTest.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ClusterDefinition cluster() {
        return new ClusterDefinition(
                C1,
                Family.MARIADB,
                List.of(
                        new Instance(new InstanceId("c1-1"), "10.0.0.11", 3306),
                        new Instance(new InstanceId("c1-2"), "10.0.0.12", 3306)),
                200,
                new Capacity(OptionalLong.of(5000), OptionalLong.of(1L << 40)),
                Map.of("tier", "gold", "region", "fra"),
                new BackendLink(
                        TlsMode.VERIFY_CA,
                        Optional.of(new String(resource("ca.pem"), UTF_8)),
                        true,
                        Compression.ZLIB),
                IncidentLimit.ALERT);
    }

    private static Incident closedIncident() {
        return Records.incident("i1", C1, IncidentLimit.CONTAIN, P42)
                .closed(new Incident.Closing("mia", "restored", NOON.plusSeconds(600)));
    }

    private static AuditEntry auditEntry() {
        Map<String, String> changes = new LinkedHashMap<>();
        changes.put("intent", "active -> offline");
        changes.put("deadline", "0s");
        return new AuditEntry(
                NOON,
                new AuditEntry.Actor("mia", "operator", "10.0.0.9"),
                new RouterId("r1"),
                new AuditEntry.Act("5f", "POST", "/v1/clusters/{id}/offline", "c1"),
                "disk swap",
                200,
                changes);
    }

    private static ClusterIntent intent() {
        return new ClusterIntent(
                Intent.OFFLINE,
                "disk swap",
                "mia",
                Optional.of(NOON),
                Optional.of(Duration.ofSeconds(60)),
                Optional.of(Duration.ZERO),
                Optional.of(Intent.CORDONED));
    }

    private static Verdict verdict() {
        return new Verdict(
                Health.DEGRADED,
                Optional.of(new InstanceId("c1-1")),
                List.of(new InstanceId("c1-2")),
                7,
                "c1-2 lags",
                List.of("a1: c1-1 writable", "a1: c1-2 lags"),
                Optional.of(NOON),
                Optional.of(new ServerCapabilities(0x1d81fff7feL)),
                OptionalLong.of(1_234_567_890));
    }

    private static PlacementPolicy policyWithTiers() {
        ClusterId c3 = new ClusterId("c3");
        return new PlacementPolicy(
                List.of(
                        ClusterSelector.of(List.of(C1, new ClusterId("c2"))),
                        new ClusterSelector(List.of(c3), Map.of("disk", "nvme"))),
                List.of(new ClusterSelector(List.of(), Map.of("region", "eu"))),
                List.of(
                        new PlacementRule(
                                List.of(new Glob("eu-*")),
                                Map.of("region", "eu"),
                                Map.of("class", "test"))),
                Map.of(P42, c3),
                PlacementPolicy.DEFAULT_PROVISION);
    }

    @Test
    void aPolicySaysWhatBecomesOfUnknownProjects() {
        // Given
        PlacementPolicy placing = policy().with(UnknownProjects.PLACE);

        // Then
        assertThat(
                        PlacementPolicyCodec.ZNODE.read(
                                PlacementPolicyCodec.ZNODE.write(placing), new Problems()))
                .contains(placing);
        assertThat(new String(PlacementPolicyCodec.ZNODE.write(policy()), UTF_8))
                .doesNotContain("unknownProjects");
        var problems = new Problems();
        PlacementPolicyCodec.ZNODE.read(
                "{\"v\": 1, \"unknownProjects\": \"make\"}".getBytes(UTF_8), problems);
        assertThat(problems.text()).contains("unknownProjects");
    }

    @Test
    void aBadTierIsNamed() {
        // Given
        var problems = new Problems();

        // When
        PlacementPolicyCodec.ZNODE.read(
                """
                {"v": 1, "preferred": [["c1"], 7, {"label": {"a": "b"}}],
                 "pinned": {"No Id": "c1"}}
                """
                        .getBytes(UTF_8),
                problems);

        // Then
        assertThat(problems.text())
                .contains(
                        "preferred[1]: must be a text, a list of texts or an object, was 7",
                        "preferred[2].label: unknown field",
                        "pinned: \"No Id\" is no project id");
    }

    private static PlacementPolicy policy() {
        return new PlacementPolicy(
                List.of(C1, new ClusterId("c2")),
                List.of(new ClusterId("c3")),
                PlacementPolicy.DEFAULT_PROVISION);
    }

    private static Map<ProjectId, Placement> placements() {
        Map<ProjectId, Placement> placements = new TreeMap<>();
        placements.put(P42, new Placement(C1, ProjectState.SERVING, NOON, "", Optional.empty()));
        placements.put(
                P43,
                new Placement(
                        C1,
                        ProjectState.PROVISIONING,
                        Instant.EPOCH,
                        "by hand",
                        Optional.of("access denied")));
        return placements;
    }

    private static AgentReport agent() {
        return new AgentReport(
                new AgentId("a1"),
                C1,
                "http://127.0.0.1:7480",
                NOON,
                List.of(
                        new AgentReport.InstanceStatus(
                                new InstanceId("c1-1"),
                                AgentReport.Reachability.ANSWERS,
                                true,
                                Optional.empty(),
                                Optional.empty(),
                                Optional.of(
                                        new AgentReport.Server(
                                                "10.11.14-MariaDB-log",
                                                new ServerCapabilities(0x1d81fff7feL))),
                                ""),
                        new AgentReport.InstanceStatus(
                                new InstanceId("c1-2"),
                                AgentReport.Reachability.LOCKED_OUT,
                                false,
                                Optional.of(
                                        new AgentReport.ReplicationStatus(
                                                "10.0.0.11:3306", true, false, true)),
                                Optional.of(new AgentReport.GaleraStatus(false)),
                                Optional.empty(),
                                "access denied")));
    }

    private static RouterReport router(boolean isStopping) {
        return new RouterReport(
                new RouterId("r1"),
                "127.0.0.1:7306",
                "http://127.0.0.1:7380",
                "0.1.0",
                NOON,
                List.of(new RouterNumber(7), new RouterNumber(511)),
                4711,
                List.of(
                        new RejectedEdit(
                                "clusters/c9",
                                "wieght",
                                "unknown field",
                                Optional.of("weight"),
                                NOON.plusSeconds(1))),
                Map.of(C1, new RouterReport.SessionCounts(12, 3)),
                isStopping);
    }
}
