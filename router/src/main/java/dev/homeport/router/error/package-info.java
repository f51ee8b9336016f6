/**
 * Every error that the router itself can send to a client, on one page: {@link
 * dev.homeport.router.error.ErrorKind}.
 */
package dev.homeport.router.error;
