package dev.homeport.router.admin;

import dev.homeport.router.admin.FleetProblem.Severity;
import dev.homeport.router.admission.LimitKind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What routers suffer from, as problems of the fleet. Pure. */
final class RouterProblems {
    private RouterProblems() {}

    /** Others that went without a word, once they had time to come back. */
    static List<FleetProblem> ofOthers(Picture picture) {
        List<FleetProblem> found = new ArrayList<>();
        picture.notHeardOf()
                .forEach(
                        (router, since) -> {
                            if (since.isSettled()) {
                                found.add(
                                        new FleetProblem(
                                                Severity.WARNING,
                                                "router " + router,
                                                "is not registered any more, and this router has"
                                                        + " not heard that it stopped",
                                                since.when(),
                                                "if it runs, its sessions are in no count and"
                                                        + " changes may not reach it; if not, its"
                                                        + " clients are refused",
                                                "look at its process and its log; it is forgotten"
                                                        + " %d minutes after it went"
                                                                .formatted(
                                                                        RouterMemory.MEMORY
                                                                                .toMinutes())));
                            }
                        });
        return found;
    }

    /** This router itself. */
    static List<FleetProblem> ofSelf(OwnState own) {
        List<FleetProblem> found = new ArrayList<>();
        own.staleFiles().forEach((file, since) -> found.add(ofFile(file, since)));
        for (LimitKind kind : LimitKind.values()) {
            int near = own.nearLimits().getOrDefault(kind, 0);
            if (near > 0) {
                found.add(ofLimit(kind, near));
            }
        }
        return found;
    }

    private static FleetProblem ofFile(String file, Instant since) {
        return new FleetProblem(
                Severity.WARNING,
                "this router",
                "cannot use the file of %s as it is now".formatted(setting(file)),
                Optional.of(since),
                "what it said before stays in force",
                "this router's log says why; correct the file, it is read again within seconds");
    }

    private static String setting(String file) {
        return switch (file) {
            case "tokens" -> "admin.tokensFile";
            case "peer-token" -> "admin.peerTokenFile";
            default -> "admin.tls";
        };
    }

    private static FleetProblem ofLimit(LimitKind kind, int near) {
        String who = kind.owner().map(one -> counted(near, one)).orElse("");
        return new FleetProblem(
                Severity.WARNING,
                "this router",
                who.isEmpty()
                        ? "is at 80 %% of %s or above".formatted(kind.setting())
                        : "has %s at 80 %% of %s or above".formatted(who, kind.setting()),
                Optional.empty(),
                "who goes beyond is refused; the others are served",
                who.isEmpty()
                        ? "raise the limit, or start another router"
                        : "this router's log says who; raise the limit, or ask them");
    }

    private static String counted(int count, String word) {
        if (count == 1) {
            return "1 " + word;
        }
        return "%d %s%s".formatted(count, word, word.endsWith("s") ? "es" : "s");
    }
}
