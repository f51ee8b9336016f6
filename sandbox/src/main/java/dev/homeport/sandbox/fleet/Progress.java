package dev.homeport.sandbox.fleet;

/** Is told what happens, one line at a time; called by several threads. */
@FunctionalInterface
public interface Progress {
    /** Tells nobody. */
    Progress SILENT = line -> {};

    void tell(String line);
}
