package dev.homeport.sandbox.drill;

/** What a drill is played on, and by whom it is watched. */
record DrillStage(
        DrilledFleet fleet,
        DrillProjects projects,
        Incidents incidents,
        IncidentWatch watch,
        Bystanders bystanders) {}
