package dev.homeport.router.compression;

import dev.homeport.router.protocol.MalformedPacketException;

/**
 * The numbers of one leg. Frames have numbers of their own, which start again with each command and
 * go up over both directions; servers and some drivers check them. The sequence ids of the packets
 * inside are checked by nobody on a compressed leg, and what stands there is not what would stand
 * there without: servers take the frame's number after each flush. So ids are put right where
 * packets leave the leg.
 *
 * <p>Seen from the router: "read" comes from the peer, "written" goes to it.
 */
interface LegNumbers {
    /**
     * The header of a frame was read.
     *
     * @param betweenPackets whether the bytes before it were whole packets
     * @throws MalformedPacketException if it cannot be its turn
     */
    void frameRead(int number, boolean betweenPackets) throws MalformedPacketException;

    /**
     * The header of a packet was read.
     *
     * @param id as it stands there
     * @param continuation whether it goes on with the payload of the packet before
     * @return the id it has without compression
     * @throws MalformedPacketException if it cannot stand in the frame that was begun for it
     */
    int packetRead(int id, boolean continuation) throws MalformedPacketException;

    /** Whether a packet that is to be written has to begin a frame, because numbers start again. */
    boolean startsAgain(int id, boolean continuation);

    /** A packet is written, behind frames for all packets before it if numbers start again. */
    void packetWritten(int id, boolean continuation);

    /** A frame is written; its number. */
    int frameWritten();

    /** What follows a number or sequence id. */
    static int after(int number) {
        return (number + 1) & 0xff;
    }
}
