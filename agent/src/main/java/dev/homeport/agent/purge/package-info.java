/**
 * Keeps a server from deleting binary logs while data may have to be restored from them: {@link
 * dev.homeport.agent.purge.PurgeHold}.
 */
package dev.homeport.agent.purge;
