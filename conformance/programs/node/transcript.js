'use strict';
// What both Node programs share: settings, and how to tell what they saw.

const crypto = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');

/** Prints one line of the transcript. */
function step(name, values) {
  fs.writeSync(1, JSON.stringify({ step: name, values: values.map(String) }) + '\n');
}

/** Says that the driver has nothing of the kind. */
function lacks(name, why) {
  fs.writeSync(1, JSON.stringify({ step: name, lacks: why }) + '\n');
}

/** A setting that must be there. */
function setting(name) {
  const value = process.env[name];
  if (value === undefined) {
    console.error(`the environment has no ${name}`);
    process.exit(2);
  }
  return value;
}

function password() {
  return fs.readFileSync(setting('DB_PASSWORD_FILE'), 'utf8').trimEnd();
}

function lines(file) {
  return fs.readFileSync(path.join(setting('DB_PROGRAMS'), file), 'utf8').trimEnd().split('\n');
}

/** Those of setup.sql. */
function statements() {
  return lines('setup.sql').filter((line) => !line.startsWith('--'));
}

/** Those of queries.sql by name. */
function queries() {
  const all = lines('queries.sql').slice(1);
  const named = [];
  for (let i = 0; i + 1 < all.length; i += 2) {
    named.push([all[i].slice(3), all[i + 1]]);
  }
  return named;
}

function sha256(data) {
  return crypto.createHash('sha256').update(data).digest('hex');
}

/** A value as its type and its text; what is long by its length and hash. */
function value(one) {
  if (one === null || one === undefined) {
    return String(one);
  }
  if (Buffer.isBuffer(one)) {
    return one.length > 300 ? `bytes of ${one.length} ${sha256(one)}` : `bytes ${one.toString('hex')}`;
  }
  if (typeof one === 'string') {
    return one.length > 300 ? `string of ${one.length} ${sha256(one)}` : `string ${one}`;
  }
  return `${typeof one} ${typeof one === 'object' ? JSON.stringify(one, bigints) : one}`;
}

function bigints(key, one) {
  return typeof one === 'bigint' ? `${one}n` : one;
}

function short(kind, told, most) {
  return told.length <= most ? told : [`${told.length} ${kind} ${sha256(told.join('\n'))}`];
}

/** Rows one by one; of many only their number and hash. */
function rows(all) {
  return short('rows', all.map((row) => row.map(value).join(' | ')), 20);
}

/** Columns one by one; of many only their number and hash. */
function columns(all) {
  return short('columns', all.map((one) => 'column ' + one), 50);
}

/** What the call gives, or its error. */
async function outcome(call) {
  try {
    const result = await call();
    return Array.isArray(result) ? result : [value(result)];
  } catch (e) {
    return [`error ${e.code} ${e.errno} ${e.sqlState} ${e.sqlMessage ?? e.message}`];
  }
}

/** Options that both drivers call by the same names, with what a login has otherwise. */
function endpoint({ password: otherPassword, database, user }) {
  return {
    host: setting('DB_HOST'),
    port: Number(setting('DB_PORT')),
    user: user ?? setting('DB_USER'),
    password: otherPassword ?? password(),
    database: database ?? setting('DB_SCHEMA'),
    charset: 'utf8mb4',
    dateStrings: true,
    multipleStatements: true,
    connectAttributes: { program_name: 'conformance' },
  };
}

async function until(condition) {
  while (!(await condition())) {
    await new Promise((resume) => setTimeout(resume, 20));
  }
}

/** SELECT of exactly so many columns. */
function wideQuery(count) {
  return 'SELECT ' + Array.from({ length: count }, (_, i) => `${i + 1} AS c${i + 1}`).join(', ');
}

/** A statement that makes a packet of that length, with the command's byte. */
function statementOfLength(length) {
  const head = "SELECT LENGTH('";
  const tail = "') AS n";
  return head + 'x'.repeat(length - 1 - head.length - tail.length) + tail;
}

/** All 256 byte values, again and again. */
function allBytes(length) {
  return Buffer.alloc(length, Buffer.from(Array.from({ length: 256 }, (_, i) => i)));
}

/** A file of 20,000 rows for LOAD DATA LOCAL INFILE. */
function fileToLoad() {
  const file = path.join(setting('DB_SCRATCH'), 'rows.csv');
  fs.writeFileSync(file, Array.from({ length: 20_000 }, (_, i) => `${i + 1},row ${i + 1}\n`).join(''));
  return file;
}

module.exports = {
  allBytes, columns, endpoint, fileToLoad, lacks, outcome, password, queries, rows, setting,
  statementOfLength, statements, step, until, value, wideQuery,
};
