/**
 * Strict reading of JSON and YAML: every value is checked, every problem is reported at once, and
 * an unknown field is an error that names the likely spelling. Used for znodes, configuration files
 * and REST bodies alike. Start with {@link dev.homeport.topology.fields.Fields}.
 */
package dev.homeport.topology.fields;
