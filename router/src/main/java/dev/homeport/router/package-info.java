/** The router daemon. Start with {@link dev.homeport.router.RouterMain}. */
package dev.homeport.router;
