package dev.homeport.router.config;

import static java.util.Objects.requireNonNull;

import dev.homeport.router.admission.OnDemandLimits;
import dev.homeport.topology.fields.Fields;
import java.util.Optional;

/**
 * Section {@code placement}: what this router may do of itself where the placement policy lets
 * logins place projects.
 */
public record PlacementConfig(OnDemandLimits onDemand) {
    public static final PlacementConfig DEFAULT = new PlacementConfig(OnDemandLimits.DEFAULT);

    private static final int MOST = 100_000;

    public PlacementConfig {
        requireNonNull(onDemand, "onDemand");
    }

    static Optional<PlacementConfig> read(Fields fields) {
        Optional<OnDemandLimits> onDemand =
                Section.orDefault(
                        fields, "onDemand", DEFAULT.onDemand, PlacementConfig::readLimits);
        return fields.build(() -> new PlacementConfig(onDemand.orElseThrow()));
    }

    private static Optional<OnDemandLimits> readLimits(Fields fields) {
        OnDemandLimits absent = DEFAULT.onDemand;
        int perSecond = fields.integer("perSecond", absent.perSecond(), 1, MOST);
        int perAddress =
                fields.integer("perAddressPerMinute", absent.perAddressPerMinute(), 1, MOST);
        int perUser = fields.integer("perUserPerMinute", absent.perUserPerMinute(), 1, MOST);
        return fields.build(() -> new OnDemandLimits(perSecond, perAddress, perUser));
    }
}
