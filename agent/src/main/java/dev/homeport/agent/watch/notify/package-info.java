/**
 * Tells people of incidents by HTTP. Start with {@link dev.homeport.agent.watch.notify.Webhook}.
 */
package dev.homeport.agent.watch.notify;
