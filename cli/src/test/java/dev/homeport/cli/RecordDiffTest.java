package dev.homeport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RecordDiffTest {
    @Test
    void equalRecordsHaveNoDifference() {
        assertThat(diff("{\"a\": 1, \"b\": [1, 2]}", "{\"b\": [1, 2], \"a\": 1}")).isEmpty();
    }

    @Test
    void namesEachFieldThatCameWentOrChanged() {
        assertThat(
                        diff(
                                "{\"weight\": 100, \"labels\": {\"site\": \"fra\", \"disk\": \"ssd\"}}",
                                "{\"weight\": 50, \"labels\": {\"site\": \"ber\"}, \"capacity\": 9}"))
                .containsExactly(
                        "~ weight: 100 -> 50",
                        "~ labels.site: \"fra\" -> \"ber\"",
                        "- labels.disk: \"ssd\"",
                        "+ capacity: 9");
    }

    @Test
    void findsElementsOfListsByTheirId() {
        assertThat(
                        diff(
                                "{\"instances\": [{\"id\": \"a\", \"port\": 1}, {\"id\": \"b\", \"port\": 2}]}",
                                "{\"instances\": [{\"id\": \"b\", \"port\": 3}, {\"id\": \"c\", \"port\": 4}]}"))
                .containsExactly(
                        "- instances[a]: {\"id\":\"a\",\"port\":1}",
                        "~ instances[b].port: 2 -> 3",
                        "+ instances[c]: {\"id\":\"c\",\"port\":4}");
    }

    @Test
    void anotherOrderIsADifference() {
        assertThat(
                        diff(
                                "{\"i\": [{\"id\": \"a\"}, {\"id\": \"b\"}]}",
                                "{\"i\": [{\"id\": \"b\"}, {\"id\": \"a\"}]}"))
                .containsExactly(
                        "~ i: [{\"id\":\"a\"},{\"id\":\"b\"}] -> [{\"id\":\"b\"},{\"id\":\"a\"}]");
    }

    @Test
    void comparesOtherListsByPlaceOrAsAWhole() {
        assertThat(
                        diff(
                                "{\"rules\": [{\"actions\": {\"all\": \"log\"}}], \"tiers\": [\"c1\"]}",
                                "{\"rules\": [{\"actions\": {\"all\": \"refuse\"}}, {\"x\": 1}],"
                                        + " \"tiers\": [\"c1\", \"c2\"]}"))
                .containsExactly(
                        "~ rules[0].actions.all: \"log\" -> \"refuse\"",
                        "+ rules[1]: {\"x\":1}",
                        "~ tiers: [\"c1\"] -> [\"c1\",\"c2\"]");
    }

    @Test
    void showsNoMoreOfAValueThanALineHolds() {
        assertThat(diff("{}", "{\"ca\": \"" + "x".repeat(500) + "\"}").getFirst())
                .hasSizeLessThan(120)
                .endsWith("…");
    }

    private static List<String> diff(String before, String after) {
        return RecordDiff.between(json(before), json(after)).stream()
                .map(RecordDiff.Change::text)
                .toList();
    }

    private static JsonNode json(String text) {
        try {
            return new ObjectMapper().readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }
}
