/**
 * The MySQL client/server protocol: bytes to records and back, and where packets, commands and
 * replies begin and end. No policy, no clock, no logging. Start with {@link
 * dev.homeport.router.protocol.HandshakeResponse41} for the Connection Phase and {@link
 * dev.homeport.router.protocol.ReplyTracker} for the Command Phase.
 */
package dev.homeport.router.protocol;
