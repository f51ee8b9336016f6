package dev.homeport.topology.zk;

import dev.homeport.topology.Incident;
import dev.homeport.topology.IncidentId;
import dev.homeport.topology.IncidentLimit;
import dev.homeport.topology.zk.Standing.Bad;
import dev.homeport.topology.zk.Standing.Gone;
import dev.homeport.topology.zk.Standing.Good;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Judges incidents. What an open one limits ends when it is closed, or when somebody deletes its
 * znode and nothing else: that is believed like other disappearances. A znode that cannot be read
 * any more, and one that went together with what must not go, or with the whole ensemble, ends
 * nothing: the projects of a containment would be let back to tables that are missing, because
 * somebody restored ZooKeeper. Such an incident stays in force until it is closed.
 */
final class IncidentJudge {
    private final Map<IncidentId, Incident> open = new TreeMap<>();
    private final boolean isNewEnsemble;
    private final Disappearances disappearances;
    private final Rejections rejections;

    /**
     * @param before the open ones in force
     * @param isNewEnsemble whether what stands there was written in another ensemble than the
     *     picture before
     */
    IncidentJudge(
            List<Incident> before,
            boolean isNewEnsemble,
            Disappearances disappearances,
            Rejections rejections) {
        before.forEach(one -> open.put(one.id(), one));
        this.isNewEnsemble = isNewEnsemble;
        this.disappearances = disappearances;
        this.rejections = rejections;
    }

    /**
     * The open ones from now on; takes out of the map what is gone for good.
     *
     * @param lost those whose disappearance is never believed; kept from one judgement to the next
     */
    List<Incident> judge(Map<IncidentId, Standing<Incident>> standing, Set<IncidentId> lost) {
        Iterator<Map.Entry<IncidentId, Standing<Incident>>> entries =
                standing.entrySet().iterator();
        while (entries.hasNext()) {
            var entry = entries.next();
            IncidentId id = entry.getKey();
            switch (entry.getValue()) {
                case Good<Incident> good -> {
                    lost.remove(id);
                    put(good.value());
                }
                case Bad<Incident> bad ->
                        rejections.addAll(ZnodePaths.incident(id), bad.problems());
                case Gone<Incident> gone -> {
                    if (!open.containsKey(id) || mayGo(open.get(id), gone, lost)) {
                        open.remove(id);
                        entries.remove();
                    }
                }
            }
        }
        return List.copyOf(open.values());
    }

    private void put(Incident incident) {
        if (incident.isOpen()) {
            open.put(incident.id(), incident);
        } else {
            open.remove(incident.id());
        }
    }

    private boolean mayGo(Incident incident, Gone<Incident> gone, Set<IncidentId> lost) {
        String path = ZnodePaths.incident(incident.id());
        boolean limits = incident.limit() != IncidentLimit.ALERT;
        if (limits && (isNewEnsemble || disappearances.hasShrunk())) {
            lost.add(incident.id());
        }
        if (!lost.contains(incident.id())) {
            return disappearances.isBelieved(path, gone.since());
        }
        rejections.add(
                path,
                "",
                "is gone together with what must not go, or with the whole ensemble; it stays in"
                        + " force until it is closed (homeport incident close "
                        + incident.id()
                        + ")");
        return false;
    }
}
