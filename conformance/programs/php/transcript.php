<?php
declare(strict_types=1);
// What both PHP programs share: the settings they are given, and how they tell what they saw.

/** Prints one line of the transcript. */
function step(string $name, array $values): void
{
    print(json_encode(['step' => $name, 'values' => $values],
        JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES) . "\n");
}

/** Says that the driver has nothing of the kind. */
function lacks(string $name, string $why): void
{
    print(json_encode(['step' => $name, 'lacks' => $why], JSON_THROW_ON_ERROR) . "\n");
}

/** A setting that must be there. */
function setting(string $name): string
{
    $value = getenv($name);
    if ($value === false) {
        fwrite(STDERR, "the environment has no $name\n");
        exit(2);
    }
    return $value;
}

function password(): string
{
    return rtrim(file_get_contents(setting('DB_PASSWORD_FILE')), "\n");
}

function verifiesTls(): bool
{
    return setting('DB_TLS') === 'verify-ca';
}

/** The statements of a file beside the programs, without comments. */
function statements(string $file): array
{
    $lines = file(dirname(__DIR__) . "/$file", FILE_IGNORE_NEW_LINES);
    return array_values(array_filter($lines, fn ($line) => !str_starts_with($line, '--')));
}

/** The queries by name. */
function queries(): array
{
    $lines = file(dirname(__DIR__) . '/queries.sql', FILE_IGNORE_NEW_LINES);
    $queries = [];
    for ($i = 1; $i + 1 < count($lines); $i += 2) {
        $queries[substr($lines[$i], 3)] = $lines[$i + 1];
    }
    return $queries;
}

/** A value as its type and its text; what is long or no text by its length and hash. */
function value(mixed $value): string
{
    if (is_array($value)) {
        return '[' . implode(', ', array_map('value', $value)) . ']';
    }
    if (is_object($value)) {
        return get_debug_type($value);
    }
    if (!is_string($value)) {
        return get_debug_type($value) . ' ' . json_encode($value);
    }
    if (strlen($value) > 300) {
        return 'string of ' . strlen($value) . ' ' . hash('sha256', $value);
    }
    return mb_check_encoded($value) ? "string $value" : 'bytes ' . bin2hex($value);
}

function mb_check_encoded(string $text): bool
{
    return preg_match('//u', $text) === 1;
}

/** Columns one by one; of many only their number and hash. */
function columnsTold(array $columns): array
{
    return count($columns) > 50
        ? [count($columns) . ' columns ' . hash('sha256', implode("\n", $columns))]
        : $columns;
}

/** Rows one by one; of many only their number and hash. */
function rows(array $rows): array
{
    $told = array_map(fn ($row) => implode(' | ', array_map('value', $row)), $rows);
    return count($told) > 20
        ? [count($told) . ' rows ' . hash('sha256', implode("\n", $told))]
        : $told;
}

/** SELECT of exactly so many columns. */
function wideQuery(int $columns): string
{
    return 'SELECT ' . implode(', ', array_map(fn ($i) => "$i AS c$i", range(1, $columns)));
}

/** A statement that makes a packet of that length, with the command's byte. */
function statementOfLength(int $bytes): string
{
    $head = "SELECT LENGTH('";
    $tail = "') AS n";
    return $head . str_repeat('x', $bytes - 1 - strlen($head . $tail)) . $tail;
}

/** All 256 byte values, again and again. */
function allBytes(int $length): string
{
    $all = implode('', array_map('chr', range(0, 255)));
    return substr(str_repeat($all, intdiv($length, 256) + 1), 0, $length);
}

/** Waits until somebody runs that statement. */
function awaitRunning(callable $count): void
{
    while ($count() === 0) {
        usleep(20_000);
    }
}

/** A file of 20,000 rows for LOAD DATA LOCAL INFILE. */
function fileToLoad(): string
{
    $file = setting('DB_SCRATCH') . '/rows.csv';
    file_put_contents($file, implode('', array_map(fn ($i) => "$i,row $i\n", range(1, 20_000))));
    return $file;
}
