/**
 * Compression of one leg: frames around the bytes of packets, put on and taken off between the
 * socket (or TLS) and the session, which never sees them. Start with {@link
 * dev.homeport.router.compression.CompressionCodec}.
 */
package dev.homeport.router.compression;
