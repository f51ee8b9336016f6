/**
 * Which project a login means, and where its sessions go: pure functions over the login's own words
 * and the snapshot of the fleet. Start with {@link dev.homeport.router.routing.RouteKeyChain} and
 * {@link dev.homeport.router.routing.RoutingPolicy}.
 */
package dev.homeport.router.routing;
