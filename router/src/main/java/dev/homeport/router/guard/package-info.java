/**
 * Holds back what destroys data. {@link dev.homeport.router.guard.sql} says what a text could
 * destroy, {@link dev.homeport.router.guard.Guard} what becomes of it; sessions carry it out.
 */
package dev.homeport.router.guard;
