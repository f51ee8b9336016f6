package dev.homeport.router.placement;

/**
 * The schema of a project could not be made. The message holds no SQL and no secrets: it reaches a
 * znode and clients of the REST interface.
 */
final class ProvisioningException extends Exception {
    private static final long serialVersionUID = 1;

    private final boolean isForeign;

    private ProvisioningException(String message, boolean isForeign, Throwable cause) {
        super(message, cause);
        this.isForeign = isForeign;
    }

    static ProvisioningException failed(String message) {
        return new ProvisioningException(message, false, null);
    }

    static ProvisioningException failed(String message, Throwable cause) {
        return new ProvisioningException(message, false, cause);
    }

    /** A schema that is not empty stands in the way. */
    static ProvisioningException foreign(String message) {
        return new ProvisioningException(message, true, null);
    }

    boolean isForeign() {
        return isForeign;
    }
}
