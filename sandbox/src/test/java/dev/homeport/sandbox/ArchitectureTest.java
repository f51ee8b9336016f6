package dev.homeport.sandbox;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.homeport.agent.AgentMain;
import dev.homeport.router.RouterMain;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The directions of dependencies: docs/design.md, "The parts". */
class ArchitectureTest {
    private static final JavaClasses HOMEPORT =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("dev.homeport");

    @Test
    void looksAtEveryModule() {
        assertThat(HOMEPORT)
                .extracting(one -> one.getPackageName())
                .contains(
                        "dev.homeport.topology",
                        "dev.homeport.testkit.mariadb",
                        "dev.homeport.router.session",
                        "dev.homeport.agent.probe",
                        "dev.homeport.sandbox");
    }

    @Test
    void packagesAreFreeOfCycles() {
        slices().matching("dev.homeport.(**)").should().beFreeOfCycles().check(HOMEPORT);
    }

    @Test
    void theRecordsOfAFleetKnowNoNetworkNoDatabaseAndNoZooKeeper() {
        noClasses()
                .that(resideInAPackage("dev.homeport.topology"))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.netty..",
                        "java.sql..",
                        "org.apache.zookeeper..",
                        "org.apache.curator..",
                        "dev.homeport.topology.zk..")
                .check(HOMEPORT);
    }

    @Test
    void topologyDependsOnNoOtherModule() {
        noClasses()
                .that(resideInAPackage("dev.homeport.topology.."))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.homeport.testkit..",
                        "dev.homeport.router..",
                        "dev.homeport.agent..",
                        "dev.homeport.cli..",
                        "dev.homeport.sandbox..")
                .check(HOMEPORT);
    }

    @Test
    void routerAndAgentKnowNeitherEachOtherNorTheTestkit() {
        noClasses()
                .that(resideInAPackage("dev.homeport.router.."))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.homeport.agent..", "dev.homeport.testkit..", "dev.homeport.sandbox..")
                .check(HOMEPORT);
        noClasses()
                .that(resideInAPackage("dev.homeport.agent.."))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.homeport.router..", "dev.homeport.testkit..", "dev.homeport.sandbox..")
                .check(HOMEPORT);
    }

    @Test
    void theProtocolHasNoPolicy() {
        noClasses()
                .that(resideInAPackage("dev.homeport.router.protocol"))
                .should()
                .dependOnClassesThat(
                        resideInAPackage("dev.homeport..")
                                .and(not(resideInAPackage("dev.homeport.router.protocol"))))
                .orShould()
                .dependOnClassesThat()
                .resideInAnyPackage("org.slf4j..", "io.micrometer..", "java.time..")
                .check(HOMEPORT);
    }

    @Test
    void routingIsPure() {
        noClasses()
                .that(resideInAPackage("dev.homeport.router.routing"))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.netty..",
                        "org.slf4j..",
                        "io.micrometer..",
                        "dev.homeport.router.session..",
                        "dev.homeport.router.netty..",
                        "dev.homeport.router.admin..")
                .check(HOMEPORT);
    }

    @Test
    void sessionsDoNotKnowTheEdges() {
        noClasses()
                .that(resideInAPackage("dev.homeport.router.session"))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.homeport.router.netty..",
                        "dev.homeport.router.admin..",
                        "dev.homeport.router.placement..",
                        "dev.homeport.topology.zk..")
                .check(HOMEPORT);
    }

    @Test
    void nobodyImportsACompositionRoot() {
        for (Class<?> root : List.of(RouterMain.class, AgentMain.class, SandboxMain.class)) {
            noClasses()
                    .that(not(belongToAnyOf(root)))
                    .should()
                    .dependOnClassesThat(belongToAnyOf(root))
                    .check(HOMEPORT);
        }
    }
}
