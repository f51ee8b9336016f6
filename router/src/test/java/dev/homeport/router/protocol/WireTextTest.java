package dev.homeport.router.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class WireTextTest {
    @Property
    void leavesAsTheBytesThatItCameAs(@ForAll byte[] bytes) {
        assertThat(WireText.encode(WireText.decode(bytes))).isEqualTo(bytes);
    }

    @Property
    void isReadAsUtf8(@ForAll String text) {
        // Given: text that UTF-8 has a form for
        String whole = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
        byte[] bytes = whole.getBytes(StandardCharsets.UTF_8);
        // When / Then
        assertThat(WireText.decode(bytes)).isEqualTo(whole);
        assertThat(WireText.encode(whole)).isEqualTo(bytes);
    }

    @Test
    void keepsALatin1Name() {
        byte[] name = "j\u00f6rg".getBytes(StandardCharsets.ISO_8859_1);
        assertThat(WireText.encode(WireText.decode(name))).isEqualTo(name);
    }
}
