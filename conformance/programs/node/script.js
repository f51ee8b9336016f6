'use strict';
// What both Node programs do, each with its own driver.
//
// A driver is an object with
//   connect(changes)           a connection, with options changed: password, database, user
//   run(db, sql, parameters)   as text; told results, one after the other
//   prepared(db, ...)          the same by a prepared statement
//   stream(db, sql, most)      at most so many rows of a result that is not read as a whole
//   greeting(db)               version and capabilities that the server named
//   close(db), ping(db), and where it has them: reset, changeUser, batch, pipeline,
//   timeout (ends a statement), abandon (closes a connection in the middle of a statement)
// and says in `without` why it lacks the others.

const t = require('./transcript.js');

const SLEEP = 'SELECT SLEEP(50)';

module.exports = async function script(driver) {
  await showLoginFailures(driver);
  let db;
  try {
    db = await driver.connect({});
  } catch (e) {
    t.step('login', [`error ${e.code} ${e.sqlMessage ?? e.message}`]);
    return;
  }
  const run = (sql, parameters) => t.outcome(() => driver.run(db, sql, parameters));
  const prepared = (sql, parameters) => t.outcome(() => driver.prepared(db, sql, parameters));
  t.step('login', await run('SELECT DATABASE(), CURRENT_USER()'));
  for (const sql of t.statements()) {
    await driver.run(db, sql);
  }
  await showServer(driver, db, run);
  await showValues(run, prepared);
  await showParameters(run, prepared);
  await showLarge(run, prepared);
  await showResults(run, prepared);
  await showChanges(run, prepared);
  await showTransactions(run);
  await showStreaming(driver, db, run);
  await showCancel(driver, db, run);
  await showFiles(driver, db, run);
  await showSession(driver, db, run);
  await showBatches(driver, db);
  await showChangeUser(driver, db, run);
  t.step('quit', await t.outcome(() => driver.close(db)));
};

async function showLoginFailures(driver) {
  const attempt = async (changes) => {
    await driver.close(await driver.connect(changes));
    return ['no error'];
  };
  t.step('wrong_password', await t.outcome(() => attempt({ password: 'no-such-password' })));
  t.step('unknown_schema', await t.outcome(() => attempt({ database: 'no_such_schema' })));
}

async function one(driver, db, sql) {
  const told = await driver.run(db, sql);
  return told[told.length - 1].split(' ').slice(1).join(' ');
}

/** A topic that the driver may lack. */
async function ifThere(driver, call, topic, show) {
  if (driver[call]) {
    await show();
  } else {
    t.lacks(topic, driver.without[call]);
  }
}

async function showServer(driver, db, run) {
  const seen = await one(driver, db, 'SELECT CONNECTION_ID()');
  const { version, capabilities } = driver.greeting(db);
  t.step('server_info.version', version);
  t.step('server_info.capabilities', capabilities);
  t.step('server_info.connection_id', [String(db.threadId) === seen]);
  t.step('server_info.encrypted', await run(
    "SELECT VARIABLE_VALUE <> '' FROM performance_schema.session_status WHERE VARIABLE_NAME = 'Ssl_cipher'"));
  t.step('attributes', await run(
    'SELECT ATTR_NAME, ATTR_VALUE FROM performance_schema.session_account_connect_attrs'
    + " WHERE PROCESSLIST_ID = CONNECTION_ID() AND ATTR_NAME NOT IN ('_pid', '_client_host') ORDER BY 1"));
}

async function showValues(run, prepared) {
  for (const [name, sql] of t.queries()) {
    t.step(`text_values.${name}`, await run(sql));
    t.step(`binary_values.${name}`, await prepared(sql));
  }
  t.step('empty_result', await run('SELECT * FROM numbered WHERE FALSE'));
  t.step('wide_row.text', await run(t.wideQuery(1000)));
  t.step('wide_row.prepared', await prepared(t.wideQuery(1000)));
  await run("PREPARE by_sql FROM 'SELECT ? + 1 AS n, ? AS t'");
  await run("SET @a = 41, @b = 'text'");
  t.step('sql_prepare', [
    ...await run('EXECUTE by_sql USING @a, @b'), ...await run('EXECUTE by_sql USING @a'),
    ...await run('DEALLOCATE PREPARE by_sql'), ...await run('EXECUTE by_sql USING @a, @b'),
  ]);
}

async function showParameters(run, prepared) {
  const when = new Date(Date.UTC(2024, 1, 29, 12, 34, 56, 123));
  const rows = [
    [1, 9223372036854775807n, 18446744073709551615n, '12345678901234567890.0123456789', 1.5,
      "text \u{1F600} ' \\ \0", t.allBytes(512), when, when, '-12:34:56.000001', true, '{"a": [1, "é"]}', null],
    [2, -9223372036854775808n, 0n, '-0.0000000001', -0.0, '', Buffer.alloc(0), '1000-01-01', '9999-12-31',
      '838:59:59', false, '[]', 7],
    [3, ...Array(12).fill(null)],
  ];
  const insert = `INSERT INTO parameters VALUES (${Array(13).fill('?').join(', ')})`;
  for (const row of rows) {
    t.step(`parameters.insert_${row[0]}`, await prepared(insert, row));
    t.step(`parameters.insert_text_${row[0]}`, await run(insert, [row[0] + 10, ...row.slice(1)]));
  }
  t.step('parameters.read', await prepared('SELECT * FROM parameters WHERE id >= ? ORDER BY id', [1]));
  t.step('parameters.reused', [
    ...await prepared('SELECT ?, ?, ?', [1, 'a', null]), ...await prepared('SELECT ?, ?, ?', ['1', 2.5, 'é'])]);
  t.step('parameters.missing', await prepared('SELECT ?, ?', [1]));
}

async function showLarge(run, prepared) {
  await prepared('INSERT INTO large VALUES (?, ?)', [1, t.allBytes(200_000)]);
  t.step('long_data', await prepared('SELECT LENGTH(bl), SHA2(bl, 256), bl FROM large WHERE id = 1'));
  t.step('huge_blob.sent', await prepared('INSERT INTO large VALUES (?, ?)', [2, t.allBytes(17 << 20)]));
  t.step('huge_blob.read', await run('SELECT id, SHA2(bl, 256), bl FROM large WHERE id = 2'));
  const limit = 0xffffff; // a payload of that length is followed by an empty packet
  t.step('huge_blob.row_at_limit', await run(`SELECT REPEAT('r', ${limit - 4}) AS r`));
  t.step('huge_blob.command_at_limit', await run(t.statementOfLength(limit)));
}

async function showResults(run, prepared) {
  t.step('multi_statements.all', await run(
    "SELECT 1 AS a; DO 0; SELECT 2 AS b UNION SELECT 3; INSERT INTO numbered (name) VALUES ('multi'); SELECT 'a;b'"));
  t.step('multi_statements.error_inside', await run('SELECT 1; SELECT * FROM no_such_table; SELECT 2'));
  t.step('multi_statements.goes_on', await run('SELECT 1'));
  t.step('procedures.results', await run('CALL several(5)'));
  t.step('procedures.out', [
    ...await run("SET @c = 'c'"), ...await run('CALL parameters_out(4, @b, @c)'),
    ...await run('SELECT @b, @c, twice(21)')]);
  t.step('procedures.error', await run('CALL failing(5)'));
  t.step('procedures.silent', await run('CALL silent(5)'));
  t.step('procedures.prepared', await prepared('CALL several(?)', [6]));
}

async function showChanges(run, prepared) {
  t.step('affected_rows', [
    ...await run("INSERT INTO numbered (name) VALUES ('one'), ('two'), ('three')"),
    ...await run("UPDATE numbered SET amount = 7.50 WHERE name = 'one'"),
    ...await run("UPDATE numbered SET amount = 9 WHERE name IN ('one', 'two')"),
    ...await prepared('INSERT INTO numbered (name) VALUES (?) ON DUPLICATE KEY UPDATE amount = 1', ['one']),
    ...await prepared('REPLACE INTO numbered (name) VALUES (?)', ['two']),
    ...await run("DELETE FROM numbered WHERE name = 'three'")]);
  t.step('last_insert_id', [
    ...await run("INSERT INTO numbered (name) VALUES ('four'), ('five')"),
    ...await run('SELECT LAST_INSERT_ID()'),
    ...await prepared('INSERT INTO numbered (name) VALUES (?)', ['six']),
    ...await run('INSERT INTO highest VALUES (18446744073709551614)')]);
  t.step('warnings', [
    ...await run("SELECT CAST('12x' AS SIGNED), 1 / 0"), ...await run('SHOW WARNINGS'),
    ...await run('DROP TABLE IF EXISTS no_such_table')]);
  const failing = {
    syntax: 'SELEC 1', no_table: 'SELECT * FROM no_such_table', no_column: 'SELECT nothing FROM integers',
    duplicate: "INSERT INTO numbered (name) VALUES ('one')", foreign_key: 'INSERT INTO children VALUES (1, 1)',
    not_null: 'INSERT INTO numbered (name) VALUES (NULL)',
    too_long: "INSERT INTO loaded VALUES (1, REPEAT('x', 100))",
    signal: "SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'é \u{1F600}'", denied: 'SELECT * FROM mysql.user',
    mid_rows: 'SELECT id, (SELECT id FROM integers i2 WHERE i2.id >= i.id) FROM integers i ORDER BY id DESC',
  };
  for (const [name, sql] of Object.entries(failing)) {
    t.step(`errors.${name}`, await run(sql));
    t.step(`errors.${name}_prepared`, await prepared(sql));
  }
  t.step('errors.goes_on', await run('SELECT 1'));
}

async function showTransactions(run) {
  const told = [];
  for (const sql of [
    'START TRANSACTION', "INSERT INTO numbered (name) VALUES ('t1')", 'SAVEPOINT s1',
    "INSERT INTO numbered (name) VALUES ('t2')", 'SELECT COUNT(*) FROM numbered', 'ROLLBACK TO SAVEPOINT s1',
    'SELECT COUNT(*) FROM numbered', 'ROLLBACK', 'SELECT COUNT(*) FROM numbered', 'SET autocommit = 0',
    "INSERT INTO numbered (name) VALUES ('t3')", 'COMMIT', 'SET autocommit = 1', 'SELECT COUNT(*) FROM numbered',
    'START TRANSACTION READ ONLY', "INSERT INTO numbered (name) VALUES ('t4')", 'ROLLBACK',
    'ROLLBACK TO SAVEPOINT nowhere',
  ]) {
    told.push(...await run(sql));
  }
  t.step('transactions', told);
}

async function showStreaming(driver, db, run) {
  const sql = 'SELECT id, n FROM counted ORDER BY id';
  t.step('streaming.text', await t.outcome(async () => t.rows(await driver.stream(db, sql, 10_000))));
  t.step('streaming.goes_on', await run('SELECT 1'));
  t.lacks('streaming.cursor', 'opens no cursors of the server');
}

async function showCancel(driver, db, run) {
  const other = await driver.connect({});
  const sleepers = async () => Number(await one(driver, other,
    'SELECT CONCAT(COUNT(*)) FROM information_schema.processlist'
    + ` WHERE info = '${SLEEP}' AND state = 'User sleep'`));
  const sleeping = run(SLEEP);
  await t.until(async () => await sleepers() === 1);
  t.step('cancel.kill_query', await t.outcome(() => driver.run(other, `KILL QUERY ${db.threadId}`)));
  t.step('cancel.killed', await sleeping);
  t.step('cancel.goes_on', await run('SELECT 1'));
  t.step('cancel.unknown_id', await t.outcome(() => driver.run(other, 'KILL QUERY 4294967294')));
  await ifThere(driver, 'timeout', 'cancel.timeout', async () => {
    t.step('cancel.timeout', await t.outcome(() => driver.timeout(db, SLEEP)));
    t.step('cancel.goes_on_after_timeout', await run('SELECT 1'));
  });
  await ifThere(driver, 'abandon', 'cancel.abandoned', async () => {
    const third = await driver.connect({});
    third.on('error', () => {});
    const abandoned = t.outcome(() => driver.run(third, SLEEP));
    await t.until(async () => await sleepers() === 1);
    driver.abandon(third);
    await t.until(async () => await sleepers() === 0);
    t.step('cancel.abandoned', [(await abandoned)[0].startsWith('error')]);
  });
  const fourth = await driver.connect({});
  fourth.on('error', () => {});
  const id = await one(driver, fourth, 'SELECT CONCAT(CONNECTION_ID())');
  t.step('cancel.kill', await t.outcome(() => driver.run(other, `KILL ${fourth.threadId}`)));
  await t.until(async () => await one(driver, other,
    `SELECT CONCAT(COUNT(*)) FROM information_schema.processlist WHERE id = ${id}`) === '0');
  const after = await t.outcome(() => driver.run(fourth, 'SELECT 1'));
  t.step('cancel.killed_connection', [after[0].startsWith('error')]);
  await driver.close(other);
}

async function showFiles(driver, db, run) {
  const load = (file) => run(`LOAD DATA LOCAL INFILE '${file}' INTO TABLE loaded FIELDS TERMINATED BY ','`);
  t.step('local_infile.loaded', [
    ...await load(t.fileToLoad()), ...await run('SELECT COUNT(*), SUM(id), MAX(name) FROM loaded')]);
  t.step('local_infile.missing', await load('/no/such/file'));
  t.step('local_infile.goes_on', await run('SELECT 1'));
}

async function showSession(driver, db, run) {
  t.step('schema_change', [
    ...await run('USE information_schema'), ...await run('SELECT DATABASE()'),
    ...await run(`USE ${t.setting('DB_SCHEMA')}`), ...await run('SELECT DATABASE()'),
    ...await run('USE no_such_schema'), ...await run('SELECT DATABASE()')]);
  t.step('ping', await t.outcome(() => driver.ping(db)));
  for (const charset of ['latin1', 'latin2', 'utf8mb4']) {
    t.step(`character_sets.${charset}`, [
      ...await run(`SET NAMES ${charset}`),
      ...await run('SELECT @@character_set_client, @@character_set_results, @@collation_connection')]);
  }
  t.step('session_variables', [
    ...await run("SET @v = 'kept', SESSION sql_mode = 'ANSI_QUOTES', SESSION time_zone = '+05:00'"),
    ...await run("SELECT @v, @@sql_mode, @@time_zone, 'a' AS \"quoted\""),
    ...await run('CREATE TEMPORARY TABLE of_this_session (i INT)'),
    ...await run('SELECT COUNT(*) FROM of_this_session'),
    ...await run("SELECT GET_LOCK('of_this_session', 1), RELEASE_LOCK('of_this_session')"),
    ...await run('SELECT SQL_CALC_FOUND_ROWS id FROM counted LIMIT 1'),
    ...await run('SELECT FOUND_ROWS()')]);
  await ifThere(driver, 'reset', 'reset', async () => t.step('reset', [
    ...await t.outcome(() => driver.reset(db)),
    ...await run('SELECT DATABASE(), @v, @@sql_mode, @@time_zone, @@collation_connection'),
    ...await run('SELECT COUNT(*) FROM of_this_session')]));
}

async function showBatches(driver, db) {
  await ifThere(driver, 'batch', 'batch', async () => {
    const names = Array.from({ length: 500 }, (_, i) => [`batch ${i}`]);
    t.step('batch', [
      ...await t.outcome(() => driver.batch(db, 'INSERT INTO numbered (name) VALUES (?)', names)),
      ...await driver.run(db, "SELECT COUNT(*), MIN(name), MAX(name) FROM numbered WHERE name LIKE 'batch%'")]);
    t.step('batch.duplicate', await t.outcome(
      () => driver.batch(db, 'INSERT INTO numbered (name) VALUES (?)', [['new'], ['batch 7'], ['newer']])));
  });
  await ifThere(driver, 'pipeline', 'pipelining', async () => {
    const statements = Array.from({ length: 300 }, (_, i) => i % 10 === 3 ? 'SELECT nothing' : `SELECT ${i} AS n`);
    const told = await Promise.all(statements.map((sql) => t.outcome(() => driver.pipeline(db, sql))));
    t.step('pipelining', t.rows(told));
  });
}

async function showChangeUser(driver, db, run) {
  await ifThere(driver, 'changeUser', 'change_user', async () => {
    const user = { user: t.setting('DB_USER'), database: t.setting('DB_SCHEMA') };
    t.step('change_user.same', [
      ...await t.outcome(() => driver.changeUser(db, { ...user, password: t.password() })),
      ...await run('SELECT CURRENT_USER(), DATABASE(), @v')]);
    t.step('change_user.wrong_password', await t.outcome(
      () => driver.changeUser(db, { ...user, password: 'no-such-password' })));
  });
}
