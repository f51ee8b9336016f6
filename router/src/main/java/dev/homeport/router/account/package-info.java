/**
 * Connections of the router's own accounts to the instances: {@link
 * dev.homeport.router.account.InstancePools}.
 */
package dev.homeport.router.account;
