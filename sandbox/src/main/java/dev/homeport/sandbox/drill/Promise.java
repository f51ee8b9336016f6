package dev.homeport.sandbox.drill;

/**
 * Something that Homeport promises, and whether it held.
 *
 * @param subject which play, or what else
 * @param detail what was instead, for people
 */
record Promise(String subject, String text, boolean isKept, String detail) {}
