package dev.homeport.router.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.linecorp.armeria.common.HttpStatus;
import dev.homeport.topology.fields.Fields;
import dev.homeport.topology.fields.Problems;
import dev.homeport.topology.fields.Secret;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class GatekeeperTest {
    private final Gatekeeper open = new Gatekeeper(Optional.empty(), Optional.empty());

    @Test
    void withoutTokensEverybodyOnThisMachineMayDoEverything() throws Exception {
        assertThat(open.admit(head("127.0.0.1:7380", "", ""), Optional.of(Role.ADMIN)))
                .isEqualTo(Caller.LOCAL);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.0.0.1:7380", "localhost:7380", "[::1]:7380"})
    void withoutTokensAnAddressIsAHost(String host) throws Exception {
        assertThat(open.admit(head(host, "", ""), Optional.of(Role.VIEWER))).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"evil.example", "evil.example:7380", "127.0.0.1.evil.example", "", "[::1"})
    void withoutTokensANameThatCanBeReboundIsRefused(String host) {
        assertRefused(open, head(host, "", ""), HttpStatus.FORBIDDEN, "forbidden_host");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://evil.example", "null", "http://127.0.0.1:80", "file://"})
    void pagesOfOtherSitesAreRefused(String origin) {
        assertRefused(
                open, head("127.0.0.1:7380", origin, ""), HttpStatus.FORBIDDEN, "forbidden_origin");
    }

    @Test
    void pagesOfThisServerAreNot() throws Exception {
        assertThat(
                        open.admit(
                                head("127.0.0.1:7380", "http://127.0.0.1:7380", ""),
                                Optional.of(Role.ADMIN)))
                .isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"cross-site", "same-site", "Cross-Site", "whatever comes next"})
    void whatTheBrowserSaysAnotherPageMadeItSendIsRefused(String site) {
        assertRefused(
                open,
                new Gatekeeper.Head("127.0.0.1", "", site, ""),
                HttpStatus.FORBIDDEN,
                "forbidden_origin");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "none", "same-origin"})
    void whatAPersonOrThePageItselfMadeItSendIsNot(String site) throws Exception {
        assertThat(
                        open.admit(
                                new Gatekeeper.Head("127.0.0.1", "", site, ""),
                                Optional.of(Role.ADMIN)))
                .isNotNull();
    }

    @Test
    void crossSiteRequestsWithoutAnOriginAreRefusedToo() {
        assertRefused(
                open,
                new Gatekeeper.Head("127.0.0.1", "", "cross-site", ""),
                HttpStatus.FORBIDDEN,
                "forbidden_origin");
    }

    @ParameterizedTest
    @CsvSource({
        "'', unauthorized",
        "Basic b3BlcmF0ZQ==, unauthorized",
        "Bearer wrong, unauthorized",
        "Bearer, unauthorized",
        "operate, unauthorized"
    })
    void withTokensAnythingButAKnownOneIsRefused(String authorization, String code) {
        assertRefused(
                closed(), head("router.example", "", authorization), HttpStatus.UNAUTHORIZED, code);
    }

    @Test
    void aTokenIsKnownByItsHash() throws Exception {
        // When
        Caller caller =
                closed().admit(
                                head("router.example", "", "bearer  operate "),
                                Optional.of(Role.OPERATOR));

        // Then
        assertThat(caller).isEqualTo(new Caller("bob", Role.OPERATOR));
    }

    @Test
    void aRoleIsNotEnoughForMore() {
        assertThatThrownBy(
                        () ->
                                closed().admit(
                                                head("x", "", "Bearer operate"),
                                                Optional.of(Role.ADMIN)))
                .hasMessage("token bob has role operator; this takes admin");
    }

    @Test
    void onlyPeersAskWhatPeersMayAndNothingElse() throws Exception {
        // Given
        Optional<Role> peer = Optional.of(Role.PEER);
        Gatekeeper.Head asPeer = head("10.0.0.5:7380", "", "Bearer between routers");

        // When / Then
        assertThat(closed().admit(asPeer, peer)).isEqualTo(new Caller("peer", Role.PEER));
        assertThatThrownBy(() -> closed().admit(asPeer, Optional.of(Role.VIEWER)))
                .hasMessage("token peer has role peer; this takes viewer");
        assertThatThrownBy(() -> closed().admit(head("10.0.0.5:7380", "", "Bearer operate"), peer))
                .hasMessage("token bob has role operator; this takes peer");
        assertThatThrownBy(() -> open.admit(asPeer, peer))
                .hasMessage("the token is not known here");
        assertThatThrownBy(() -> open.admit(head("127.0.0.1:7380", "", ""), peer))
                .hasMessage("a bearer token is required");
    }

    @Test
    void whatIsOpenToEverybodyTakesNoToken() throws Exception {
        assertThat(closed().admit(head("lb.example", "", ""), Optional.empty()))
                .isEqualTo(Caller.ANONYMOUS);
    }

    private static void assertRefused(
            Gatekeeper gatekeeper, Gatekeeper.Head head, HttpStatus status, String code) {
        assertThatThrownBy(() -> gatekeeper.admit(head, Optional.of(Role.VIEWER)))
                .isInstanceOfSatisfying(
                        Refusal.class,
                        refusal -> {
                            assertThat(refusal.status()).isEqualTo(status);
                            assertThat(refusal.code()).isEqualTo(code);
                        });
    }

    private static Gatekeeper.Head head(String host, String origin, String authorization) {
        return new Gatekeeper.Head(host, origin, "", authorization);
    }

    private static Gatekeeper closed() {
        String json =
                "{\"tokens\": [{\"name\": \"bob\", \"role\": \"operator\", \"sha256\": \"%s\"}]}"
                        .formatted(TestTokens.sha256("operate"));
        try {
            AccessTokens tokens =
                    AccessTokens.read(Fields.of(new ObjectMapper().readTree(json), new Problems()))
                            .orElseThrow();
            AccessTokens peers = AccessTokens.ofPeers(new Secret("between routers"));
            return new Gatekeeper(Optional.of(() -> tokens), Optional.of(() -> peers));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
