package dev.homeport.quarantine;

/**
 * A schema that was dropped, without its tables.
 *
 * @param create with its character set and collation
 */
record SchemaEntry(long id, String schema, String create, SchemaObjects objects) {}
