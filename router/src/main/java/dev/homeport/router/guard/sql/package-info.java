/**
 * What a text of SQL could destroy. Pure: bytes in, records out. Start with {@link
 * dev.homeport.router.guard.sql.Classifier}.
 */
package dev.homeport.router.guard.sql;
