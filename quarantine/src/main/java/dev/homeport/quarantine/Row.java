package dev.homeport.quarantine;

import java.util.ArrayList;
import java.util.List;

/** One row of an answer, every value as text, NULL as "". */
final class Row {
    private final List<String> values;

    Row(List<String> values) {
        this.values = new ArrayList<>(values);
    }

    /** The value in that column, from 0 on. */
    String text(int column) {
        String value = values.get(column);
        return value == null ? "" : value;
    }

    /** 0 for NULL. */
    long number(int column) {
        String value = values.get(column);
        return value == null || value.isEmpty() ? 0 : Long.parseLong(value);
    }

    boolean isNull(int column) {
        return values.get(column) == null;
    }
}
