package dev.homeport.router.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/**
 * The OK that ends a login (MySQL source docs, "OK_Packet"), joined with the OK of the COM_INIT_DB
 * that chose the schema after it: together they say what an instance says at once that is given a
 * schema with the login.
 */
public final class LoginOk {
    private static final int SERVER_SESSION_STATE_CHANGED = 0x4000;

    private final ByteBuf fixed;
    private final int status;
    private final int warnings;
    private final byte[] info;
    private final byte[] changes;

    private LoginOk(ByteBuf fixed, int status, int warnings, byte[] info, byte[] changes) {
        this.fixed = fixed;
        this.status = status;
        this.warnings = warnings;
        this.info = info;
        this.changes = changes;
    }

    /**
     * The login's OK with the status and the session state changes of both, and everything else as
     * it was.
     *
     * @param login a whole packet with its header; is not released
     * @param initDb likewise, the OK of the COM_INIT_DB
     * @param capabilities what router and instance have agreed on
     * @return a packet with the sequence id of the login's, which the caller must release or write
     */
    public static ByteBuf withSchema(
            ByteBuf login, ByteBuf initDb, long capabilities, ByteBufAllocator allocator)
            throws MalformedPacketException {
        LoginOk first = read(login, capabilities);
        LoginOk second = read(initDb, capabilities);
        return Packet.write(
                allocator,
                Packet.sequence(login, login.readerIndex()),
                out -> first.writeJoined(second, isTracking(capabilities), out));
    }

    private static boolean isTracking(long capabilities) {
        return Capabilities.has(capabilities, Capabilities.CLIENT_SESSION_TRACK);
    }

    private static LoginOk read(ByteBuf packet, long capabilities) throws MalformedPacketException {
        ByteBuf in = packet.slice().skipBytes(Packet.HEADER_BYTES);
        int start = in.readerIndex();
        in.skipBytes(1);
        Lenenc.read(in);
        Lenenc.read(in);
        if (in.readableBytes() < 4) {
            throw new MalformedPacketException("an OK ends before its status");
        }
        ByteBuf fixed = in.slice(start, in.readerIndex() - start);
        int status = in.readUnsignedShortLE();
        int warnings = in.readUnsignedShortLE();
        if (!isTracking(capabilities)) {
            byte[] info = new byte[in.readableBytes()];
            in.readBytes(info);
            return new LoginOk(fixed, status, warnings, info, new byte[0]);
        }
        byte[] info = in.isReadable() ? Lenenc.readBytes(in) : new byte[0];
        boolean isChanged = (status & SERVER_SESSION_STATE_CHANGED) != 0 && in.isReadable();
        byte[] changes = isChanged ? Lenenc.readBytes(in) : new byte[0];
        return new LoginOk(fixed, status, warnings, info, changes);
    }

    private void writeJoined(LoginOk second, boolean isTracking, ByteBuf out) {
        int changed = (status | second.status) & SERVER_SESSION_STATE_CHANGED;
        out.writeBytes(fixed, fixed.readerIndex(), fixed.readableBytes());
        out.writeShortLE((second.status & ~SERVER_SESSION_STATE_CHANGED) | changed);
        out.writeShortLE(warnings);
        if (!isTracking) {
            out.writeBytes(info);
            return;
        }
        if (info.length > 0 || changed != 0) {
            Lenenc.writeBytes(out, info);
        }
        if (changed != 0) {
            Lenenc.write(out, changes.length + (long) second.changes.length);
            out.writeBytes(changes).writeBytes(second.changes);
        }
    }
}
