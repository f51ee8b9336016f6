package dev.homeport.router.admin;

import dev.homeport.router.admin.FleetProblem.Severity;
import dev.homeport.router.admission.LimitKind;
import dev.homeport.router.tls.CertificateState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What routers suffer from, as problems of the fleet. Pure. */
final class RouterProblems {
    private static final String SELF = "this router";
    private static final Duration EXPIRES_SOON = Duration.ofDays(7);

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
                                                                        DaemonMemory.MEMORY
                                                                                .toMinutes())));
                            }
                        });
        return found;
    }

    /** This router itself. */
    static List<FleetProblem> ofSelf(OwnState own) {
        List<FleetProblem> found = new ArrayList<>();
        own.staleFiles().forEach((file, since) -> found.add(ofFile(file, since)));
        own.certificates().forEach((whose, state) -> found.addAll(ofCertificate(whose, state)));
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
                SELF,
                "cannot use the file of %s as it is now".formatted(setting(file)),
                Optional.of(since),
                "what it said before stays in force",
                "this router's log says why; correct the file, it is read again within seconds");
    }

    private static List<FleetProblem> ofCertificate(String whose, CertificateState state) {
        List<FleetProblem> found = new ArrayList<>();
        String certificate = "the certificate of " + whose;
        if (state.isStale()) {
            found.add(
                    new FleetProblem(
                            Severity.WARNING,
                            SELF,
                            "cannot use the files of %s as they are now".formatted(certificate),
                            Optional.empty(),
                            "the one that it read before stays in use, as long as that is valid",
                            "this router's log says why; correct the files, they are read again"
                                    + " within seconds"));
        }
        if (!state.left().isPositive()) {
            found.add(
                    new FleetProblem(
                            Severity.CRITICAL,
                            SELF,
                            certificate + " has expired",
                            Optional.empty(),
                            "clients that look at it do not connect",
                            "put a new one in its place; it is read within seconds"));
        } else if (state.left().compareTo(EXPIRES_SOON) < 0) {
            found.add(
                    new FleetProblem(
                            Severity.WARNING,
                            SELF,
                            "%s expires in %s".formatted(certificate, left(state)),
                            Optional.empty(),
                            "nobody yet; afterwards clients that look at it do not connect",
                            "put a new one in its place; it is read within seconds"));
        }
        return found;
    }

    private static String left(CertificateState state) {
        long hours = state.left().toHours();
        return hours < 48 ? hours + " h" : hours / 24 + " days";
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
                SELF,
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
