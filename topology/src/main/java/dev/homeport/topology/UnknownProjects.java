package dev.homeport.topology;

/** What becomes of a login that names a project without a placement. */
public enum UnknownProjects {
    /** It is refused; projects are placed by those who ask for it. */
    REFUSE,
    /** The project is placed, once an instance has accepted the login. */
    PLACE
}
