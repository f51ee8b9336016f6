/**
 * Meters over the fleet as this router sees it. Start with {@link
 * dev.homeport.router.metrics.FleetMeters}.
 */
package dev.homeport.router.metrics;
