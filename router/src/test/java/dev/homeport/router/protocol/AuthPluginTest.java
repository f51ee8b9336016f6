package dev.homeport.router.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuthPluginTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "mysql_clear_password",
                "dialog",
                "authentication_openid_connect_client",
                "authentication_oci_client",
                "authentication_ldap_sasl_client",
                "of_a_vendor"
            })
    void takesForASecretWhatIsOneOrMayBe(String name) {
        assertThat(AuthPlugin.of(name)).isEqualTo(AuthPlugin.CLEAR);
    }

    @ParameterizedTest
    @ValueSource(strings = {"mysql_native_password", "client_ed25519", "parsec"})
    void letsProofsPass(String name) {
        assertThat(AuthPlugin.of(name)).isEqualTo(AuthPlugin.PROOF);
    }
}
