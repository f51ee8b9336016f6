/**
 * A client connection and its backend connection: two sessions, one pair, both on one event loop,
 * so that nothing here needs a lock. Start with {@link
 * dev.homeport.router.session.FrontendSession}; the Connection Phase is {@link
 * dev.homeport.router.session.BackendSession}'s relay, the Command Phase {@link
 * dev.homeport.router.session.ServingSession}.
 */
package dev.homeport.router.session;
