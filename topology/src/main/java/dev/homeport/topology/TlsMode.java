package dev.homeport.topology;

/** Whether a connection to an instance is encrypted, and what is asked of its certificate. */
public enum TlsMode {
    /** Encrypted if and only if the client's own connection to the router is. */
    FOLLOW,
    /** Never. */
    OFF,
    /** Where the instance offers it. */
    PREFERRED,
    /** Always; any certificate will do. */
    REQUIRED,
    /** Always; the certificate must come from the authority. */
    VERIFY_CA,
    /** Always; the certificate must come from the authority and name the instance's host. */
    VERIFY_IDENTITY;

    /** Whether the instance's certificate has to be a good one. */
    public boolean isVerified() {
        return this == VERIFY_CA || this == VERIFY_IDENTITY;
    }
}
