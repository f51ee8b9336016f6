'use strict';
// Node's mysql2. See ../README.md for what a program is given and has to tell.

const fs = require('node:fs');
const mysql = require('mysql2/promise');
const t = require('./transcript.js');
const script = require('./script.js');

function columns(fields) {
  return t.columns(fields.map((f) => `${f.name} of ${f.orgName} in ${f.table} of ${f.orgTable}, schema ${f.schema},`
    + ` type ${f.columnType}, length ${f.columnLength}, flags ${f.flags}, decimals ${f.decimals},`
    + ` charset ${f.characterSet}`));
}

function told(result, fields) {
  if (Array.isArray(fields) && fields.length > 0 && (fields[0] === undefined || Array.isArray(fields[0]))) {
    return result.flatMap((one, i) => told(one, fields[i]));
  }
  return Array.isArray(result) ? [...columns(fields), ...t.rows(result)] : ['done ' + JSON.stringify(result)];
}

script({
  connect: (login) => mysql.createConnection({
    ...t.endpoint(login),
    rowsAsArray: true,
    supportBigNumbers: true,
    bigNumberStrings: true,
    flags: ['+LOCAL_FILES'],
    infileStreamFactory: (file) => fs.createReadStream(file),
    ssl: t.setting('DB_TLS') === 'verify-ca' ? { ca: fs.readFileSync(t.setting('DB_CA')) } : undefined,
  }),
  run: async (db, sql, parameters) => told(...await db.query(
    { sql, values: parameters, infileStreamFactory: (file) => fs.createReadStream(file) })),
  prepared: async (db, sql, parameters = []) => told(...await db.execute(sql, parameters)),
  stream: (db, sql, most) => new Promise((resolve, reject) => {
    const rows = [];
    db.connection.query({ sql, rowsAsArray: true }).stream()
      .on('data', (row) => rows.length < most && rows.push(row)).on('error', reject)
      .on('end', () => resolve(rows));
  }),
  greeting: (db) => {
    const greeting = db.connection._handshakePacket;
    return {
      version: [greeting.serverVersion, greeting.protocolVersion, greeting.characterSet],
      capabilities: [greeting.authPluginName, greeting.capabilityFlags],
    };
  },
  ping: (db) => db.ping(),
  reset: (db) => db.reset(),
  changeUser: (db, user) => db.changeUser(user),
  close: (db) => db.end(),
  without: {
    batch: 'mysql2 has no batches',
    pipeline: 'mysql2 sends one command at a time',
    timeout: 'a timeout of mysql2 only closes the connection',
    abandon: 'mysql2 leaves a running statement to the server',
  },
});
