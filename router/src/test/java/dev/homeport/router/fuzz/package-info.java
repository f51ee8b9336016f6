/**
 * Hostile input: what broken and malicious peers do to bytes ({@link
 * dev.homeport.router.fuzz.Mutation}), recorded conversations to do it to ({@link
 * dev.homeport.router.fuzz.Capture}), and whole sessions of that against a live router ({@link
 * dev.homeport.router.fuzz.SessionFuzzer}).
 */
package dev.homeport.router.fuzz;
