/**
 * Gives new projects their home: the record first, then the schema, then the project serves. Every
 * step can be repeated, and nothing is ever dropped to clean up. Start with {@link
 * dev.homeport.router.placement.PlacementService}.
 */
package dev.homeport.router.placement;
