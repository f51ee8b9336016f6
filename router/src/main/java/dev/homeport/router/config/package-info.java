/**
 * The router's configuration file, {@code router.yaml}: one record per section, with its defaults
 * and its rules. Start with {@link dev.homeport.router.config.RouterConfig}.
 */
package dev.homeport.router.config;
