package dev.homeport.router.admin;

import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** {@code /v1/openapi.json}: this interface, described in OpenAPI 3.1. */
final class DocumentEndpoint {
    private static final String RESOURCE = "openapi.json";

    private final Answer document;

    DocumentEndpoint() {
        this.document = new Answer.Document(HttpStatus.OK, MediaType.JSON_UTF_8, text());
    }

    /** The same for everybody: it says what could be asked, and nothing of this fleet. */
    Answer document(Call call) {
        return document;
    }

    private static String text() {
        try (InputStream in = DocumentEndpoint.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException(RESOURCE + " is missing in the router's jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
