package dev.homeport.router.protocol;

/** Bytes that are no MySQL packet of the expected kind. The message names what was wrong. */
public final class MalformedPacketException extends Exception {
    private static final long serialVersionUID = 1;

    public MalformedPacketException(String message) {
        super(message, null, false, false);
    }
}
