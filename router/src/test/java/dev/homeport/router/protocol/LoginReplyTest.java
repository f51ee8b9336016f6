package dev.homeport.router.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.router.protocol.LoginReply.Kind;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class LoginReplyTest {
    private static Kind kindOf(Object... payload) {
        return LoginReply.kindOf(Bytes.buffer(Bytes.packet(2, payload)));
    }

    @Test
    void knowsTheTwoEndsOfALogin() {
        assertThat(kindOf(0, 0, 0, 2, 0, 0, 0)).isEqualTo(Kind.OK);
        assertThat(kindOf(0xff, 0x15, 0x04, "#28000Access denied")).isEqualTo(Kind.ERR);
    }

    @Test
    void lastsWhileTheClientIsDue() {
        // AuthSwitchRequest
        assertThat(kindOf(0xfe, "mysql_native_password", 0, "abcdefghijklmnopqrst", 0))
                .isEqualTo(Kind.CLIENT_DUE);
        // caching_sha2_password: the password is wanted in full
        assertThat(kindOf(1, 4)).isEqualTo(Kind.CLIENT_DUE);
        // its public key
        assertThat(kindOf(1, "-----BEGIN PUBLIC KEY-----")).isEqualTo(Kind.CLIENT_DUE);
        // plugin data of any other plugin, whatever its first byte, also none
        assertThat(kindOf(4, "Password: ")).isEqualTo(Kind.CLIENT_DUE);
        assertThat(kindOf("P", 0, "salt")).isEqualTo(Kind.CLIENT_DUE);
        assertThat(kindOf()).isEqualTo(Kind.CLIENT_DUE);
        // longer data that begins like the word for success
        assertThat(kindOf(1, 3, 3)).isEqualTo(Kind.CLIENT_DUE);
    }

    @Test
    void letsTheServerGoOnAfterAFastSuccess() {
        assertThat(kindOf(1, 3)).isEqualTo(Kind.SERVER_GOES_ON);
    }

    @Test
    void readsTheStatusOfAnOk() {
        // affected rows, insert id, status flags, warnings
        assertThat(status(0, 0, 0, 0x02, 0x40, 0, 0)).isEqualTo(0x4002);
        assertThat(status(0, 0xfc, 1, 1, 0xfd, 1, 1, 1, 0x03, 0x00)).isEqualTo(3);
        assertThat(status(0, 0, 0, 1)).isZero();
        assertThat(status(0)).isZero();
        assertThat(status(0, 0xfe, 1)).isZero();
    }

    private static int status(Object... payload) {
        return LoginReply.statusOfOk(Bytes.buffer(Bytes.packet(2, payload)));
    }

    @Property(tries = 1000)
    void readsAnyBytes(@ForAll @Size(max = 40) byte[] bytes) {
        // When
        Kind kind = kindOf((Object) bytes);
        int status = status((Object) bytes);
        // Then
        assertThat(kind).isNotNull();
        assertThat(status).isBetween(0, 0xffff);
    }
}
