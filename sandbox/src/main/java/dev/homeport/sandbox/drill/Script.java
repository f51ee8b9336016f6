package dev.homeport.sandbox.drill;

import java.io.IOException;

/**
 * What the application says, statement by statement, in one variant of the incident. Every
 * statement has the answer that a plain server gives, so that a router that answers otherwise is
 * found out.
 */
interface Script {
    /**
     * Plays it. The tables of the variant are there, with rows of three tenants.
     *
     * @throws ContainedException if the project was refused before the end
     */
    void play(Application application) throws IOException, ContainedException;
}
