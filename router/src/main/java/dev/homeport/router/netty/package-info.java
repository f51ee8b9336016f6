/**
 * Channels: which transport, how they are set up, and thin handlers that turn channel events into
 * events of the sessions. Start with {@link dev.homeport.router.netty.RouterServer}.
 */
package dev.homeport.router.netty;
