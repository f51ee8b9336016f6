package dev.homeport.router.compression;

import static dev.homeport.router.compression.LegNumbers.after;

import dev.homeport.router.protocol.MalformedPacketException;

/**
 * The numbers where the router is the server: commands are read, replies written. A client may send
 * commands ahead of their replies, so the frames of the command that was read last are counted
 * apart from those of the exchange that runs.
 */
final class ClientLegNumbers implements LegNumbers {
    private static final int LAST_ID = 255;

    // The exchange that runs: a reply, and what the client sends in the midst of it (a file).
    private int nextFrame;
    private int lastId;
    private boolean clientSpoke;

    // The command that was read last.
    private int commandFrames;
    private int commandId;
    private boolean replyDue;

    // What is being read: frames of a command or of a file, packets likewise.
    private boolean framesAreCommand;
    private boolean frameIsFirst;
    private boolean packetIsCommand;
    private int idAsRead;

    @Override
    public void frameRead(int number, boolean betweenPackets) throws MalformedPacketException {
        if (betweenPackets) {
            frameIsFirst = number == 0 && !(clientSpoke && nextFrame == 0);
            framesAreCommand = frameIsFirst;
            commandFrames = frameIsFirst ? 0 : commandFrames;
        }
        int expected = framesAreCommand ? commandFrames : nextFrame;
        if (number != expected) {
            throw new MalformedPacketException(
                    "a compressed packet has number %d instead of %d".formatted(number, expected));
        }
        if (framesAreCommand) {
            commandFrames = after(commandFrames);
        } else {
            nextFrame = after(nextFrame);
            clientSpoke = true;
        }
    }

    @Override
    public int packetRead(int id, boolean continuation) throws MalformedPacketException {
        if (!continuation) {
            requireCommandsFirst(id);
            // Several commands may share a frame. A file's packets come to 0 only behind 255.
            packetIsCommand = frameIsFirst || (id == 0 && idAsRead != LAST_ID);
            frameIsFirst = false;
            if (packetIsCommand) {
                replyDue = true;
                commandId = LAST_ID;
            }
        }
        idAsRead = id;
        if (packetIsCommand) {
            commandId = after(commandId);
            return commandId;
        }
        lastId = after(lastId);
        return lastId;
    }

    /**
     * A part of a file that comes in a frame of number 0 must not become a command: the instance
     * would refuse the file on account of it, and run the next part.
     */
    private void requireCommandsFirst(int id) throws MalformedPacketException {
        if (frameIsFirst && id != 0) {
            throw new MalformedPacketException(
                    "a compressed packet of number 0 begins with a packet of id %d instead of 0"
                            .formatted(id));
        }
    }

    @Override
    public boolean startsAgain(int id, boolean continuation) {
        if (continuation) {
            return false;
        }
        // The second reply of several that were due is told by its id alone.
        return replyDue ? id == after(commandId) : id == 1 && lastId != 0;
    }

    @Override
    public void packetWritten(int id, boolean continuation) {
        if (startsAgain(id, continuation)) {
            nextFrame = replyDue ? commandFrames : 1;
            replyDue = false;
        }
        lastId = id;
    }

    @Override
    public int frameWritten() {
        int number = nextFrame;
        nextFrame = after(nextFrame);
        clientSpoke = false;
        return number;
    }
}
