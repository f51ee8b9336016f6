package dev.homeport.agent.watch;

import static java.util.Objects.requireNonNull;

import dev.homeport.topology.InstanceId;
import dev.homeport.topology.TableName;
import java.time.Instant;
import java.util.List;

/**
 * Who did it, as the routers know. Called on the watch's thread, which waits: it must answer within
 * half a second, with {@link Unknown} where it cannot.
 */
@FunctionalInterface
public interface Attribution {
    /**
     * Answers several questions at once.
     *
     * @return as many as there are questions, in their order
     */
    List<Answer> of(List<Question> questions);

    /**
     * Whose connection that was, and what the router did about the statement.
     *
     * @param threadId connection id on the instance
     * @param at when the server executed it, to the second, by its own clock
     * @param tables that it destroyed, at least some of them
     */
    record Question(InstanceId instance, long threadId, Instant at, List<TableName> tables) {
        public Question {
            requireNonNull(instance, "instance");
            requireNonNull(at, "at");
            tables = List.copyOf(tables);
        }
    }

    /** What is known. */
    sealed interface Answer {}

    /**
     * It came through a router.
     *
     * @param project that the session belongs to
     * @param user that it is logged in as
     * @param client its address
     * @param router which one
     */
    record ThroughRouter(String project, String user, String client, String router, Ruling ruling)
            implements Answer {
        public ThroughRouter {
            requireNonNull(project, "project");
            requireNonNull(user, "user");
            requireNonNull(client, "client");
            requireNonNull(router, "router");
            requireNonNull(ruling, "ruling");
        }
    }

    /** All routers were asked, and none knows of it. */
    record AroundRouters() implements Answer {}

    /** Not all routers could be asked, and the others know nothing. */
    record Unknown(String why) implements Answer {
        public Unknown {
            requireNonNull(why, "why");
        }
    }

    /** Why a router let a statement pass. */
    enum Ruling {
        /** Its rules allow such statements, with or without a record. */
        ALLOWED,
        /** Its rules forbid it or would have kept it, and the fleet's guard only observes. */
        OBSERVED,
        /** The router did not see what it would destroy: a procedure, a trigger, an event. */
        UNSEEN,
        /** What it names is kept. */
        QUARANTINED,
        /** An announcement covers it. */
        ANNOUNCED,
        /** An operator approved it. */
        APPROVED
    }
}
