/**
 * Real servers, and a router in front of them as it runs in production: a process of its own, with
 * a configuration file and a real ZooKeeper. Start with {@link
 * dev.homeport.conformance.fleet.ConformanceFleet}.
 */
package dev.homeport.conformance.fleet;
