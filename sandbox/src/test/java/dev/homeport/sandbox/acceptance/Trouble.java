package dev.homeport.sandbox.acceptance;

/** One kind of trouble, which is made again and again. One thread. */
interface Trouble {
    /** Makes it once, and undoes what has to be undone. */
    void makeOnce() throws Exception;
}
