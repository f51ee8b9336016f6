package dev.homeport.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** A script that lets a shell complete commands, options and ids of clusters. */
@Command(
        name = "completion",
        description = {
            "Prints a script that lets a shell complete commands, options and ids of clusters:",
            "source <(homeport completion bash)"
        })
final class CompletionCommand extends ApiCommand {
    private static final String PROGRAM = "homeport";
    private static final String CLUSTER = "CLUSTER";

    /** Commands of the launcher, which are none of this program. */
    static final List<String> LAUNCHER = List.of("up", "drill", "router", "agent", "ensemble");

    /** The commands of {@code homeport ensemble}, and the options of each. */
    static final Map<String, List<String>> ENSEMBLE =
            Map.of(
                    "acl", List.of("--config", "--as"),
                    "identity", List.of(),
                    "restore", List.of("--config", "--as", "--snapshot"));

    /**
     * As the fleet has them, and nothing else: the words of {@code compgen -W} are expanded, so
     * that a server which names a cluster {@code $(...)} would have it run by the shell.
     */
    private static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

    /**
     * Goes around what picocli makes. Ids are asked for once a minute and shell at most, within two
     * seconds; where no router answers, nothing is completed. What is no id is left out once more:
     * the program may be an older one than the script. Where nothing is completed, files are.
     */
    private static final String WITH_IDS =
            """

            _homeport_ids() {
              if [[ -z "${_homeport_ids_until:-}" || $SECONDS -ge $_homeport_ids_until ]]; then
                _homeport_ids_known="$(timeout 2 "${COMP_WORDS[0]}" completion --ids 2>/dev/null </dev/null | LC_ALL=C grep -Ex '@ID@')"
                _homeport_ids_until=$((SECONDS + 60))
              fi
              echo "$_homeport_ids_known"
            }

            _homeport_ensemble() {
              local current="${COMP_WORDS[COMP_CWORD]}" words=""
              if [[ $COMP_CWORD -eq 2 ]]; then
                words="@ENSEMBLE@"
              elif [[ "$current" == -* ]]; then
                case "${COMP_WORDS[2]}" in
            @ENSEMBLE_OPTIONS@
                esac
              fi
              COMPREPLY=($(compgen -W "$words" -- "$current"))
            }

            _homeport_complete() {
              if [[ $COMP_CWORD -gt 1 && "${COMP_WORDS[1]}" == ensemble ]]; then
                _homeport_ensemble
                return
              fi
              local current="${COMP_WORDS[COMP_CWORD]}" before="${COMP_WORDS[COMP_CWORD-1]}" wants=no
              _complete_homeport
              if [[ $COMP_CWORD -eq 1 ]]; then
                COMPREPLY+=($(compgen -W "@LAUNCHER@" -- "$current"))
              elif [[ "$before" == --cluster ]]; then
                wants=yes
              elif [[ "$current" != -* ]]; then
                case "${COMP_WORDS[1]} $COMP_CWORD" in
                  @FIRST@) wants=yes ;;
                  "edit 3") [[ "$before" == cluster ]] && wants=yes ;;
                esac
              fi
              if [[ $wants == yes ]]; then
                _homeport_ids >/dev/null
                COMPREPLY=($(compgen -W "$_homeport_ids_known" -- "$current"))
              fi
            }

            complete -F _homeport_complete -o default homeport ./homeport
            """;

    /** Shells that can be completed for. */
    enum Shell {
        bash,
        /** Takes the same script, through its own bashcompinit. */
        zsh
    }

    @Parameters(arity = "0..1", paramLabel = "bash|zsh")
    private Optional<Shell> shell;

    @Option(names = "--ids", hidden = true, description = "ids of clusters, for the script")
    private boolean isOfIds;

    @Spec private CommandSpec spec;

    @Override
    int run(RestClient client) {
        if (isOfIds) {
            for (JsonNode cluster : client.get("/v1/clusters").path("clusters")) {
                String id = cluster.path("id").asText();
                if (ID.matcher(id).matches()) {
                    out().println(id);
                }
            }
            return ExitCode.OK;
        }
        if (shell.isEmpty()) {
            throw new CommandException(
                    ExitCode.USAGE, "expected homeport completion bash, or completion zsh");
        }
        out().println(script());
        return ExitCode.OK;
    }

    private String script() {
        CommandLine root = spec.root().commandLine();
        String takingCluster =
                root.getSubcommands().entrySet().stream()
                        .filter(CompletionCommand::takesCluster)
                        .map(entry -> "\"%s 2\"".formatted(entry.getKey()))
                        .sorted()
                        .collect(Collectors.joining(" | "));
        return AutoComplete.bash(PROGRAM, root)
                + WITH_IDS.replace("@LAUNCHER@", String.join(" ", LAUNCHER))
                        .replace("@ENSEMBLE@", words(ENSEMBLE.keySet()))
                        .replace("@ENSEMBLE_OPTIONS@", ensembleOptions())
                        .replace("@ID@", ID.pattern())
                        .replace("@FIRST@", takingCluster);
    }

    private static String ensembleOptions() {
        return ENSEMBLE.entrySet().stream()
                .map(
                        one ->
                                "      %s) words=\"%s\" ;;"
                                        .formatted(one.getKey(), words(one.getValue())))
                .sorted()
                .collect(Collectors.joining("\n"));
    }

    private static String words(Collection<String> all) {
        return all.stream().sorted().collect(Collectors.joining(" "));
    }

    private static boolean takesCluster(Map.Entry<String, CommandLine> command) {
        var positional = command.getValue().getCommandSpec().positionalParameters();
        return !positional.isEmpty() && positional.getFirst().paramLabel().equals(CLUSTER);
    }
}
