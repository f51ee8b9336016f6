package dev.homeport.sandbox.drill;

import dev.homeport.sandbox.drill.PlayResult.Containment;
import dev.homeport.sandbox.drill.PlayResult.Detection;
import dev.homeport.sandbox.drill.PlayResult.Recovery;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Which promises a result has to keep, and whether it did. Pure. */
final class Promises {
    private final String subject;
    private final List<Promise> promises = new ArrayList<>();

    private Promises(String subject) {
        this.subject = subject;
    }

    private void add(String text, boolean isKept, Object detail) {
        promises.add(new Promise(subject, text, isKept, detail.toString()));
    }

    /** Of one play. */
    static List<Promise> of(PlayResult result) {
        Promises made = new Promises(result.play().name());
        made.add(
                "statements are answered as by a plain server",
                result.wrongAnswers().isEmpty(),
                String.join("; ", result.wrongAnswers()));
        made.unharmed(result.bystanders());
        if (result.play().mode().isLoss()) {
            made.detected(result);
            result.containment().ifPresent(made::contained);
        } else {
            made.kept(result);
        }
        return List.copyOf(made.promises);
    }

    private void unharmed(BystanderCounts bystanders) {
        add(
                "other projects notice nothing",
                bystanders.failed() == 0 && bystanders.statements() > 0,
                "%d of %d statements failed: %s"
                        .formatted(
                                bystanders.failed(),
                                bystanders.statements(),
                                String.join("; ", bystanders.errors())));
    }

    private void kept(PlayResult result) {
        add("nothing is lost", result.tablesLost() == 0, result.tablesLost() + " tables are");
        Optional<IncidentFacts> incident = result.detection().incident();
        add(
                "an incident says that it looks like a mistake, and limits nothing",
                incident.filter(one -> one.limit().equals("alert")).isPresent()
                        && result.recovery().map(Recovery::isServed).orElse(false),
                incident.map(IncidentFacts::toString).orElse("there was none"));
        List<String> differing =
                result.recovery().map(Recovery::differing).orElse(List.of("nothing came back"));
        add(
                "undrop brings every table back as it was",
                differing.isEmpty() && result.tablesHeld() > 0,
                "not the same: " + differing);
    }

    private void detected(PlayResult result) {
        Detection detection = result.detection();
        add(
                "an incident of data loss is opened",
                detection.incident().isPresent() && result.tablesLost() > 0,
                result.tablesLost() + " tables were lost, and nobody said so");
        detection.incident().ifPresent(incident -> described(result, incident));
    }

    private void described(PlayResult result, IncidentFacts incident) {
        Play play = result.play();
        add(
                "it counts every table that is lost, and no more",
                incident.tablesLost() == result.tablesLost(),
                "%d were lost; %s".formatted(result.tablesLost(), incident));
        add(
                "it names the project, and no other",
                incident.projects().equals(List.of(play.project())) && !incident.wholeCluster(),
                incident);
        add("it has the position to restore to", !incident.gtidBefore().isEmpty(), incident);
        add(
                "it says who did it",
                play.mode() == Mode.AROUND
                        ? incident.actor().startsWith("not through a router")
                        : incident.actor().contains(play.project())
                                && incident.actor().contains("127.0.0.1"),
                incident.actor());
    }

    private void contained(Containment containment) {
        add(
                "the project is refused by every router, in running sessions, too",
                containment.refused().isPresent() && containment.sessionRefused(),
                containment);
        add("new projects go elsewhere", containment.elsewhere().isPresent(), containment);
        add(
                "when the incident is closed all is served again",
                containment.servedAgain().isPresent(),
                containment);
    }

    /**
     * What must not have happened all the while.
     *
     * @param incidents all that were seen
     * @param bystanders their projects
     */
    static List<Promise> ofAll(
            List<PlayResult> plays, List<IncidentFacts> incidents, List<String> bystanders) {
        Promises made = new Promises("all plays");
        List<IncidentFacts> ofBystanders =
                incidents.stream()
                        .filter(one -> bystanders.stream().anyMatch(one.projects()::contains))
                        .toList();
        made.add("no incident names a bystander", ofBystanders.isEmpty(), ofBystanders);
        for (PlayResult result : plays) {
            List<IncidentFacts> losses =
                    incidents.stream()
                            .filter(one -> one.kind().equals("data-loss"))
                            .filter(one -> one.projects().contains(result.play().project()))
                            .toList();
            int most = result.play().mode().isLoss() ? 1 : 0;
            made.add(
                    "%s is told of as a loss %s"
                            .formatted(result.play().name(), most == 0 ? "never" : "once"),
                    losses.size() <= most,
                    losses);
        }
        return List.copyOf(made.promises);
    }

    /** Of the rounds together. */
    static List<Promise> of(RoundsResult rounds) {
        Promises made = new Promises("rounds");
        made.add(
                "every loss is noticed, and contained",
                rounds.contained() == rounds.rounds(),
                "%d of %d were".formatted(rounds.contained(), rounds.rounds()));
        made.unharmed(rounds.bystanders());
        return List.copyOf(made.promises);
    }
}
