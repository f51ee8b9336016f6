'use strict';
// Node's mariadb (MariaDB Connector/Node.js). See ../README.md for what a program is given and has
// to tell.

const fs = require('node:fs');
const mariadb = require('mariadb');
const t = require('./transcript.js');
const script = require('./script.js');

function columns(fields) {
  return t.columns(fields.map((f) => `${f.name()} of ${f.orgName()} in ${f.table()} of ${f.orgTable()},`
    + ` schema ${f.db()}, type ${f.type}, length ${f.columnLength}, flags ${f.flags}, decimals ${f.scale},`
    + ` collation ${f.collation?.index}, extended ${f.dataTypeName ?? ''} ${f.dataTypeFormat ?? ''}`));
}

function told([result, fields]) {
  if (!Array.isArray(result)) {
    return ['done ' + t.value({ ...result })];
  }
  if (fields.some((one) => one === null || Array.isArray(one))) {
    return result.flatMap((one, i) => told([one, fields[i]]));
  }
  return [...columns(fields), ...t.rows(result)];
}

const AS_ARRAYS = { rowsAsArray: true, metaAsArray: true };

script({
  connect: (login) => mariadb.createConnection({
    ...t.endpoint(login),
    permitLocalInfile: true,
    allowPublicKeyRetrieval: true,
    maxAllowedPacket: 64 << 20,
    trace: false,
    ssl: t.setting('DB_TLS') === 'verify-ca'
      ? { ca: fs.readFileSync(t.setting('DB_CA')), checkServerIdentity: () => undefined } : false,
  }),
  run: async (db, sql, parameters) => told(await db.query({ sql, ...AS_ARRAYS }, parameters)),
  prepared: async (db, sql, parameters = []) => told(await db.execute({ sql, ...AS_ARRAYS }, parameters)),
  stream: async (db, sql, most) => {
    const rows = [];
    for await (const row of db.queryStream({ sql, rowsAsArray: true })) {
      if (rows.length < most) {
        rows.push(row);
      }
    }
    return rows;
  },
  greeting: (db) => ({
    version: [db.serverVersion(), JSON.stringify(db.info.serverVersion), db.info.collation?.index],
    capabilities: [db.info.serverCapabilities, db.info.clientCapabilities],
  }),
  ping: (db) => db.ping(),
  reset: (db) => db.reset(),
  changeUser: (db, user) => db.changeUser(user),
  batch: async (db, sql, values) => [t.value({ ...await db.batch(sql, values) })],
  pipeline: async (db, sql) => [...await db.query({ sql, rowsAsArray: true })],
  timeout: (db, sql) => db.query({ sql, timeout: 300 }),
  abandon: (db) => db.destroy(),
  close: (db) => db.end(),
  without: {},
});
