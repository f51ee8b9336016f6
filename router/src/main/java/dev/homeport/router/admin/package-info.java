/**
 * The REST interface of a router, its health and its metrics. {@link
 * dev.homeport.router.admin.AdminServer} starts it; all routes with the role each one takes stand
 * in {@code EndpointTable}.
 */
package dev.homeport.router.admin;
