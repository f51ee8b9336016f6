package dev.homeport.router.compression;

import static dev.homeport.router.compression.LegNumbers.after;

import dev.homeport.router.protocol.MalformedPacketException;

/**
 * The numbers where the router is the client: commands are written, replies read. A command is
 * written only when the replies to those before it have been read, so that each reply follows the
 * numbers of the command written last.
 */
final class InstanceLegNumbers implements LegNumbers {
    private static final int LAST_ID = 255;

    // The exchange that runs: a reply, and what is sent in the midst of it (a file).
    private int nextFrame;
    private int lastId;
    private boolean fileRuns;

    // The command that was written last.
    private int commandFrames;
    private int commandId;
    private boolean replyDue;
    private boolean inCommand;

    @Override
    public void frameRead(int number, boolean betweenPackets) throws MalformedPacketException {
        if (replyDue && betweenPackets && number == commandFrames) {
            replyDue = false;
            nextFrame = commandFrames;
            lastId = commandId;
        }
        if (number != nextFrame) {
            int expected = replyDue ? commandFrames : nextFrame;
            throw new MalformedPacketException(
                    "a compressed packet has number %d instead of %d".formatted(number, expected));
        }
        nextFrame = after(nextFrame);
        fileRuns = false;
    }

    @Override
    public int packetRead(int id, boolean continuation) {
        lastId = after(lastId);
        return lastId;
    }

    @Override
    public boolean startsAgain(int id, boolean continuation) {
        return !continuation && id == 0 && !(fileRuns && lastId == LAST_ID);
    }

    @Override
    public void packetWritten(int id, boolean continuation) {
        if (startsAgain(id, continuation)) {
            inCommand = true;
            replyDue = true;
            commandFrames = 0;
        } else if (!continuation) {
            inCommand = false;
        }
        if (inCommand) {
            commandId = id;
        } else {
            fileRuns = true;
            lastId = id;
        }
    }

    @Override
    public int frameWritten() {
        if (inCommand) {
            int number = commandFrames;
            commandFrames = after(commandFrames);
            return number;
        }
        int number = nextFrame;
        nextFrame = after(nextFrame);
        return number;
    }
}
