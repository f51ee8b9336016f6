package dev.homeport.agent.watch;

import dev.homeport.topology.Family;
import dev.homeport.topology.Instance;

/** What is looked at: the primary, and how its family does things. */
record Watched(Instance instance, Family family) {}
