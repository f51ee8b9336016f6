package dev.homeport.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProcessCpuTest {
    @Test
    void growsWhileTheProcessWorks() {
        // Given
        var self = new ProcessCpu(ProcessHandle.current().pid());
        double before = self.micros();
        // When
        long end = System.nanoTime() + 100_000_000;
        long sum = 0;
        while (System.nanoTime() < end) {
            sum += System.nanoTime();
        }
        // Then
        assertThat(sum).isNotZero();
        assertThat(self.micros()).isGreaterThan(before);
    }
}
