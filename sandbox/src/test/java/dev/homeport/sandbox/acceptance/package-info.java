/**
 * What Homeport promises, tried on a whole fleet: real databases, a real ZooKeeper, routers and
 * agents in JVMs of their own. Start reading at {@link
 * dev.homeport.sandbox.acceptance.RunningFleet}. The tests are small versions that run with every
 * build; system properties make them as large as the promises are.
 */
package dev.homeport.sandbox.acceptance;
