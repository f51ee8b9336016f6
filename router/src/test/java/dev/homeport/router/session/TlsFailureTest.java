package dev.homeport.router.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.ssl.NotSslRecordException;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;

class TlsFailureTest {
    @Test
    void doesNotTellWhatThePeerSent() {
        var cause = new SSLException("failed", new NotSslRecordException("no record: 736563"));
        assertThat(TlsFailure.describe(cause)).isEqualTo("what the peer sent is no TLS");
    }

    @Test
    void isShort() {
        assertThat(TlsFailure.describe(new SSLException("x".repeat(9000)))).hasSize(203);
        assertThat(TlsFailure.describe(new SSLException("bad certificate")))
                .isEqualTo("bad certificate");
    }
}
