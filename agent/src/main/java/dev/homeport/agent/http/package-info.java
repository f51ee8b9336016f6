/** The agent's own HTTP interface, for reading only: metrics, health, what the instances said. */
package dev.homeport.agent.http;
