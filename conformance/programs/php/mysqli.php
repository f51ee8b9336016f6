<?php
declare(strict_types=1);
// PHP's mysqli (mysqlnd). See ../README.md for what a program is given and has to tell.

require __DIR__ . '/transcript.php';

mysqli_report(MYSQLI_REPORT_ERROR | MYSQLI_REPORT_STRICT);

function connect(?string $password = null, ?string $schema = null, ?string $user = null): mysqli
{
    $db = mysqli_init();
    $db->options(MYSQLI_OPT_LOCAL_INFILE, 1);
    $db->options(MYSQLI_OPT_INT_AND_FLOAT_NATIVE, 1);
    $flags = 0;
    if (verifiesTls()) {
        $db->ssl_set(null, null, setting('DB_CA'), null, null);
        $flags = MYSQLI_CLIENT_SSL;
    }
    $db->real_connect(setting('DB_HOST'), $user ?? setting('DB_USER'), $password ?? password(),
        $schema ?? setting('DB_SCHEMA'), (int) setting('DB_PORT'), null, $flags);
    $db->set_charset('utf8mb4');
    return $db;
}

function error(mysqli_sql_exception $e): string
{
    return $e->getCode() . ' ' . $e->getSqlState() . ' ' . $e->getMessage();
}

/** What the call returns, or its error. */
function outcome(callable $call): array
{
    try {
        $result = $call();
        return is_array($result) ? $result : [value($result)];
    } catch (mysqli_sql_exception $e) {
        return ['error ' . error($e)];
    } catch (Error $e) {
        return ['refused by PHP: ' . $e->getMessage()];
    }
}

function columns(mysqli_result $result): array
{
    return columnsTold(array_map(
        fn ($f) => "column $f->name of $f->orgname in $f->table of $f->orgtable, schema $f->db, type $f->type,"
            . " length $f->length, decimals $f->decimals, flags $f->flags, charset $f->charsetnr",
        $result->fetch_fields()));
}

function told(mysqli_result $result): array
{
    $told = array_merge(columns($result), rows($result->fetch_all(MYSQLI_NUM)));
    $result->free();
    return $told;
}

function asText(mysqli $db, string $sql): array
{
    $result = $db->query($sql);
    return $result === true ? ["affected $db->affected_rows, id $db->insert_id"] : told($result);
}

function asPrepared(mysqli $db, string $sql, array $parameters = []): array
{
    $statement = $db->prepare($sql);
    $statement->execute($parameters);
    $result = $statement->get_result();
    return $result === false
        ? ["affected $statement->affected_rows, id $statement->insert_id"]
        : told($result);
}

/** Everything that a statement of several results gives, to its end or error. */
function allResults(mysqli $db, callable $begin): array
{
    $told = [];
    try {
        $begin();
        do {
            $result = $db->store_result();
            $told[] = $result === false ? "affected $db->affected_rows" : told($result);
        } while ($db->more_results() && $db->next_result());
    } catch (mysqli_sql_exception $e) {
        $told[] = 'error ' . error($e);
    }
    return array_map(fn ($one) => is_array($one) ? implode("; ", $one) : $one, $told);
}

function one(mysqli $db, string $sql): mixed
{
    return $db->query($sql)->fetch_row()[0];
}

step('wrong_password', outcome(fn () => connect(password: 'no-such-password')));
step('unknown_schema', outcome(fn () => connect(schema: 'no_such_schema')));
try {
    $db = connect();
} catch (mysqli_sql_exception $e) {
    step('login', ['error ' . error($e)]);
    exit;
}
step('login', [value(one($db, 'SELECT DATABASE()')), value(one($db, 'SELECT CURRENT_USER()'))]);
foreach (statements('setup.sql') as $sql) {
    $db->query($sql);
}

step('server_info.version', [$db->server_info, $db->server_version]);
step('server_info.protocol', [$db->protocol_version, $db->host_info]);
step('server_info.connection_id', [$db->thread_id === one($db, 'SELECT CONNECTION_ID()')]);
step('server_info.statistics', [preg_replace('/[\d.]+/', 'N', $db->stat())]);
step('server_info.encrypted', [one($db, "SHOW SESSION STATUS LIKE 'Ssl_cipher'") !== null,
    $db->query("SHOW SESSION STATUS LIKE 'Ssl_cipher'")->fetch_row()[1] !== '']);
step('attributes', rows($db->query('SELECT ATTR_NAME, ATTR_VALUE FROM performance_schema.session_account_connect_attrs'
    . " WHERE PROCESSLIST_ID = CONNECTION_ID() AND ATTR_NAME <> '_pid' ORDER BY 1")->fetch_all()));

foreach (queries() as $name => $sql) {
    step("text_values.$name", outcome(fn () => asText($db, $sql)));
    step("binary_values.$name", outcome(fn () => asPrepared($db, $sql)));
}
step('empty_result', outcome(fn () => asText($db, 'SELECT * FROM numbered WHERE FALSE')));
step('wide_row.text', outcome(fn () => asText($db, wideQuery(1000))));
step('wide_row.prepared', outcome(fn () => asPrepared($db, wideQuery(1000))));

$db->query("PREPARE by_sql FROM 'SELECT ? + 1 AS n, ? AS t'");
$db->query("SET @a = 41, @b = 'text'");
step('sql_prepare', array_merge(
    outcome(fn () => asText($db, 'EXECUTE by_sql USING @a, @b')),
    outcome(fn () => asText($db, 'EXECUTE by_sql USING @a')),
    outcome(fn () => asText($db, 'DEALLOCATE PREPARE by_sql')),
    outcome(fn () => asText($db, 'EXECUTE by_sql USING @a, @b'))));

// id, b, bu, d, f, v, bl, dt, da, ti, o, j, n
$parameterRows = [
    [1, PHP_INT_MAX, '18446744073709551615', '12345678901234567890.0123456789', 1.5,
        "text \u{1F600} ' \\ \0", allBytes(512), '2024-02-29 12:34:56.123456', '2024-02-29',
        '-12:34:56.000001', 1, '{"a": [1, "é"]}', null],
    [2, PHP_INT_MIN, 0, '-0.0000000001', -0.0, '', '', '1000-01-01', '9999-12-31', '838:59:59', 0, '[]', 7],
    [3, null, null, null, null, null, null, null, null, null, null, null, null],
];
$insert = $db->prepare('INSERT INTO parameters VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
foreach ($parameterRows as $row) {
    $insert->bind_param('iisddssssssss', ...$row);
    step("parameters.insert_$row[0]", outcome(fn () => [$insert->execute(), $insert->affected_rows]));
}
step('parameters.read', outcome(fn () => asPrepared($db, 'SELECT * FROM parameters WHERE id >= ? ORDER BY id', [1])));
step('parameters.reused', array_merge(
    outcome(fn () => asPrepared($db, 'SELECT ?, ?, ?', [1, 'a', null])),
    outcome(fn () => asPrepared($db, 'SELECT ?, ?, ?', ['1', 2.5, "\u{e9}"]))));
step('parameters.missing', outcome(fn () => $insert->execute([1])));
$insert->close();

$long = $db->prepare('INSERT INTO large VALUES (?, ?)');
$id = 1;
$null = null;
$long->bind_param('ib', $id, $null);
foreach (str_split(allBytes(200_000), 30_000) as $piece) {
    $long->send_long_data(1, $piece);
}
$long->execute();
step('long_data', outcome(fn () => asPrepared($db, 'SELECT LENGTH(bl), SHA2(bl, 256), bl FROM large WHERE id = 1')));
step('huge_blob.sent', outcome(fn () => asPrepared($db, 'INSERT INTO large VALUES (?, ?)', [2, allBytes(17 << 20)])));
step('huge_blob.read', outcome(fn () => asText($db, 'SELECT id, SHA2(bl, 256), bl FROM large WHERE id = 2')));
$limit = 0xffffff; // a payload of that length is followed by an empty packet
step('huge_blob.row_at_limit', outcome(fn () => asText($db, 'SELECT REPEAT(\'r\', ' . ($limit - 4) . ') AS r')));
step('huge_blob.command_at_limit', outcome(fn () => asText($db, statementOfLength($limit))));

step('multi_statements.all', allResults($db, fn () => $db->multi_query(
    'SELECT 1 AS a; DO 0; SELECT 2 AS b UNION SELECT 3; INSERT INTO numbered (name) VALUES (\'multi\'); SELECT \'a;b\'')));
step('multi_statements.error_inside', allResults($db, fn () => $db->multi_query(
    'SELECT 1; SELECT * FROM no_such_table; SELECT 2')));
step('multi_statements.goes_on', outcome(fn () => asText($db, 'SELECT 1')));
step('procedures.results', allResults($db, fn () => $db->real_query('CALL several(5)')));
step('procedures.out', array_merge(
    allResults($db, fn () => $db->real_query("SET @c = 'c'")),
    allResults($db, fn () => $db->real_query('CALL parameters_out(4, @b, @c)')),
    allResults($db, fn () => $db->real_query('SELECT @b, @c, twice(21)'))));
step('procedures.error', allResults($db, fn () => $db->real_query('CALL failing(5)')));
step('procedures.silent', allResults($db, fn () => $db->real_query('CALL silent(5)')));
$call = $db->prepare('CALL several(?)');
step('procedures.prepared', outcome(function () use ($call) {
    $told = [];
    $call->execute([6]);
    do {
        $result = $call->get_result();
        $told[] = $result === false ? 'done' : implode('; ', told($result));
    } while ($call->more_results() && $call->next_result());
    return $told;
}));
$call->close();

step('affected_rows', array_merge(
    outcome(fn () => asText($db, "INSERT INTO numbered (name) VALUES ('one'), ('two'), ('three')")),
    outcome(fn () => array_merge(asText($db, "UPDATE numbered SET amount = 7.50 WHERE name = 'one'"), [$db->info])),
    outcome(fn () => array_merge(asText($db, "UPDATE numbered SET amount = 9 WHERE name IN ('one', 'two')"), [$db->info])),
    outcome(fn () => asText($db, "INSERT INTO numbered (name) VALUES ('one') ON DUPLICATE KEY UPDATE amount = 1")),
    outcome(fn () => asText($db, "REPLACE INTO numbered (name) VALUES ('two')")),
    outcome(fn () => asText($db, "DELETE FROM numbered WHERE name = 'three'"))));
step('last_insert_id', array_merge(
    outcome(fn () => asText($db, "INSERT INTO numbered (name) VALUES ('four'), ('five')")),
    outcome(fn () => asText($db, 'SELECT LAST_INSERT_ID()')),
    outcome(fn () => asPrepared($db, 'INSERT INTO numbered (name) VALUES (?)', ['six'])),
    outcome(fn () => asText($db, "INSERT INTO highest VALUES (18446744073709551614)"))));
step('warnings', [
    ...outcome(fn () => asText($db, "SELECT CAST('12x' AS SIGNED), 1 / 0")),
    value($db->warning_count),
    ...outcome(fn () => asText($db, 'SHOW WARNINGS')),
    ...outcome(fn () => asText($db, 'DROP TABLE IF EXISTS no_such_table')),
    value($db->warning_count),
    ...outcome(fn () => asPrepared($db, "SELECT CAST('13y' AS SIGNED)")),
    value($db->warning_count),
]);

$failing = [
    'syntax' => 'SELEC 1', 'no_table' => 'SELECT * FROM no_such_table', 'no_column' => 'SELECT nothing FROM integers',
    'duplicate' => "INSERT INTO numbered (name) VALUES ('one')", 'foreign_key' => 'INSERT INTO children VALUES (1, 1)',
    'not_null' => 'INSERT INTO numbered (name) VALUES (NULL)', 'too_long' => "INSERT INTO loaded VALUES (1, REPEAT('x', 100))",
    'signal' => "SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'é \u{1F600}'", 'denied' => 'SELECT * FROM mysql.user',
    'empty' => '', 'mid_rows' => 'SELECT id, (SELECT id FROM integers i2 WHERE i2.id >= i.id) FROM integers i ORDER BY id DESC',
];
foreach ($failing as $name => $sql) {
    step("errors.$name", outcome(fn () => asText($db, $sql)));
    if ($sql !== '') {
        step("errors.{$name}_prepared", outcome(fn () => asPrepared($db, $sql)));
    }
}
step('errors.unbuffered', outcome(function () use ($db) {
    $result = $db->query('SELECT id, (SELECT id FROM integers i2 WHERE i2.id >= i.id) FROM integers i ORDER BY id DESC',
        MYSQLI_USE_RESULT);
    return rows($result->fetch_all());
}));
step('errors.goes_on', outcome(fn () => asText($db, 'SELECT 1')));

$count = fn () => value(one($db, 'SELECT COUNT(*) FROM numbered'));
$transaction = [$count()];
$db->begin_transaction();
$db->query("INSERT INTO numbered (name) VALUES ('t1')");
$db->savepoint('s1');
$db->query("INSERT INTO numbered (name) VALUES ('t2')");
$transaction[] = $count();
$db->query('ROLLBACK TO SAVEPOINT s1');
$transaction[] = $count();
$db->rollback();
$transaction[] = $count();
$db->autocommit(false);
$db->query("INSERT INTO numbered (name) VALUES ('t3')");
$db->commit();
$db->autocommit(true);
$transaction[] = $count();
$db->begin_transaction(MYSQLI_TRANS_START_READ_ONLY);
$transaction = array_merge($transaction, outcome(fn () => asText($db, "INSERT INTO numbered (name) VALUES ('t4')")));
$db->rollback();
step('transactions', array_merge($transaction,
    outcome(fn () => asText($db, 'SET TRANSACTION ISOLATION LEVEL READ COMMITTED')),
    outcome(fn () => asText($db, 'ROLLBACK TO SAVEPOINT nowhere'))));

step('schema_change', [
    ...outcome(fn () => $db->select_db('information_schema')), value(one($db, 'SELECT DATABASE()')),
    ...outcome(fn () => asText($db, 'USE ' . setting('DB_SCHEMA'))), value(one($db, 'SELECT DATABASE()')),
    ...outcome(fn () => $db->select_db('no_such_schema')), value(one($db, 'SELECT DATABASE()')),
]);
step('ping', outcome(fn () => @$db->ping()));
lacks('reset', 'mysqli has no call for COM_RESET_CONNECTION');

$file = fileToLoad();
$load = fn ($file) => asText($db, "LOAD DATA LOCAL INFILE '$file' INTO TABLE loaded FIELDS TERMINATED BY ','");
step('local_infile.loaded', [
    ...outcome(fn () => $load($file)), value($db->info),
    ...outcome(fn () => asText($db, 'SELECT COUNT(*), SUM(id), MAX(name) FROM loaded')),
]);
step('local_infile.missing', outcome(fn () => $load('/no/such/file')));
step('local_infile.goes_on', outcome(fn () => asText($db, 'SELECT 1')));

step('streaming.text', outcome(function () use ($db) {
    $result = $db->query('SELECT id, n FROM counted ORDER BY id', MYSQLI_USE_RESULT);
    $rows = [];
    while ($row = $result->fetch_row()) {
        $rows[] = $row;
    }
    return rows($rows);
}));
step('streaming.left_early', outcome(function () use ($db) {
    $result = $db->query('SELECT id, n FROM counted ORDER BY id', MYSQLI_USE_RESULT);
    $row = $result->fetch_row();
    $result->free();
    return [value($row), value(one($db, 'SELECT 1'))];
}));
step('streaming.cursor', outcome(function () use ($db) {
    $statement = $db->prepare('SELECT id, n FROM counted ORDER BY id');
    $statement->attr_set(MYSQLI_STMT_ATTR_CURSOR_TYPE, MYSQLI_CURSOR_TYPE_READ_ONLY);
    $statement->attr_set(MYSQLI_STMT_ATTR_PREFETCH_ROWS, 1);
    $statement->execute();
    $statement->bind_result($id, $n);
    $rows = [];
    while ($statement->fetch() && count($rows) < 50) {
        $rows[] = [$id, $n];
    }
    $statement->close();
    return array_merge(rows($rows), [value(one($db, 'SELECT 1'))]);
}));

$other = connect();
$sleeping = fn () => (int) one($other, "SELECT COUNT(*) FROM information_schema.processlist WHERE info = 'SELECT SLEEP(50)'"
    . " AND state = 'User sleep'");
$db->query('SELECT SLEEP(50)', MYSQLI_ASYNC);
awaitRunning($sleeping);
step('cancel.kill_query', outcome(fn () => asText($other, "KILL QUERY $db->thread_id")));
step('cancel.killed', outcome(fn () => told($db->reap_async_query())));
step('cancel.goes_on', outcome(fn () => asText($db, 'SELECT 1')));
step('cancel.unknown_id', outcome(fn () => asText($other, 'KILL QUERY 4294967294')));
$third = connect();
$idOfThird = one($third, 'SELECT CONNECTION_ID()');
step('cancel.kill', outcome(fn () => asText($other, "KILL $third->thread_id")));
while (one($other, "SELECT COUNT(*) FROM information_schema.processlist WHERE id = $idOfThird") > 0) {
    usleep(20_000);
}
step('cancel.killed_connection', [str_starts_with(outcome(fn () => asText($third, 'SELECT 1'))[0], 'error')]);

$names = fn () => asText($db, 'SELECT @@character_set_client, @@character_set_results, @@collation_connection,'
    . " HEX('\u{e9}'), LENGTH('\u{e9}')");
foreach (['latin1', 'latin2', 'utf8mb4'] as $charset) {
    step("character_sets.$charset", [value($db->set_charset($charset)), value($db->character_set_name()),
        ...outcome($names)]);
}
step('session_variables', [
    ...outcome(fn () => asText($db, "SET @v = 'kept', SESSION sql_mode = 'ANSI_QUOTES', SESSION time_zone = '+05:00'")),
    ...outcome(fn () => asText($db, "SELECT @v, @@sql_mode, @@time_zone, 'a' AS \"quoted\"")),
    ...outcome(fn () => asText($db, 'CREATE TEMPORARY TABLE of_this_session (i INT)')),
    ...outcome(fn () => asText($db, 'SELECT COUNT(*) FROM of_this_session')),
    ...outcome(fn () => asText($db, "SELECT GET_LOCK('of_this_session', 1), RELEASE_LOCK('of_this_session')")),
    ...outcome(fn () => asText($db, 'SELECT SQL_CALC_FOUND_ROWS id FROM counted LIMIT 1')),
    ...outcome(fn () => asText($db, 'SELECT FOUND_ROWS()')),
]);
lacks('batch', 'mysqli has no batches');
lacks('pipelining', 'mysqli sends one command at a time');

step('change_user.same', [
    ...outcome(fn () => $db->change_user(setting('DB_USER'), password(), setting('DB_SCHEMA'))),
    ...outcome(fn () => asText($db, 'SELECT CURRENT_USER(), DATABASE(), @v, @@time_zone')),
]);
step('change_user.wrong_password', outcome(fn () =>
    $db->change_user(setting('DB_USER'), 'no-such-password', setting('DB_SCHEMA'))));
step('quit', [$other->close(), $db->close()]);
