package dev.homeport.router.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.homeport.topology.fields.Fields;
import dev.homeport.topology.fields.Problems;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Reads one section from YAML in a test. */
final class Reading {
    private static final YAMLMapper YAML = new YAMLMapper();

    private Reading() {}

    static <T> T read(Function<Fields, Optional<T>> section, String yaml) {
        var problems = new Problems();
        Optional<T> value = section.apply(fields(yaml, problems));
        assertThat(problems.text()).isEmpty();
        return value.orElseThrow();
    }

    static <T> List<String> problems(Function<Fields, Optional<T>> section, String yaml) {
        var problems = new Problems();
        Optional<T> value = section.apply(fields(yaml, problems));
        assertThat(value).isEmpty();
        return problems.all().stream().map(Problems.Problem::text).toList();
    }

    private static Fields fields(String yaml, Problems problems) {
        try {
            return Fields.of(YAML.readTree(yaml), problems);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(yaml, e);
        }
    }
}
