/**
 * Asks other routers of the fleet, over their REST interface: {@link
 * dev.homeport.router.peer.PeerDirectory}.
 */
package dev.homeport.router.peer;
