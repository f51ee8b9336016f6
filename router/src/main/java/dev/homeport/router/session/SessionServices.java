package dev.homeport.router.session;

import dev.homeport.router.admission.Admission;
import dev.homeport.router.guard.Guard;
import dev.homeport.topology.FleetSource;
import dev.homeport.topology.RouterId;
import java.time.Clock;
import java.time.Duration;

/**
 * What all sessions of a router share.
 *
 * @param handshakeTimeout from accept to the client's response
 * @param loginTimeout from the response to the end of the login
 */
public record SessionServices(
        RouterId router,
        FleetSource fleet,
        LoginRouter loginRouter,
        Breakers breakers,
        BackendConnector connector,
        InstanceTls instanceTls,
        Passwords passwords,
        SessionRegistry registry,
        OtherRouters otherRouters,
        CommandRules commandRules,
        Guard guard,
        SessionMeters meters,
        MissingTables missingTables,
        Clock clock,
        Duration handshakeTimeout,
        Duration loginTimeout,
        Admission admission,
        OnDemandPlacing onDemand) {}
