/**
 * What the router costs, beside a direct connection and HAProxy in the same run. Start with {@link
 * dev.homeport.bench.OverheadBenchmark}.
 */
package dev.homeport.bench;
