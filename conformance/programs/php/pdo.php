<?php
declare(strict_types=1);
// PHP's PDO (mysqlnd). See ../README.md for what a program is given and has to tell. Called with a
// connection id it only waits for that connection's statement and kills it.

require __DIR__ . '/transcript.php';

function connect(array $options = [], ?string $password = null, ?string $schema = null): PDO
{
    $dsn = sprintf('mysql:host=%s;port=%s;dbname=%s;charset=utf8mb4',
        setting('DB_HOST'), setting('DB_PORT'), $schema ?? setting('DB_SCHEMA'));
    $options += [
        PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION,
        PDO::ATTR_STRINGIFY_FETCHES => false,
        PDO::ATTR_EMULATE_PREPARES => false,
        PDO::MYSQL_ATTR_LOCAL_INFILE => true,
    ];
    if (verifiesTls()) {
        $options += [PDO::MYSQL_ATTR_SSL_CA => setting('DB_CA'), PDO::MYSQL_ATTR_SSL_VERIFY_SERVER_CERT => false];
    }
    return new PDO($dsn, setting('DB_USER'), $password ?? password(), $options);
}

/** What the call returns, or its error. */
function outcome(callable $call): array
{
    try {
        $result = $call();
        return is_array($result) ? $result : [value($result)];
    } catch (PDOException $e) {
        return ['error ' . $e->getCode() . ' ' . implode(' ', $e->errorInfo ?? []) . ' ' . $e->getMessage()];
    } catch (Error $e) {
        return ['refused by PHP: ' . $e->getMessage()];
    }
}

function columns(PDOStatement $statement): array
{
    $told = [];
    for ($i = 0; $i < $statement->columnCount(); $i++) {
        $meta = $statement->getColumnMeta($i) ?: [];
        ksort($meta);
        $told[] = 'column ' . json_encode($meta, JSON_UNESCAPED_UNICODE);
    }
    return columnsTold($told);
}

function told(PDOStatement $statement): array
{
    return $statement->columnCount() === 0
        ? ['affected ' . $statement->rowCount()]
        : array_merge(columns($statement), rows($statement->fetchAll(PDO::FETCH_NUM)));
}

function run(PDO $db, string $sql, array $parameters = []): array
{
    $statement = $db->prepare($sql);
    $statement->execute($parameters);
    $told = told($statement);
    $statement->closeCursor();
    return $told;
}

function allResults(PDO $db, string $sql): array
{
    $told = [];
    try {
        $statement = $db->query($sql);
        do {
            $told[] = implode('; ', told($statement));
        } while ($statement->nextRowset());
        return $told;
    } catch (PDOException $e) {
        return array_merge($told, ['error ' . $e->getMessage()]);
    }
}

function one(PDO $db, string $sql): mixed
{
    return $db->query($sql)->fetchColumn();
}

const WAITS = "SELECT GET_LOCK('gate', 50)";

/** Runs in a second PHP: holds the lock until the other connection waits for it, and kills that. */
function holdAndKill(PDO $db, string $id): void
{
    one($db, "SELECT GET_LOCK('gate', 10)");
    $waiting = fn () => (int) one($db, 'SELECT COUNT(*) FROM information_schema.processlist'
        . ' WHERE info = ' . $db->quote(WAITS) . " AND state = 'User lock'");
    awaitRunning($waiting);
    $outcome = outcome(fn () => ['affected ' . $db->exec("KILL QUERY $id")]);
    step('cancel.by_process_list', $outcome);
    while (!str_starts_with($outcome[0], 'error') && $waiting() > 0) {
        usleep(20_000);
    }
}

if ($argc > 1) {
    holdAndKill(connect(), $argv[1]);
    exit;
}

step('wrong_password', outcome(fn () => connect(password: 'no-such-password')));
step('unknown_schema', outcome(fn () => connect(schema: 'no_such_schema')));
try {
    $db = connect();
} catch (PDOException $e) {
    step('login', ['error ' . $e->getMessage()]);
    exit;
}
$text = connect([PDO::ATTR_EMULATE_PREPARES => true]);
step('login', [value(one($db, 'SELECT DATABASE()')), value(one($db, 'SELECT CURRENT_USER()'))]);
foreach (statements('setup.sql') as $sql) {
    $db->exec($sql);
}

step('server_info.version', [$db->getAttribute(PDO::ATTR_SERVER_VERSION)]);
step('server_info.protocol', [$db->getAttribute(PDO::ATTR_CONNECTION_STATUS), $db->getAttribute(PDO::ATTR_CLIENT_VERSION)]);
$seenId = one($db, 'SELECT CONNECTION_ID()');
lacks('server_info.connection_id', 'PDO does not tell the id of the greeting');
step('server_info.statistics', [preg_replace('/[\d.]+/', 'N', $db->getAttribute(PDO::ATTR_SERVER_INFO))]);
step('server_info.encrypted', [$db->query("SHOW SESSION STATUS LIKE 'Ssl_cipher'")->fetch(PDO::FETCH_NUM)[1] !== '']);
step('attributes', run($db, 'SELECT ATTR_NAME, ATTR_VALUE FROM performance_schema.session_account_connect_attrs'
    . " WHERE PROCESSLIST_ID = CONNECTION_ID() AND ATTR_NAME <> '_pid' ORDER BY 1"));

foreach (queries() as $name => $sql) {
    step("text_values.$name", outcome(fn () => run($text, $sql)));
    step("binary_values.$name", outcome(fn () => run($db, $sql)));
}
step('empty_result', outcome(fn () => run($text, 'SELECT * FROM numbered WHERE FALSE')));
step('wide_row.text', outcome(fn () => run($text, wideQuery(1000))));
step('wide_row.prepared', outcome(fn () => run($db, wideQuery(1000))));

$text->exec("PREPARE by_sql FROM 'SELECT ? + 1 AS n, ? AS t'");
$text->exec("SET @a = 41, @b = 'text'");
step('sql_prepare', array_merge(
    outcome(fn () => run($text, 'EXECUTE by_sql USING @a, @b')),
    outcome(fn () => run($text, 'EXECUTE by_sql USING @a')),
    outcome(fn () => run($text, 'DEALLOCATE PREPARE by_sql')),
    outcome(fn () => run($text, 'EXECUTE by_sql USING @a, @b'))));

$parameterRows = [
    [1, PHP_INT_MAX, '18446744073709551615', '12345678901234567890.0123456789', 1.5,
        "text \u{1F600} ' \\ \0", allBytes(512), '2024-02-29 12:34:56.123456', '2024-02-29',
        '-12:34:56.000001', true, '{"a": [1, "é"]}', null],
    [2, PHP_INT_MIN, 0, '-0.0000000001', -0.0, '', '', '1000-01-01', '9999-12-31', '838:59:59', false, '[]', 7],
    [3, null, null, null, null, null, null, null, null, null, null, null, null],
];
function bound(PDO $db, int $shift, array $row): array
{
    $insert = $db->prepare('INSERT INTO parameters VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
    foreach ($row as $i => $value) {
        $type = match (true) {
            $value === null => PDO::PARAM_NULL,
            is_int($value) => PDO::PARAM_INT,
            is_bool($value) => PDO::PARAM_BOOL,
            $i === 6 => PDO::PARAM_LOB,
            default => PDO::PARAM_STR,
        };
        $insert->bindValue($i + 1, $i === 0 ? $value + $shift : $value, $type);
    }
    $insert->execute();
    return [$insert->rowCount()];
}
foreach ($parameterRows as $row) {
    step("parameters.insert_$row[0]", array_merge(
        outcome(fn () => bound($db, 0, $row)), outcome(fn () => bound($text, 10, $row))));
}
step('parameters.read', outcome(fn () => run($db, 'SELECT * FROM parameters WHERE id >= ? ORDER BY id', [1])));
step('parameters.named', outcome(fn () => run($db, 'SELECT :a AS a, :b AS b', ['a' => 1, 'b' => "\u{e9}"])));
step('parameters.missing', outcome(fn () => run($db, 'SELECT ?, ?', [1])));

$long = $db->prepare('INSERT INTO large VALUES (?, ?)');
$stream = fopen('php://memory', 'w+');
fwrite($stream, allBytes(200_000));
rewind($stream);
$long->bindValue(1, 1, PDO::PARAM_INT);
$long->bindValue(2, $stream, PDO::PARAM_LOB);
$long->execute();
step('long_data', outcome(fn () => run($db, 'SELECT LENGTH(bl), SHA2(bl, 256), bl FROM large WHERE id = 1')));
step('huge_blob.sent', outcome(fn () => run($db, 'INSERT INTO large VALUES (?, ?)', [2, allBytes(17 << 20)])));
step('huge_blob.read', outcome(fn () => run($text, 'SELECT id, SHA2(bl, 256), bl FROM large WHERE id = 2')));
$limit = 0xffffff; // a payload of that length is followed by an empty packet
step('huge_blob.row_at_limit', outcome(fn () => run($text, 'SELECT REPEAT(\'r\', ' . ($limit - 4) . ') AS r')));
step('huge_blob.command_at_limit', outcome(fn () => told($db->query(statementOfLength($limit)))));

step('multi_statements.all', allResults($text,
    'SELECT 1 AS a; DO 0; SELECT 2 AS b UNION SELECT 3; INSERT INTO numbered (name) VALUES (\'multi\'); SELECT \'a;b\''));
step('multi_statements.error_inside', allResults($text, 'SELECT 1; SELECT * FROM no_such_table; SELECT 2'));
step('multi_statements.goes_on', outcome(fn () => run($text, 'SELECT 1')));
step('procedures.results', allResults($text, 'CALL several(5)'));
step('procedures.out', array_merge(
    allResults($text, "SET @c = 'c'"),
    allResults($text, 'CALL parameters_out(4, @b, @c)'),
    allResults($text, 'SELECT @b, @c, twice(21)')));
step('procedures.error', allResults($text, 'CALL failing(5)'));
step('procedures.silent', allResults($text, 'CALL silent(5)'));
step('procedures.prepared', outcome(function () use ($db) {
    $call = $db->prepare('CALL several(?)');
    $call->execute([6]);
    $told = [];
    do {
        $told[] = implode('; ', told($call));
    } while ($call->nextRowset());
    return $told;
}));

step('affected_rows', array_merge(
    outcome(fn () => run($text, "INSERT INTO numbered (name) VALUES ('one'), ('two'), ('three')")),
    outcome(fn () => run($text, "UPDATE numbered SET amount = 7.50 WHERE name = 'one'")),
    outcome(fn () => run($text, "UPDATE numbered SET amount = 9 WHERE name IN ('one', 'two')")),
    outcome(fn () => run($db, "INSERT INTO numbered (name) VALUES ('one') ON DUPLICATE KEY UPDATE amount = 1")),
    outcome(fn () => run($db, "REPLACE INTO numbered (name) VALUES ('two')")),
    outcome(fn () => run(connect([PDO::MYSQL_ATTR_FOUND_ROWS => true]), "UPDATE numbered SET amount = 1 WHERE name = 'one'")),
    outcome(fn () => run($db, "DELETE FROM numbered WHERE name = 'three'"))));
step('last_insert_id', array_merge(
    outcome(fn () => run($text, "INSERT INTO numbered (name) VALUES ('four'), ('five')")), [$text->lastInsertId()],
    outcome(fn () => run($db, 'INSERT INTO numbered (name) VALUES (?)', ['six'])), [$db->lastInsertId()],
    outcome(fn () => run($db, 'INSERT INTO highest VALUES (18446744073709551614)')), [$db->lastInsertId()]));
step('warnings', array_merge(
    outcome(fn () => run($text, "SELECT CAST('12x' AS SIGNED), 1 / 0")),
    outcome(fn () => run($text, 'SHOW WARNINGS')),
    outcome(fn () => run($db, "SELECT CAST('13y' AS SIGNED)")),
    outcome(fn () => run($db, 'SHOW WARNINGS'))));

$failing = [
    'syntax' => 'SELEC 1', 'no_table' => 'SELECT * FROM no_such_table', 'no_column' => 'SELECT nothing FROM integers',
    'duplicate' => "INSERT INTO numbered (name) VALUES ('one')", 'foreign_key' => 'INSERT INTO children VALUES (1, 1)',
    'not_null' => 'INSERT INTO numbered (name) VALUES (NULL)', 'too_long' => "INSERT INTO loaded VALUES (1, REPEAT('x', 100))",
    'signal' => "SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'é \u{1F600}'", 'denied' => 'SELECT * FROM mysql.user',
    'mid_rows' => 'SELECT id, (SELECT id FROM integers i2 WHERE i2.id >= i.id) FROM integers i ORDER BY id DESC',
];
foreach ($failing as $name => $sql) {
    step("errors.$name", outcome(fn () => run($text, $sql)));
    step("errors.{$name}_prepared", outcome(fn () => run($db, $sql)));
}
step('errors.goes_on', array_merge(
    outcome(fn () => run($text, 'SELECT 1')), outcome(fn () => run($db, 'SELECT 1'))));

$count = fn () => value(one($db, 'SELECT COUNT(*) FROM numbered'));
$transaction = [$count()];
$db->beginTransaction();
$db->exec("INSERT INTO numbered (name) VALUES ('t1')");
$db->exec('SAVEPOINT s1');
$db->exec("INSERT INTO numbered (name) VALUES ('t2')");
array_push($transaction, $count(), value($db->inTransaction()));
$db->exec('ROLLBACK TO SAVEPOINT s1');
$transaction[] = $count();
$db->rollBack();
array_push($transaction, $count(), value($db->inTransaction()));
$db->setAttribute(PDO::ATTR_AUTOCOMMIT, 0);
$db->exec("INSERT INTO numbered (name) VALUES ('t3')");
$db->exec('COMMIT');
$db->setAttribute(PDO::ATTR_AUTOCOMMIT, 1);
$transaction[] = $count();
$db->exec('START TRANSACTION READ ONLY');
$transaction[] = value($db->inTransaction());
step('transactions', array_merge($transaction,
    outcome(fn () => run($db, "INSERT INTO numbered (name) VALUES ('t4')")),
    outcome(fn () => run($db, 'ROLLBACK')), [value($db->inTransaction())],
    outcome(fn () => run($db, 'ROLLBACK TO SAVEPOINT nowhere'))));

step('schema_change', array_merge(
    outcome(fn () => run($text, 'USE information_schema')), [value(one($text, 'SELECT DATABASE()'))],
    outcome(fn () => run($text, 'USE ' . setting('DB_SCHEMA'))), [value(one($text, 'SELECT DATABASE()'))],
    outcome(fn () => run($text, 'USE no_such_schema')), [value(one($text, 'SELECT DATABASE()'))]));
lacks('ping', 'PDO has no call for COM_PING');
lacks('reset', 'PDO has no call for COM_RESET_CONNECTION');

$file = fileToLoad();
$load = fn ($file) => [$text->exec("LOAD DATA LOCAL INFILE '$file' INTO TABLE loaded FIELDS TERMINATED BY ','")];
step('local_infile.loaded', array_merge(outcome(fn () => $load($file)),
    outcome(fn () => run($text, 'SELECT COUNT(*), SUM(id), MAX(name) FROM loaded'))));
step('local_infile.missing', outcome(fn () => $load('/no/such/file')));
step('local_infile.goes_on', outcome(fn () => run($text, 'SELECT 1')));

step('streaming.text', outcome(function () {
    $db = connect([PDO::MYSQL_ATTR_USE_BUFFERED_QUERY => false, PDO::ATTR_EMULATE_PREPARES => true]);
    return told($db->query('SELECT id, n FROM counted ORDER BY id'));
}));
step('streaming.left_early', outcome(function () {
    $db = connect([PDO::MYSQL_ATTR_USE_BUFFERED_QUERY => false]);
    $statement = $db->prepare('SELECT id, n FROM counted ORDER BY id');
    $statement->execute();
    $row = $statement->fetch(PDO::FETCH_NUM);
    $statement->closeCursor();
    return [value($row), value(one($db, 'SELECT 1'))];
}));
lacks('streaming.cursor', 'PDO opens no cursors of the server');

// PDO waits for its answers, so that a second PHP has to kill; by the id that people see.
$killer = proc_open([PHP_BINARY, '-d', 'display_errors=stderr', __FILE__, (string) $seenId], [2 => STDERR], $pipes);
while (one($db, "SELECT IS_USED_LOCK('gate')") === null) {
    usleep(20_000);
}
$killed = outcome(fn () => run($db, WAITS));
proc_close($killer);
step('cancel.killed', $killed);
step('cancel.goes_on', outcome(fn () => run($db, 'SELECT 1')));
step('cancel.unknown_id', outcome(fn () => run($text, 'KILL QUERY 4294967294')));

foreach (['latin1', 'latin2', 'utf8mb4'] as $charset) {
    step("character_sets.$charset", array_merge(outcome(fn () => run($text, "SET NAMES $charset")),
        outcome(fn () => run($text, 'SELECT @@character_set_client, @@character_set_results, @@collation_connection,'
            . " HEX('\u{e9}'), LENGTH('\u{e9}')"))));
}
step('session_variables', array_merge(
    outcome(fn () => run($text, "SET @v = 'kept', SESSION sql_mode = 'ANSI_QUOTES', SESSION time_zone = '+05:00'")),
    outcome(fn () => run($text, "SELECT @v, @@sql_mode, @@time_zone, 'a' AS \"quoted\"")),
    outcome(fn () => run($text, 'CREATE TEMPORARY TABLE of_this_session (i INT)')),
    outcome(fn () => run($text, 'SELECT COUNT(*) FROM of_this_session')),
    outcome(fn () => run($text, "SELECT GET_LOCK('of_this_session', 1), RELEASE_LOCK('of_this_session')")),
    outcome(fn () => run($text, 'SELECT SQL_CALC_FOUND_ROWS id FROM counted LIMIT 1')),
    outcome(fn () => run($text, 'SELECT FOUND_ROWS()'))));
lacks('batch', 'PDO has no batches');
lacks('pipelining', 'PDO sends one command at a time');
lacks('change_user', 'PDO has no call for COM_CHANGE_USER');
$persistent = fn () => connect([PDO::ATTR_PERSISTENT => true]);
step('quit', [value(one($persistent(), 'SELECT 1')), value(one($persistent(), 'SELECT 2'))]);
