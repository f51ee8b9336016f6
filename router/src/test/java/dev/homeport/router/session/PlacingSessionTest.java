package dev.homeport.router.session;

import static dev.homeport.testkit.fleet.Clusters.aCluster;
import static dev.homeport.testkit.fleet.Fleets.aFleet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.router.fuzz.Capture;
import dev.homeport.router.protocol.Bytes;
import dev.homeport.router.protocol.Capabilities;
import dev.homeport.router.protocol.Command;
import dev.homeport.testkit.fleet.Fleets;
import dev.homeport.topology.PlacementPolicy;
import dev.homeport.topology.UnknownProjects;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** What a login sends whose project gets its home by it. */
class PlacingSessionTest {
    private static Fleets placing() {
        return aFleet().with(aCluster("c1").withPrimary("c1-1"))
                .with(PlacementPolicy.DEFAULT.with(UnknownProjects.PLACE));
    }

    @Test
    void choosesTheSchemaByTheBytesThatTheClientSent() {
        // Given: a schema that is no UTF-8, in place of p1
        Capture capture = Capture.read("mariadb-text");
        HexFormat hex = HexFormat.of();
        byte[] login =
                hex.parseHex(
                        hex.formatHex(capture.login())
                                .replace(
                                        hex.formatHex(schema("p1")),
                                        hex.formatHex(schema(0xe9, "1"))));
        var pair = new EmbeddedPair(Capabilities.CAUTIOUS);
        pair.onPlacing(placing().withProject("p1", "c1").build());
        pair.fleet(placing().build());
        // When
        pair.logIn(capture, login);
        // Then
        assertThat(pair.toInstances()).endsWith(Bytes.packet(0, Command.COM_INIT_DB, 0xe9, "1"));
        pair.close();
        assertThat(pair.failures()).isEmpty();
        assertThat(pair.bytesInUse()).isZero();
    }

    /** As it stands in a login, with the plugin's name behind it. */
    private static byte[] schema(Object... name) {
        return Bytes.of(Bytes.of(name), 0, "mysql_native_password");
    }
}
