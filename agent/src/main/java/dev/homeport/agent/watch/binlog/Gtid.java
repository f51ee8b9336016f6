package dev.homeport.agent.watch.binlog;

import static java.util.Objects.requireNonNull;

/** Names one transaction in a binary log. */
public sealed interface Gtid {
    /** MariaDB's: {@code domain-server-sequence}. */
    record MariaDb(long domain, long server, long sequence) implements Gtid {
        @Override
        public String toString() {
            return domain + "-" + server + "-" + sequence;
        }
    }

    /** MySQL's without a tag: {@code uuid:number}. */
    record MySql(String uuid, long number) implements Gtid {
        public MySql {
            requireNonNull(uuid, "uuid");
        }

        @Override
        public String toString() {
            return uuid + ":" + number;
        }
    }
}
