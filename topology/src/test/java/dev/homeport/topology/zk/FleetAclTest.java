package dev.homeport.topology.zk;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import org.apache.zookeeper.ZooDefs.Perms;
import org.apache.zookeeper.data.ACL;
import org.junit.jupiter.api.Test;

final class FleetAclTest {
    private static final FleetAcl ACL_BY_ROLE =
            FleetAcl.of(
                    new AclConfig(
                            List.of(new AclConfig.Identity("sasl", "routers")),
                            List.of(new AclConfig.Identity("sasl", "agents")),
                            List.of(new AclConfig.Identity("sasl", "operators"))));

    @Test
    void everyKindOfZnodeHasSomebodyWhoWritesIt() throws Exception {
        // Given
        List<String> kinds = new ArrayList<>();
        for (Field field : ZnodePaths.class.getFields()) {
            kinds.add((String) field.get(null));
        }

        // Then
        assertThat(kinds).containsAll(ZnodePaths.PARENTS);
        for (String kind : kinds) {
            List<ACL> acl = ACL_BY_ROLE.getAclForPath(kind);
            assertThat(acl)
                    .as(kind)
                    .filteredOn(one -> !one.getId().getId().equals("operators"))
                    .anyMatch(one -> (one.getPerms() & Perms.WRITE) != 0);
            assertThat(ACL_BY_ROLE.getAclForPath(kind + "/one/below")).as(kind).isEqualTo(acl);
        }
    }

    @Test
    void whatNobodyKnowsIsForReadingOnly() {
        assertThat(ACL_BY_ROLE.getAclForPath("/something/else"))
                .isEqualTo(ACL_BY_ROLE.getDefaultAcl())
                .extracting(ACL::getPerms)
                .containsExactly(Perms.ALL, Perms.READ, Perms.READ);
    }
}
