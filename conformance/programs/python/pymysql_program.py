"""PyMySQL. See ../README.md for what a program is given and has to tell."""

import datetime
import decimal
import re
import threading
import time

import pymysql
import pymysql.cursors
from pymysql.constants import CLIENT

from transcript import (
    all_bytes,
    columns,
    file_to_load,
    lacks,
    password,
    queries,
    rows,
    setting,
    statement_of_length,
    statements,
    step,
    value,
    wide_query,
)


def connect(**changes):
    options = {
        "host": setting("DB_HOST"),
        "port": int(setting("DB_PORT")),
        "user": setting("DB_USER"),
        "password": password(),
        "database": setting("DB_SCHEMA"),
        "charset": "utf8mb4",
        "autocommit": True,
        "local_infile": True,
        "max_allowed_packet": 64 << 20,
        "program_name": "conformance",
        "client_flag": CLIENT.MULTI_STATEMENTS,
    }
    if setting("DB_TLS") == "verify-ca":
        options.update(ssl_ca=setting("DB_CA"), ssl_verify_cert=True)
    else:
        options.update(ssl_disabled=True)
    options.update(changes)
    return pymysql.connect(**options)


def outcome(call):
    """What the call returns, or its error."""
    try:
        result = call()
        return result if isinstance(result, list) else [value(result)]
    except pymysql.MySQLError as error:
        return ["error " + type(error).__name__ + " " + str(error.args)]


def told(cursor):
    if cursor.description is None:
        return [f"affected {cursor.rowcount}, id {cursor.lastrowid}"]
    return columns(cursor.description) + rows(cursor.fetchall())


def run(db, sql, parameters=None):
    with db.cursor() as cursor:
        cursor.execute(sql, parameters)
        return told(cursor)


def all_results(db, sql):
    """Everything that a statement of several results gives, to its end or error."""
    seen = []
    with db.cursor() as cursor:
        try:
            cursor.execute(sql)
            seen.append("; ".join(told(cursor)))
            while cursor.nextset():
                seen.append("; ".join(told(cursor)))
        except pymysql.MySQLError as error:
            seen.append("error " + str(error.args))
    return seen


def one(db, sql):
    with db.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


def await_that(condition):
    while not condition():
        time.sleep(0.02)


def show_parameters(db):
    parameter_rows = [
        (1, 2**63 - 1, 2**64 - 1, decimal.Decimal("12345678901234567890.0123456789"), 1.5,
         "text \U0001F600 ' \\ \0", all_bytes(512),
         datetime.datetime(2024, 2, 29, 12, 34, 56, 123456), datetime.date(2024, 2, 29),
         -datetime.timedelta(hours=12, minutes=34, seconds=56, microseconds=1), True, '{"a": [1, "é"]}', None),
        (2, -(2**63), 0, decimal.Decimal("-0.0000000001"), -0.0, "", b"", datetime.datetime(1000, 1, 1),
         datetime.date(9999, 12, 31), datetime.timedelta(hours=838, minutes=59, seconds=59), False, "[]", 7),
        (3,) + (None,) * 12,
    ]
    for row in parameter_rows:
        marks = ", ".join(["%s"] * len(row))
        step(f"parameters.insert_{row[0]}",
             outcome(lambda: run(db, f"INSERT INTO parameters VALUES ({marks})", row)))
    step("parameters.read",
         outcome(lambda: run(db, "SELECT * FROM parameters WHERE id >= %s ORDER BY id", (1,))))
    step("parameters.named", outcome(lambda: run(db, "SELECT %(a)s, %(b)s", {"a": 1, "b": "é"})))


def show_large(db):
    run(db, "INSERT INTO large VALUES (%s, %s)", (1, all_bytes(200_000)))
    step("long_data", outcome(lambda: run(db, "SELECT LENGTH(bl), SHA2(bl, 256), bl FROM large WHERE id = 1")))
    step("huge_blob.sent",
         outcome(lambda: run(db, "INSERT INTO large VALUES (%s, REPEAT(%s, 17 << 17))", (2, "12345678"))))
    step("huge_blob.read", outcome(lambda: run(db, "SELECT id, SHA2(bl, 256), bl FROM large WHERE id = 2")))
    limit = 0xFFFFFF  # a payload of that length is followed by an empty packet
    step("huge_blob.row_at_limit", outcome(lambda: run(db, f"SELECT REPEAT('r', {limit - 4}) AS r")))
    step("huge_blob.command_at_limit", outcome(lambda: run(db, statement_of_length(limit))))
    step("huge_blob.command_above_limit", outcome(lambda: run(db, statement_of_length(17 << 20))))


def show_results(db):
    step("multi_statements.all", all_results(db,
         "SELECT 1 AS a; DO 0; SELECT 2 AS b UNION SELECT 3; INSERT INTO numbered (name) VALUES ('multi'); SELECT 'a;b'"))
    step("multi_statements.error_inside", all_results(db, "SELECT 1; SELECT * FROM no_such_table; SELECT 2"))
    step("multi_statements.goes_on", outcome(lambda: run(db, "SELECT 1")))
    step("procedures.results", all_results(db, "CALL several(5)"))
    with db.cursor() as cursor:
        cursor.callproc("parameters_out", (4, 0, "c"))
        results = rows(cursor.fetchall())
        while cursor.nextset():
            results += told(cursor)
        cursor.execute("SELECT @_parameters_out_1, @_parameters_out_2, twice(21)")
        step("procedures.out", results + told(cursor))
    step("procedures.error", all_results(db, "CALL failing(5)"))
    step("procedures.silent", all_results(db, "CALL silent(5)"))


def show_changes(db):
    step("affected_rows", sum((outcome(lambda sql=sql: run(db, sql)) for sql in [
        "INSERT INTO numbered (name) VALUES ('one'), ('two'), ('three')",
        "UPDATE numbered SET amount = 7.50 WHERE name = 'one'",
        "UPDATE numbered SET amount = 9 WHERE name IN ('one', 'two')",
        "INSERT INTO numbered (name) VALUES ('one') ON DUPLICATE KEY UPDATE amount = 1",
        "REPLACE INTO numbered (name) VALUES ('two')",
        "DELETE FROM numbered WHERE name = 'three'"]), []))
    step("last_insert_id", sum((outcome(lambda sql=sql: run(db, sql)) for sql in [
        "INSERT INTO numbered (name) VALUES ('four'), ('five')",
        "SELECT LAST_INSERT_ID()",
        "INSERT INTO highest VALUES (18446744073709551614)"]), []))
    step("warnings", outcome(lambda: run(db, "SELECT CAST('12x' AS SIGNED), 1 / 0"))
         + outcome(lambda: list(map(str, db.show_warnings()))))
    failing = {
        "syntax": "SELEC 1", "no_table": "SELECT * FROM no_such_table", "no_column": "SELECT nothing FROM integers",
        "duplicate": "INSERT INTO numbered (name) VALUES ('one')", "foreign_key": "INSERT INTO children VALUES (1, 1)",
        "not_null": "INSERT INTO numbered (name) VALUES (NULL)",
        "too_long": "INSERT INTO loaded VALUES (1, REPEAT('x', 100))",
        "signal": "SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'é \U0001F600'", "denied": "SELECT * FROM mysql.user",
        "empty": "", "mid_rows":
            "SELECT id, (SELECT id FROM integers i2 WHERE i2.id >= i.id) FROM integers i ORDER BY id DESC",
    }
    for name, sql in failing.items():
        step(f"errors.{name}", outcome(lambda: run(db, sql)))
    step("errors.goes_on", outcome(lambda: run(db, "SELECT 1")))


def show_transactions(db):
    def count():
        return one(db, "SELECT COUNT(*) FROM numbered")

    seen = [count()]
    db.begin()
    run(db, "INSERT INTO numbered (name) VALUES ('t1')")
    run(db, "SAVEPOINT s1")
    run(db, "INSERT INTO numbered (name) VALUES ('t2')")
    seen.append(count())
    run(db, "ROLLBACK TO SAVEPOINT s1")
    seen.append(count())
    db.rollback()
    seen.append(count())
    db.autocommit(False)
    run(db, "INSERT INTO numbered (name) VALUES ('t3')")
    db.commit()
    db.autocommit(True)
    seen += [count(), db.get_autocommit()]
    run(db, "START TRANSACTION READ ONLY")
    seen += outcome(lambda: run(db, "INSERT INTO numbered (name) VALUES ('t4')"))
    db.rollback()
    step("transactions", seen + outcome(lambda: run(db, "ROLLBACK TO SAVEPOINT nowhere")))


def show_session(db):
    schema = "SELECT DATABASE()"
    step("schema_change",
         outcome(lambda: db.select_db("information_schema")) + [one(db, schema)]
         + outcome(lambda: run(db, "USE " + setting("DB_SCHEMA"))) + [one(db, schema)]
         + outcome(lambda: db.select_db("no_such_schema")) + [one(db, schema)])
    step("ping", outcome(lambda: db.ping(reconnect=False)))
    lacks("reset", "PyMySQL has no call for COM_RESET_CONNECTION")
    file = file_to_load()

    def load(name):
        return run(db, f"LOAD DATA LOCAL INFILE '{name}' INTO TABLE loaded FIELDS TERMINATED BY ','")

    step("local_infile.loaded", outcome(lambda: load(file))
         + outcome(lambda: run(db, "SELECT COUNT(*), SUM(id), MAX(name) FROM loaded")))
    step("local_infile.missing", outcome(lambda: load("/no/such/file")))
    step("local_infile.goes_on", outcome(lambda: run(db, "SELECT 1")))
    for charset in ["latin1", "latin2", "utf8mb4"]:
        db.set_charset(charset)
        step(f"character_sets.{charset}", outcome(lambda: run(db,
             "SELECT @@character_set_client, @@character_set_results, @@collation_connection, HEX('é'), LENGTH('é')")))
    step("session_variables", sum((outcome(lambda sql=sql: run(db, sql)) for sql in [
        "SET @v = 'kept', SESSION sql_mode = 'ANSI_QUOTES', SESSION time_zone = '+05:00'",
        "SELECT @v, @@sql_mode, @@time_zone, 'a' AS \"quoted\"",
        "CREATE TEMPORARY TABLE of_this_session (i INT)",
        "SELECT COUNT(*) FROM of_this_session",
        "SELECT GET_LOCK('of_this_session', 1), RELEASE_LOCK('of_this_session')",
        "SELECT SQL_CALC_FOUND_ROWS id FROM counted LIMIT 1",
        "SELECT FOUND_ROWS()"]), []))


def show_streaming(db):
    def stream(count):
        with db.cursor(pymysql.cursors.SSCursor) as cursor:
            cursor.execute("SELECT id, n FROM counted ORDER BY id")
            return rows(cursor.fetchmany(count))

    step("streaming.text", outcome(lambda: stream(10_000)))
    step("streaming.left_early", outcome(lambda: stream(2)) + [one(db, "SELECT 1")])
    lacks("streaming.cursor", "PyMySQL opens no cursors of the server")


def show_cancel(db):
    other = connect()
    seen = []
    sleeper = threading.Thread(target=lambda: seen.extend(outcome(lambda: run(db, "SELECT SLEEP(50)"))))
    sleeper.start()
    await_that(lambda: one(other, "SELECT COUNT(*) FROM information_schema.processlist"
                                  " WHERE info = 'SELECT SLEEP(50)' AND state = 'User sleep'") == 1)
    step("cancel.kill_query", outcome(lambda: run(other, f"KILL QUERY {db.thread_id()}")))
    sleeper.join()
    step("cancel.killed", seen)
    step("cancel.goes_on", outcome(lambda: run(db, "SELECT 1")))
    step("cancel.unknown_id", outcome(lambda: run(other, "KILL QUERY 4294967294")))
    third = connect()
    id_of_third = one(third, "SELECT CONNECTION_ID()")
    killed = outcome(lambda: [type(other.kill(third.thread_id())).__name__])
    step("cancel.kill", killed)
    if killed[0].startswith("error"):  # MySQL 9 has no COM_PROCESS_KILL
        run(other, f"KILL {third.thread_id()}")
    await_that(lambda: one(other, "SELECT COUNT(*) FROM information_schema.processlist"
                                  f" WHERE id = {id_of_third}") == 0)
    step("cancel.killed_connection", [outcome(lambda: run(third, "SELECT 1"))[0].startswith("error")])
    other.close()


def main():
    step("wrong_password", outcome(lambda: connect(password="no-such-password")))
    step("unknown_schema", outcome(lambda: connect(database="no_such_schema")))
    try:
        db = connect()
    except (pymysql.MySQLError, RuntimeError) as error:
        step("login", ["error " + str(error.args)])
        return
    step("login", [one(db, "SELECT DATABASE()"), one(db, "SELECT CURRENT_USER()")])
    for sql in statements():
        run(db, sql)
    step("server_info.version", [db.get_server_info(), db.server_version])
    step("server_info.protocol", [db.get_proto_info(), db.get_host_info(), db.server_language, db.server_charset])
    step("server_info.connection_id", [db.thread_id() == one(db, "SELECT CONNECTION_ID()")])
    lacks("server_info.statistics", "PyMySQL has no call for COM_STATISTICS")
    with db.cursor() as cursor:
        cursor.execute("SHOW SESSION STATUS LIKE 'Ssl_cipher'")
        step("server_info.encrypted", [cursor.fetchone()[1] != ""])
    step("attributes", outcome(lambda: run(db,
         "SELECT ATTR_NAME, ATTR_VALUE FROM performance_schema.session_account_connect_attrs"
         " WHERE PROCESSLIST_ID = CONNECTION_ID() AND ATTR_NAME <> '_pid' ORDER BY 1")))
    for name, sql in queries():
        step(f"text_values.{name}", outcome(lambda: run(db, sql)))
    lacks("binary_values", "PyMySQL has no prepared statements")
    step("empty_result", outcome(lambda: run(db, "SELECT * FROM numbered WHERE FALSE")))
    step("wide_row", outcome(lambda: run(db, wide_query(1000))))
    run(db, "PREPARE by_sql FROM 'SELECT ? + 1 AS n, ? AS t'")
    run(db, "SET @a = 41, @b = 'text'")
    step("sql_prepare", sum((outcome(lambda sql=sql: run(db, sql)) for sql in [
        "EXECUTE by_sql USING @a, @b", "EXECUTE by_sql USING @a", "DEALLOCATE PREPARE by_sql",
        "EXECUTE by_sql USING @a, @b"]), []))
    show_parameters(db)
    show_large(db)
    show_results(db)
    show_changes(db)
    show_transactions(db)
    show_streaming(db)
    show_cancel(db)
    show_session(db)
    with db.cursor() as cursor:
        many = [(f"batch {i}",) for i in range(500)]
        step("batch", outcome(lambda: cursor.executemany("INSERT INTO numbered (name) VALUES (%s)", many)))
    lacks("pipelining", "PyMySQL sends one command at a time")
    lacks("change_user", "PyMySQL has no call for COM_CHANGE_USER")
    step("quit", outcome(db.close))


main()
