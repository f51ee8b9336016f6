package dev.homeport.quarantine;

import dev.homeport.topology.TableName;

/**
 * A foreign key of another table that referred to the one that was set aside. It followed into
 * quarantine and must refer to the old name again, as it would after a DROP under {@code
 * foreign_key_checks = 0}.
 *
 * @param isOff whether it was taken off, and is not yet on again: written before it is taken off
 */
record ChildKey(TableName child, ForeignKey key, boolean isOff) {
    ChildKey off() {
        return new ChildKey(child, key, true);
    }
}
