/**
 * Who may connect, how often and how many at a time: one greedy client takes no place from others.
 */
package dev.homeport.router.admission;
