package dev.homeport.topology.zk;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.homeport.topology.Announcement;
import dev.homeport.topology.AnnouncementId;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.fields.Fields;
import java.time.Instant;
import java.util.Optional;

/** {@code announcements/<id>}. The id is the znode's name. */
public final class AnnouncementCodec {
    private AnnouncementCodec() {}

    private static Optional<Announcement> read(AnnouncementId id, Fields fields) {
        Optional<ProjectId> project = fields.required("project", ProjectId::new);
        Optional<String> tenant = fields.optionalString("tenant");
        Optional<Instant> until = fields.requiredInstant("until");
        String by = fields.string("by", "");
        String reason = fields.string("reason", "");
        return fields.build(
                () ->
                        new Announcement(
                                id,
                                project.orElseThrow(),
                                tenant,
                                until.orElseThrow(),
                                by,
                                reason));
    }

    /** All fields but the format version and the id. */
    public static void write(Announcement announcement, ObjectNode json) {
        json.put("project", announcement.project().value());
        Json.optional(json, "tenant", announcement.tenant());
        json.put("until", announcement.until().toString());
        Json.optional(json, "by", announcement.by());
        Json.optional(json, "reason", announcement.reason());
    }

    static Codec<Announcement> znode(AnnouncementId id) {
        return Codec.of(fields -> read(id, fields), AnnouncementCodec::write);
    }
}
