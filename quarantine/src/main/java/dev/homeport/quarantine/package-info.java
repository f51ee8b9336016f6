/**
 * What keeps a table that an application drops: it is set aside on its own cluster before the
 * statement runs, brought back by {@code undrop}, and purged when its time is over. Blocking, over
 * JDBC, with an account of its own. Start with {@link dev.homeport.quarantine.Quarantine};
 * docs/decisions/0010-stand-ins.md says why it is done this way.
 */
package dev.homeport.quarantine;
