package dev.homeport.router.session;

import dev.homeport.quarantine.Deed;
import dev.homeport.quarantine.Fate;
import dev.homeport.quarantine.Intention;
import dev.homeport.quarantine.NameKind;
import dev.homeport.quarantine.QuarantineException;
import dev.homeport.quarantine.SetAside;
import dev.homeport.router.error.ClientError;
import dev.homeport.router.error.ErrorKind;
import dev.homeport.router.guard.DestructiveAct;
import dev.homeport.router.guard.Guard;
import dev.homeport.router.guard.GuardDecision;
import dev.homeport.router.guard.JudgedStatement;
import dev.homeport.router.guard.sql.NamedTable;
import dev.homeport.router.guard.sql.Statement;
import dev.homeport.router.protocol.ErrPacket;
import dev.homeport.router.protocol.TextReply;
import dev.homeport.topology.StatementClass;
import dev.homeport.topology.TableName;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One command that the guard has to see, from its arrival to its answer.
 *
 * <pre>
 * {@link #run} --> facts of the session --> {@link Guard#judge} --> refused, or passes as it is
 *                                                  | what it destroys is kept
 *                                                  v
 *                    temporary tables? --> kinds of names --> may it? (DROP VIEW, which drops nothing)
 *                                                                  v
 *     answer <-- {@link Guard#finish} <-- the client's own command <-- {@link Guard#begin}
 * </pre>
 *
 * The client's command is sent as it came and answered by the server; its answer is kept back until
 * every table is either in quarantine or where it was. All on the event loop of the session.
 *
 * @see dev.homeport.quarantine.Quarantine
 */
final class GuardedStatement {
    private static final Logger log = LoggerFactory.getLogger(GuardedStatement.class);

    /** Errors of DROP VIEW that say no more than that there is no such view. */
    private static final Set<Integer> NO_SUCH_VIEW = Set.of(1051, 1347, 4092);

    /** How often locks are waited for, in the session and then by the guard. */
    private static final int MOST_ATTEMPTS = 3;

    private final ServingSession session;
    private final Guard guard;
    private final Statement statement;
    private final KeptCommand command;
    private final PreparedStatements prepared;
    private final boolean isAlone;

    /** Once it is judged: then the guard must hear what came of it. */
    private Optional<JudgedStatement> judged = Optional.empty();

    private Guard.Outcome outcome = Guard.Outcome.UNKNOWN;
    private boolean sent;

    /** The way ends here, with that answer. */
    private static final class AnsweredException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final transient GuardAnswer answer;

        AnsweredException(GuardAnswer answer) {
            super(null, null, false, false);
            this.answer = answer;
        }
    }

    /**
     * @param prepared what the session has prepared
     * @param isAlone whether the reply to it is all that the client gets
     */
    GuardedStatement(
            ServingSession session,
            Statement statement,
            KeptCommand command,
            PreparedStatements prepared,
            boolean isAlone) {
        this.session = session;
        this.guard = session.services().guard();
        this.statement = statement;
        this.command = command;
        this.prepared = prepared;
        this.isAlone = isAlone;
    }

    /**
     * Carries it out. The future completes on the event loop; it fails with {@link
     * OwnCommands.LostException} where the connection to the instance was lost.
     */
    CompletableFuture<GuardAnswer> run() {
        return carryOut(statement)
                .exceptionallyCompose(this::answered)
                .whenComplete((told, thrown) -> judged.ifPresent(one -> guard.done(one, outcome)));
    }

    private CompletableFuture<GuardAnswer> carryOut(Statement what) {
        return switch (what) {
            case Statement.CreateTable create -> create(create);
            case Statement.Destructive destructive ->
                    facts(false).thenCompose(facts -> judge(destructive, facts));
            case Statement.Prepare prepare -> prepare(prepare);
            // What it is, is known only now: the text before it may have prepared it.
            case Statement.Execute execute ->
                    prepared.named(execute.name()).map(this::carryOut).orElseGet(this::sendOn);
        };
    }

    // ------------------------------------------------------------------------------------- PREPARE

    /** Names in it are the server's of now: it remembers the schema, whatever USE says later. */
    private CompletableFuture<GuardAnswer> prepare(Statement.Prepare prepare) {
        Optional<Statement> what = prepare.prepared();
        if (what.isPresent() && !prepared.hasRoomFor(prepare.name())) {
            return refused(PreparedStatements.FULL).toCompletableFuture();
        }
        return facts(what.isEmpty())
                .thenCompose(
                        facts ->
                                sendOn(false)
                                        .thenApply(
                                                answer -> {
                                                    if (!answer.isError()) {
                                                        prepared.put(
                                                                prepare.name(),
                                                                what.map(facts::qualified));
                                                    }
                                                    return answer;
                                                }));
    }

    /** Whether the client's command has gone to the instance. */
    boolean isSent() {
        return sent;
    }

    private CompletionStage<GuardAnswer> answered(Throwable thrown) {
        return switch (cause(thrown)) {
            case AnsweredException answered -> done(answered.answer);
            case QuarantineException refused -> done(new GuardAnswer.Refused(refusal(refused)));
            case Throwable other -> CompletableFuture.failedFuture(other);
        };
    }

    // -------------------------------------------------------------------------------------- CREATE

    /** If it fails, what follows may be a clean-up of what it did not make. */
    private CompletableFuture<GuardAnswer> create(Statement.CreateTable create) {
        // Asked before: a question after it would take from the client what SHOW WARNINGS says.
        return facts(create.table().schema().isPresent())
                .thenCompose(
                        facts ->
                                sendOn(false)
                                        .thenCompose(
                                                answer ->
                                                        (answer.isError()
                                                                        ? createFailed(
                                                                                create, facts)
                                                                        : created(create, facts))
                                                                .thenApply(none -> answer)));
    }

    private CompletableFuture<Void> created(Statement.CreateTable create, SessionFacts facts) {
        facts.resolved(create.table())
                .ifPresent(table -> guard.created(session.route().project(), table));
        return done(null);
    }

    private CompletableFuture<Void> createFailed(Statement.CreateTable create, SessionFacts facts) {
        return facts.resolved(create.table())
                .map(table -> here(guard.createFailed(session.route().project(), table)))
                .orElseGet(() -> done(null));
    }

    // ----------------------------------------------------------------------------------- decision

    private CompletableFuture<SessionFacts> facts(boolean spared) {
        return spared
                ? done(SessionFacts.NONE)
                : session.own()
                        .ask(SessionFacts.QUESTION)
                        .thenApply(
                                reply ->
                                        switch (reply) {
                                            case TextReply.Row(List<Optional<String>> values) ->
                                                    SessionFacts.of(values);
                                            case TextReply.Failed(ErrPacket error) ->
                                                    throw new AnsweredException(
                                                            new GuardAnswer.Failed(error));
                                            case TextReply.Done() ->
                                                    throw new IllegalStateException(
                                                            "a SELECT without a row");
                                        });
    }

    private CompletionStage<GuardAnswer> judge(
            Statement.Destructive destructive, SessionFacts facts) {
        if (!destructive.allNamed() && destructive.kind().canBeQuarantined()) {
            return refused("it names too many tables, or one whose name cannot be read");
        }
        List<TableName> tables = new ArrayList<>();
        for (NamedTable name : destructive.tables()) {
            Optional<TableName> table = facts.resolved(name);
            if (table.isEmpty()) {
                return sendOn(); // No schema is chosen: the server says so of the whole statement.
            }
            tables.add(table.get());
        }
        return here(guard.judge(act(destructive, tables)))
                .thenCompose(
                        one -> {
                            judged = Optional.of(one);
                            return obey(one, destructive, facts);
                        });
    }

    private CompletionStage<GuardAnswer> obey(
            JudgedStatement one, Statement.Destructive destructive, SessionFacts facts) {
        return switch (one.decision()) {
            case GuardDecision.Pass pass -> sendOn();
            case GuardDecision.Refuse refuse -> refused(refuse.reason());
            case GuardDecision.Keep keep when !destructive.sure() ->
                    refused(
                            "what it would destroy depends on how it is read: send it without"
                                    + " comments and quotes that can be read in two ways");
            case GuardDecision.Keep keep ->
                    destructive.temporary()
                            ? sendOn()
                            : keep(one.act(), facts, new Keeping(keep.keep(), keep.note(), true));
            case GuardDecision.Hold hold ->
                    destructive.temporary() || !destructive.sure()
                            ? sendOn()
                            : keep(one.act(), facts, new Keeping(hold.keep(), hold.note(), false));
        };
    }

    private DestructiveAct act(Statement.Destructive destructive, List<TableName> tables) {
        return new DestructiveAct(
                session.route().project(),
                session.route().cluster(),
                session.route().instance(),
                session.user(),
                session.front().clientText(),
                Integer.toUnsignedLong(session.threadId()),
                destructive.kind(),
                tables,
                destructive.schema().orElse(""),
                destructive.sure());
    }

    private CompletableFuture<GuardAnswer> refused(String reason) {
        outcome = Guard.Outcome.REFUSED;
        return done(new GuardAnswer.Refused(error(reason)));
    }

    // --------------------------------------------------------------------------------------
    // keeping

    /**
     * How what it destroys is kept.
     *
     * @param isMust whether the statement is refused where that cannot be; else it just passes
     */
    private record Keeping(Duration keep, String note, boolean isMust) {}

    private CompletionStage<GuardAnswer> keep(
            DestructiveAct act, SessionFacts facts, Keeping keep) {
        List<String> names = new ArrayList<>(List.of(act.schema()));
        act.tables().forEach(table -> names.addAll(List.of(table.schema(), table.table())));
        if (!names.stream().allMatch(facts::mayHold)) {
            if (!keep.isMust()) {
                return sendOn();
            }
            return refused(
                    "names beyond ASCII need a connection in utf8mb4, this one has "
                            + facts.charset());
        }
        if (act.kind() == StatementClass.DROP_DATABASE) {
            return keepSchema(act, facts, keep);
        }
        return withoutTemporary(act, 0, new ArrayList<>())
                .thenCompose(
                        tables ->
                                here(guard.kinds(act.instance(), new HashSet<>(tables)))
                                        .thenCompose(
                                                kinds ->
                                                        keepTables(
                                                                act,
                                                                real(tables, kinds),
                                                                facts,
                                                                keep)))
                .exceptionallyCompose(
                        thrown ->
                                !keep.isMust() && cause(thrown) instanceof QuarantineException why
                                        ? sendUnkept(why)
                                        : CompletableFuture.failedFuture(thrown));
    }

    /** Of the tables from that index on those that are no temporary ones of this session. */
    private CompletableFuture<List<TableName>> withoutTemporary(
            DestructiveAct act, int index, List<TableName> found) {
        if (index == act.tables().size()) {
            return done(found);
        }
        TableName table = act.tables().get(index);
        if (act.kind() == StatementClass.REPLACE_TABLE) {
            // It replaces the table behind a temporary one, too.
            found.add(table);
            return withoutTemporary(act, index + 1, found);
        }
        return session.own()
                .ask(utf8("SHOW CREATE TABLE " + table.quoted()))
                .thenCompose(
                        reply -> {
                            if (!isTemporary(reply) && !found.contains(table)) {
                                found.add(table);
                            }
                            return withoutTemporary(act, index + 1, found);
                        });
    }

    private static boolean isTemporary(TextReply reply) {
        return reply instanceof TextReply.Row(List<Optional<String>> values)
                && values.size() == 2
                // In whatever character set the session wants its results.
                && values.get(1).orElse("").replace("\0", "").startsWith("CREATE TEMPORARY ");
    }

    private static List<TableName> real(List<TableName> tables, Map<TableName, NameKind> kinds) {
        return tables.stream()
                .filter(
                        table ->
                                switch (kinds.getOrDefault(table, NameKind.NOTHING)) {
                                    case TABLE, SEQUENCE -> true;
                                    case NOTHING, VIEW -> false;
                                })
                .toList();
    }

    private CompletionStage<GuardAnswer> keepTables(
            DestructiveAct act, List<TableName> tables, SessionFacts facts, Keeping keep) {
        if (tables.isEmpty()) {
            return sendOn(); // nothing there that it could destroy
        }
        boolean checks = facts.foreignKeyChecks();
        Intention intention =
                switch (act.kind()) {
                    case TRUNCATE -> new Intention.Truncate(tables.getFirst(), checks);
                    case REPLACE_TABLE -> new Intention.Replace(tables.getFirst(), checks);
                    default -> new Intention.DropTables(tables, checks);
                };
        List<String> names = tables.stream().map(TableName::quoted).toList();
        return setAside(deed(act, keep), intention, String.join(", ", names), keep.isMust(), 1);
    }

    private CompletionStage<GuardAnswer> keepSchema(
            DestructiveAct act, SessionFacts facts, Keeping keep) {
        // Nobody has a view of that name: that the session may drop it is all that is asked.
        String probe = new TableName(act.schema(), "homeport_no_such_view").quoted();
        return setAside(
                deed(act, keep),
                new Intention.DropDatabase(act.schema(), facts.foreignKeyChecks()),
                probe,
                keep.isMust(),
                1);
    }

    private Deed deed(DestructiveAct act, Keeping keep) {
        return new Deed(
                act.kind(),
                act.project(),
                Optional.empty(),
                act.user(),
                act.client(),
                session.services().router().value(),
                act.threadId(),
                session.services().clock().instant(),
                keep.keep(),
                keep.note());
    }

    /** Asks whether the session may, waits until nobody holds the tables, and sets them aside. */
    private CompletionStage<GuardAnswer> setAside(
            Deed deed, Intention intention, String names, boolean isMust, int attempt) {
        return session.own()
                .ask(utf8("DROP VIEW " + names))
                .thenCompose(
                        reply -> {
                            if (reply instanceof TextReply.Failed(ErrPacket error)
                                    && !NO_SUCH_VIEW.contains(error.code())) {
                                if (!isMust) {
                                    return sendOn(); // The server says so itself, if it does.
                                }
                                outcome = Guard.Outcome.FAILED;
                                return done(new GuardAnswer.Failed(error));
                            }
                            return begin(deed, intention, names, isMust, attempt);
                        });
    }

    private CompletionStage<GuardAnswer> begin(
            Deed deed, Intention intention, String names, boolean isMust, int attempt) {
        return here(guard.begin(session.route().instance(), deed, intention))
                .handle(
                        (aside, thrown) -> {
                            if (thrown == null) {
                                return execute(deed, aside);
                            }
                            return isLocked(thrown) && attempt < MOST_ATTEMPTS
                                    ? setAside(deed, intention, names, isMust, attempt + 1)
                                    : CompletableFuture.<GuardAnswer>failedFuture(thrown);
                        })
                .thenCompose(next -> next);
    }

    private CompletionStage<GuardAnswer> sendUnkept(QuarantineException why) {
        log.atWarn()
                .addKeyValue("cluster", session.route().cluster())
                .addKeyValue("project", session.route().project())
                .addKeyValue("reason", why.getMessage())
                .log("a DROP that a rule allows could not be kept for a moment");
        return sendOn();
    }

    private static Throwable cause(Throwable thrown) {
        return thrown instanceof CompletionException ? thrown.getCause() : thrown;
    }

    private static boolean isLocked(Throwable thrown) {
        return cause(thrown) instanceof QuarantineException refused
                && refused.reason() == QuarantineException.Reason.LOCKED;
    }

    /** The tables are away: whatever comes now, this must end with {@link Guard#finish}. */
    private CompletionStage<GuardAnswer> execute(Deed deed, SetAside aside) {
        return sendOn(false)
                .handle((answer, thrown) -> finish(deed, aside, answer, thrown))
                .thenCompose(next -> next);
    }

    private CompletionStage<GuardAnswer> finish(
            Deed deed, SetAside aside, GuardAnswer answer, Throwable thrown) {
        return here(guard.finish(session.route().instance(), deed, aside, thrown != null && sent))
                .handle(
                        (fates, failed) -> {
                            if (failed != null) {
                                log.atWarn()
                                        .addKeyValue("cluster", session.route().cluster())
                                        .addKeyValue("project", session.route().project())
                                        .addKeyValue("reason", failed.getMessage())
                                        .log("tables that were set aside wait to be looked after");
                            } else if (fates.stream().anyMatch(Fate::held)) {
                                outcome = Guard.Outcome.QUARANTINED;
                            }
                            if (thrown != null) {
                                throw new CompletionException(thrown);
                            }
                            return answer;
                        });
    }

    // ---------------------------------------------------------------------------------- small
    // steps

    /** The client's command, as it came. */
    private CompletableFuture<GuardAnswer> sendOn() {
        return sendOn(isAlone);
    }

    private CompletableFuture<GuardAnswer> sendOn(boolean mayStream) {
        sent = !session.own().isLost();
        return session.own()
                .send(command, mayStream, session.front().channel().alloc())
                .thenApply(
                        packets -> {
                            GuardAnswer answer = new GuardAnswer.Servers(packets);
                            outcome =
                                    answer.isError()
                                            ? Guard.Outcome.FAILED
                                            : Guard.Outcome.EXECUTED;
                            return answer;
                        });
    }

    private ClientError refusal(QuarantineException refused) {
        log.atWarn()
                .addKeyValue("cluster", session.route().cluster())
                .addKeyValue("project", session.route().project())
                .addKeyValue("reason", refused.getMessage())
                .log("a statement was refused, as what it destroys could not be kept");
        outcome = Guard.Outcome.REFUSED;
        return error("what it would destroy cannot be kept at the moment: " + refused.getMessage());
    }

    private ClientError error(String reason) {
        return ClientError.of(
                ErrorKind.GUARD_REFUSED,
                Optional.of(session.route().cluster()),
                session.route().project(),
                reason);
    }

    /** On the event loop of the session again. */
    private <T> CompletableFuture<T> here(CompletableFuture<T> elsewhere) {
        return elsewhere.whenCompleteAsync((value, thrown) -> {}, session.front().eventLoop());
    }

    private static <T> CompletableFuture<T> done(T value) {
        return CompletableFuture.completedFuture(value);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
