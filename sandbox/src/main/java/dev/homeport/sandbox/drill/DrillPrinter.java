package dev.homeport.sandbox.drill;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.homeport.sandbox.drill.PlayResult.Containment;
import dev.homeport.sandbox.drill.PlayResult.Recovery;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Shows the result of a drill, for people or for programs. */
final class DrillPrinter {
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    private static final int MOST_DETAIL_CHARS = 300;

    private DrillPrinter() {}

    /** A table of less than 100 columns, and what it means. */
    static void printTable(DrillResult result, PrintWriter out) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(
                List.of(
                        "MODE",
                        "VARIANT",
                        "TABLES",
                        "LOST",
                        "HELD",
                        "SEEN",
                        "OPENED",
                        "ELSEWHERE",
                        "REFUSED",
                        "UNDROP",
                        "OTHERS",
                        "ERRORS",
                        "SLOWEST"));
        result.plays().forEach(play -> rows.add(row(play)));
        print(rows, 2, out);
        out.println();
        out.println(
                """
                Times in ms. SEEN, OPENED (by the incident's own word), ELSEWHERE and REFUSED: since the
                answer to the first DROP, below zero: before it. UNDROP: all tables. OTHERS: statements of
                other projects meanwhile, how many failed, and the slowest.""");
        result.rounds().ifPresent(rounds -> printRounds(rounds, out));
        out.println();
        for (Promise promise : result.broken()) {
            out.println(
                    "BROKEN  %s: %s - %s"
                            .formatted(promise.subject(), promise.text(), cut(promise.detail())));
        }
        out.println(
                "%d of %d promises held."
                        .formatted(
                                result.promises().size() - result.broken().size(),
                                result.promises().size()));
    }

    private static List<String> row(PlayResult result) {
        BystanderCounts others = result.bystanders();
        return List.of(
                result.play().mode().word(),
                result.play().variant().word(),
                Integer.toString(result.tables()),
                Integer.toString(result.tablesLost()),
                Integer.toString(result.tablesHeld()),
                ms(result.detection().seen()),
                ms(result.detection().opened()),
                ms(result.containment().flatMap(Containment::elsewhere)),
                ms(result.containment().flatMap(Containment::refused)),
                ms(result.recovery().map(Recovery::took)),
                Long.toString(others.statements()),
                Long.toString(others.failed()),
                ms(Optional.of(others.slowest())));
    }

    private static void printRounds(RoundsResult rounds, PrintWriter out) {
        out.println();
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of(rounds.rounds() + " ROUNDS, ms", "P50", "P99", "MAX"));
        rows.add(row("drop to incident open", rounds.opened()));
        rows.add(row("drop to incident seen", rounds.seen()));
        rows.add(row("open to project refused", rounds.refused()));
        rows.add(row("open to new projects elsewhere", rounds.elsewhere()));
        print(rows, 1, out);
        out.println(
                "%d were noticed and contained; others: %d statements, %d errors, slowest %s ms"
                        .formatted(
                                rounds.contained(),
                                rounds.bystanders().statements(),
                                rounds.bystanders().failed(),
                                ms(Optional.of(rounds.bystanders().slowest()))));
    }

    private static List<String> row(String what, Percentiles times) {
        return List.of(
                what,
                ms(Optional.of(times.p50())),
                ms(Optional.of(times.p99())),
                ms(Optional.of(times.max())));
    }

    /** Columns as wide as they must be; words to the left, numbers to the right. */
    private static void print(List<List<String>> rows, int words, PrintWriter out) {
        int columns = rows.getFirst().size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                String form = (i < words ? "%-" : "%") + widths[i] + "s ";
                line.append(String.format(Locale.ROOT, form, row.get(i)));
            }
            out.println(line.toString().stripTrailing());
        }
    }

    private static String ms(Optional<Duration> time) {
        return time.map(duration -> Long.toString(duration.toMillis())).orElse("-");
    }

    private static String cut(String text) {
        return text.length() <= MOST_DETAIL_CHARS
                ? text
                : text.substring(0, MOST_DETAIL_CHARS) + " ...";
    }

    /** All of it as one JSON object; times in milliseconds. */
    static void printJson(DrillResult result, PrintWriter out) {
        ObjectNode json = JSON.createObjectNode();
        json.put("kept", result.broken().isEmpty());
        json.put("seed", result.seed());
        json.put("cluster", result.cluster());
        var plays = json.putArray("plays");
        result.plays().forEach(play -> write(play, plays.addObject()));
        result.rounds().ifPresent(rounds -> write(rounds, json.putObject("rounds")));
        var promises = json.putArray("promises");
        for (Promise promise : result.promises()) {
            ObjectNode one = promises.addObject();
            one.put("subject", promise.subject());
            one.put("promise", promise.text());
            one.put("kept", promise.isKept());
            if (!promise.isKept()) {
                one.put("detail", promise.detail());
            }
        }
        try {
            out.println(JSON.writeValueAsString(json));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void write(PlayResult result, ObjectNode json) {
        json.put("mode", result.play().mode().word());
        json.put("variant", result.play().variant().word());
        json.put("project", result.play().project());
        json.put("tables", result.tables());
        json.put("tablesLost", result.tablesLost());
        json.put("tablesHeld", result.tablesHeld());
        put(json, "seenMillis", result.detection().seen());
        put(json, "openedMillis", result.detection().opened());
        result.containment()
                .ifPresent(
                        containment -> {
                            put(json, "elsewhereMillis", containment.elsewhere());
                            put(json, "refusedMillis", containment.refused());
                            put(json, "servedAgainMillis", containment.servedAgain());
                        });
        put(json, "undropMillis", result.recovery().map(Recovery::took));
        result.detection()
                .incident()
                .ifPresent(incident -> write(incident, json.putObject("incident")));
        write(result.bystanders(), json.putObject("others"));
    }

    private static void write(IncidentFacts incident, ObjectNode json) {
        json.put("id", incident.id());
        json.put("kind", incident.kind());
        json.put("limit", incident.limit());
        json.put("gtidBefore", incident.gtidBefore());
        json.put("actor", incident.actor());
        json.put("tablesLost", incident.tablesLost());
        var projects = json.putArray("projects");
        incident.projects().forEach(projects::add);
    }

    private static void write(BystanderCounts others, ObjectNode json) {
        json.put("statements", others.statements());
        json.put("errors", others.failed());
        put(json, "slowestMillis", Optional.of(others.slowest()));
    }

    private static void write(RoundsResult rounds, ObjectNode json) {
        json.put("rounds", rounds.rounds());
        json.put("contained", rounds.contained());
        write(rounds.opened(), json.putObject("dropToOpenedMillis"));
        write(rounds.seen(), json.putObject("dropToSeenMillis"));
        write(rounds.refused(), json.putObject("openedToRefusedMillis"));
        write(rounds.elsewhere(), json.putObject("openedToElsewhereMillis"));
        write(rounds.bystanders(), json.putObject("others"));
    }

    private static void write(Percentiles times, ObjectNode json) {
        put(json, "p50", Optional.of(times.p50()));
        put(json, "p99", Optional.of(times.p99()));
        put(json, "max", Optional.of(times.max()));
    }

    private static void put(ObjectNode json, String name, Optional<Duration> time) {
        time.ifPresent(duration -> json.put(name, duration.toMillis()));
    }
}
