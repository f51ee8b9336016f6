package dev.homeport.testkit.zookeeper;

import java.nio.ByteBuffer;
import java.util.Set;
import org.apache.zookeeper.ZooDefs.OpCode;

/** What clients of ZooKeeper ask, by the first bytes of a frame. */
final class Requests {
    private static final Set<Integer> WRITES =
            Set.of(
                    OpCode.create,
                    OpCode.create2,
                    OpCode.createContainer,
                    OpCode.setData,
                    OpCode.delete,
                    OpCode.multi);

    private Requests() {}

    /** An xid and a kind; what opens a connection has neither, and 0 in place of an xid. */
    static boolean isWrite(ByteBuffer request) {
        if (request.remaining() < 2 * Integer.BYTES || request.getInt(0) <= 0) {
            return false;
        }
        int kind = request.getInt(Integer.BYTES);
        return WRITES.contains(kind) && !(kind == OpCode.multi && isOneCheck(request));
    }

    /**
     * A transaction that changes nothing: each operation has its kind, a flag and a code before it,
     * and a check is a path and a version.
     */
    private static boolean isOneCheck(ByteBuffer multi) {
        int header = 2 * Integer.BYTES;
        int pathAt = header + Integer.BYTES + 1 + Integer.BYTES;
        int nextAt = pathAt + Integer.BYTES + multi.getInt(pathAt) + Integer.BYTES;
        return multi.getInt(header) == OpCode.check && multi.getInt(nextAt) == OpCode.error;
    }
}
