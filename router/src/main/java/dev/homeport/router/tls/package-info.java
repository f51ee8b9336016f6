/**
 * TLS on both legs: where certificates come from, and the handlers in front of sessions. Start with
 * {@link dev.homeport.router.tls.ListenerTls} for clients and {@link
 * dev.homeport.router.tls.ClusterTls} for instances.
 */
package dev.homeport.router.tls;
