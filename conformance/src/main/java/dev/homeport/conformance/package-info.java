/**
 * Whether an application can tell the router from the database: the same program, with a real
 * driver, direct and through a router, compared value by value. Start with {@link
 * dev.homeport.conformance.CellTrial}.
 */
package dev.homeport.conformance;
