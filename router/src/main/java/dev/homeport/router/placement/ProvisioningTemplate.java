package dev.homeport.router.placement;

import dev.homeport.topology.PlacementPolicy;
import dev.homeport.topology.ProjectId;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The policy's provision SQL, made out to one project. Pure. */
final class ProvisioningTemplate {
    private static final Pattern HARMLESS = Pattern.compile("[a-z0-9._-]+");
    private static final Pattern CREATED_SCHEMA =
            Pattern.compile(
                    "^\\s*CREATE\\s+(?:DATABASE|SCHEMA)\\s+(?:IF\\s+NOT\\s+EXISTS\\s+)?"
                            + "(?:`([^`]+)`|([^\\s`;]+))",
                    Pattern.CASE_INSENSITIVE);

    private ProvisioningTemplate() {}

    /** The statements for a project, in their order. */
    static List<String> statements(PlacementPolicy policy, ProjectId project) {
        String id = project.value();
        // ProjectId says so already; SQL is put together here, so it is made sure of here.
        if (!HARMLESS.matcher(id).matches()) {
            throw new IllegalStateException("project id with characters that quote: " + id);
        }
        return policy.provision().stream()
                .map(sql -> sql.replace(PlacementPolicy.PROJECT_VARIABLE, id))
                .toList();
    }

    /** The schemas these statements create; the one of the project's name where none is seen. */
    static List<String> schemas(List<String> statements, ProjectId project) {
        List<String> created =
                statements.stream()
                        .flatMap(sql -> CREATED_SCHEMA.matcher(sql).results())
                        .map(ProvisioningTemplate::name)
                        .distinct()
                        .toList();
        return created.isEmpty() ? List.of(project.value()) : created;
    }

    private static String name(MatchResult match) {
        return match.group(1) == null ? match.group(2) : match.group(1);
    }
}
