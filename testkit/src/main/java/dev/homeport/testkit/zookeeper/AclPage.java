package dev.homeport.testkit.zookeeper;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.zookeeper.ZooDefs.Perms;

/**
 * The table of docs/zookeeper.md, "Who may do what": what the page promises is what tests try, so
 * that the two cannot part. Read from within a module's folder.
 */
public final class AclPage {
    /** The chroot itself, as {@link #read} names it. */
    public static final String CHROOT = "/";

    private static final Path PAGE = Path.of("..", "docs", "zookeeper.md");
    private static final String HEADING = "## Who may do what\n";
    private static final Pattern ROW =
            Pattern.compile("^\\| (.+?) \\| (.+?) \\| (.+?) \\| (.+?) \\|$", Pattern.MULTILINE);
    private static final Pattern NAME = Pattern.compile("`([^`]+)`");
    private static final List<String> NO_KINDS = List.of("Znodes", "---");

    /** What one may do with a znode. */
    public enum Right {
        READ(Perms.READ),
        WRITE(Perms.WRITE),
        CREATE(Perms.CREATE),
        DELETE(Perms.DELETE),
        ADMIN(Perms.ADMIN);

        private final int bit;

        Right(int bit) {
            this.bit = bit;
        }

        /** As an ACL has them. */
        public static int bits(Set<Right> rights) {
            return rights.stream().mapToInt(one -> one.bit).sum();
        }
    }

    private static final Set<Right> ALL_BUT_THE_ACL =
            Set.of(Right.READ, Right.WRITE, Right.CREATE, Right.DELETE);

    /** What the words of the table mean to ZooKeeper. */
    private static final Map<String, Set<Right>> WORDS =
            Map.of(
                    "everything",
                    Set.of(Right.values()),
                    "write",
                    ALL_BUT_THE_ACL,
                    "write, for who asks them by REST",
                    ALL_BUT_THE_ACL,
                    "read",
                    Set.of(Right.READ),
                    "read; take one away with its cluster",
                    Set.of(Right.READ, Right.DELETE),
                    "make what is missing",
                    Set.of(Right.READ, Right.CREATE));

    private AclPage() {}

    /** What each role may do with a znode and all below it. */
    public record Rights(Set<Right> routers, Set<Right> agents, Set<Right> operators) {
        public Rights {
            routers = Set.copyOf(routers);
            agents = Set.copyOf(agents);
            operators = Set.copyOf(operators);
        }
    }

    /**
     * By path below the chroot, in the order of the page.
     *
     * @throws AssertionError if a row cannot be understood, or names a znode for the second time
     */
    public static Map<String, Rights> read() {
        Map<String, Rights> kinds = new LinkedHashMap<>();
        Matcher rows = ROW.matcher(section());
        while (rows.find()) {
            if (!NO_KINDS.contains(rows.group(1))) {
                Rights rights =
                        new Rights(
                                rights(rows.group(2)),
                                rights(rows.group(3)),
                                rights(rows.group(4)));
                for (String path : paths(rows.group(1))) {
                    if (kinds.put(path, rights) != null) {
                        throw new AssertionError(path + " stands there twice");
                    }
                }
            }
        }
        return Collections.unmodifiableMap(kinds);
    }

    private static List<String> paths(String cell) {
        return cell.equals("the chroot itself")
                ? List.of(CHROOT)
                : NAME.matcher(cell).results().map(name -> "/" + name.group(1)).toList();
    }

    private static Set<Right> rights(String cell) {
        Set<Right> rights = WORDS.get(cell);
        if (rights == null) {
            throw new AssertionError("nobody knows what \"" + cell + "\" permits");
        }
        return rights;
    }

    private static String section() {
        try {
            String page = Files.readString(PAGE);
            int start = page.indexOf(HEADING);
            if (start < 0) {
                throw new AssertionError(PAGE + " has no " + HEADING.strip());
            }
            int end = page.indexOf("\n## ", start);
            return page.substring(start, end < 0 ? page.length() : end);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
