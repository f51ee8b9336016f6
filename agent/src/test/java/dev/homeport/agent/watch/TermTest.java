package dev.homeport.agent.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class TermTest {
    private Optional<String> election = Optional.empty();
    private final Term term = new Term(() -> election);

    @Test
    void whoLosesAndWinsAgainIsInAnotherTerm() {
        // Given
        assertThat(term.begin()).isFalse();
        election = Optional.of("/election/c1/1");
        assertThat(term.begin()).isTrue();
        assertThat(term.isOver()).isFalse();

        // When: nobody has looked in between
        election = Optional.of("/election/c1/7");

        // Then: what is written goes in the name of the old one until it has ended
        assertThat(term.leads()).isTrue();
        assertThat(term.isOver()).isTrue();
        assertThat(term.inForce()).contains("/election/c1/1");
        term.end();
        assertThat(term.inForce()).isEmpty();
        assertThat(term.begin()).isTrue();
        assertThat(term.inForce()).contains("/election/c1/7");
    }
}
