// Go's database/sql with go-sql-driver/mysql. See ../README.md for what a program is given and has
// to tell.
package main

import (
	"bufio"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"time"

	"github.com/go-sql-driver/mysql"
)

var out = json.NewEncoder(os.Stdout)

func init() {
	out.SetEscapeHTML(false)
}

func step(name string, values ...string) {
	if values == nil {
		values = []string{}
	}
	must(out.Encode(struct {
		Step   string   `json:"step"`
		Values []string `json:"values"`
	}{name, values}))
}

func lacks(name, why string) {
	must(out.Encode(map[string]string{"step": name, "lacks": why}))
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func setting(name string) string {
	value, found := os.LookupEnv(name)
	if !found {
		must(fmt.Errorf("the environment has no %s", name))
	}
	return value
}

func lines(file string) []string {
	text, err := os.ReadFile(filepath.Join(setting("DB_PROGRAMS"), file))
	must(err)
	return strings.Split(strings.TrimRight(string(text), "\n"), "\n")
}

func password() string {
	text, err := os.ReadFile(setting("DB_PASSWORD_FILE"))
	must(err)
	return strings.TrimRight(string(text), "\n")
}

func config() *mysql.Config {
	config := mysql.NewConfig()
	config.User = setting("DB_USER")
	config.Passwd = password()
	config.Net = "tcp"
	config.Addr = setting("DB_HOST") + ":" + setting("DB_PORT")
	config.DBName = setting("DB_SCHEMA")
	config.MultiStatements = true
	config.ParseTime = true
	config.MaxAllowedPacket = 64 << 20
	if setting("DB_TLS") == "verify-ca" {
		config.TLSConfig = "conformance"
	}
	return config
}

// Only the certificate chain is verified, not the name.
func registerTLS() {
	if setting("DB_TLS") != "verify-ca" {
		return
	}
	pem, err := os.ReadFile(setting("DB_CA"))
	must(err)
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem)
	must(mysql.RegisterTLSConfig("conformance", &tls.Config{
		InsecureSkipVerify: true,
		VerifyConnection: func(state tls.ConnectionState) error {
			options := x509.VerifyOptions{Roots: roots, Intermediates: x509.NewCertPool()}
			_, err := state.PeerCertificates[0].Verify(options)
			return err
		},
	}))
}

// One connection, not a pool.
type connection struct {
	pool *sql.DB
	*sql.Conn
}

func connect(config *mysql.Config) (*connection, error) {
	pool, err := sql.Open("mysql", config.FormatDSN())
	if err != nil {
		return nil, err
	}
	conn, err := pool.Conn(context.Background())
	if err != nil {
		pool.Close()
		return nil, err
	}
	return &connection{pool, conn}, nil
}

func mustConnect() *connection {
	db, err := connect(config())
	must(err)
	return db
}

func (db *connection) close() {
	db.Close()
	db.pool.Close()
}

func value(one interface{}) string {
	switch v := one.(type) {
	case nil:
		return "nil"
	case []byte:
		if len(v) > 300 {
			return fmt.Sprintf("bytes of %d %s", len(v), hash(v))
		}
		return fmt.Sprintf("bytes %q", v)
	case time.Time:
		return "time " + v.Format(time.RFC3339Nano)
	default:
		return fmt.Sprintf("%T %v", v, v)
	}
}

func hash(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

func short(kind string, told []string, most int) []string {
	if len(told) <= most {
		return told
	}
	return []string{fmt.Sprintf("%d %s %s", len(told), kind, hash([]byte(strings.Join(told, "\n"))))}
}

func failure(err error) string {
	return "error " + err.Error()
}

func told(rows *sql.Rows) []string {
	types, err := rows.ColumnTypes()
	if err != nil {
		return []string{failure(err)}
	}
	var columns []string
	for _, t := range types {
		nullable, known := t.Nullable()
		precision, scale, isDecimal := t.DecimalSize()
		columns = append(columns, fmt.Sprintf("column %s %s %v nullable %v %v decimal %v %v %v",
			t.Name(), t.DatabaseTypeName(), t.ScanType(), nullable, known, precision, scale, isDecimal))
	}
	var seen []string
	for rows.Next() {
		values := make([]interface{}, len(types))
		pointers := make([]interface{}, len(types))
		for i := range values {
			pointers[i] = &values[i]
		}
		if err := rows.Scan(pointers...); err != nil {
			return append(short("columns", columns, 50), failure(err))
		}
		texts := make([]string, len(values))
		for i, one := range values {
			texts[i] = value(one)
		}
		seen = append(seen, strings.Join(texts, " | "))
	}
	all := append(short("columns", columns, 50), short("rows", seen, 20)...)
	if err := rows.Err(); err != nil {
		all = append(all, failure(err))
	}
	return all
}

func (db *connection) query(sql string, parameters ...interface{}) []string {
	rows, err := db.QueryContext(context.Background(), sql, parameters...)
	if err != nil {
		return []string{failure(err)}
	}
	defer rows.Close()
	return told(rows)
}

func (db *connection) exec(sql string, parameters ...interface{}) []string {
	result, err := db.ExecContext(context.Background(), sql, parameters...)
	if err != nil {
		return []string{failure(err)}
	}
	affected, _ := result.RowsAffected()
	id, _ := result.LastInsertId()
	return []string{fmt.Sprintf("affected %d, id %d", affected, id)}
}

func (db *connection) prepared(sql string, parameters ...interface{}) []string {
	statement, err := db.PrepareContext(context.Background(), sql)
	if err != nil {
		return []string{failure(err)}
	}
	defer statement.Close()
	rows, err := statement.Query(parameters...)
	if err != nil {
		return []string{failure(err)}
	}
	defer rows.Close()
	return told(rows)
}

func (db *connection) allResults(sql string) []string {
	rows, err := db.QueryContext(context.Background(), sql)
	if err != nil {
		return []string{failure(err)}
	}
	defer rows.Close()
	seen := []string{strings.Join(told(rows), "; ")}
	for rows.NextResultSet() {
		seen = append(seen, strings.Join(told(rows), "; "))
	}
	if err := rows.Err(); err != nil {
		seen = append(seen, failure(err))
	}
	return seen
}

func (db *connection) one(sql string) string {
	var result nullString
	must(db.QueryRowContext(context.Background(), sql).Scan(&result))
	return result.String
}

type nullString = sql.NullString

func concat(parts ...[]string) []string {
	var all []string
	for _, part := range parts {
		all = append(all, part...)
	}
	return all
}

func wideQuery(count int) string {
	columns := make([]string, count)
	for i := range columns {
		columns[i] = fmt.Sprintf("%d AS c%d", i+1, i+1)
	}
	return "SELECT " + strings.Join(columns, ", ")
}

func statementOfLength(length int) string {
	head, tail := "SELECT LENGTH('", "') AS n"
	return head + strings.Repeat("x", length-1-len(head+tail)) + tail
}

func allBytes(length int) []byte {
	bytes := make([]byte, length)
	for i := range bytes {
		bytes[i] = byte(i)
	}
	return bytes
}

func await(condition func() bool) {
	for !condition() {
		time.Sleep(20 * time.Millisecond)
	}
}

func login() *connection {
	wrong := config()
	wrong.Passwd = "no-such-password"
	_, err := connect(wrong)
	step("wrong_password", fmt.Sprint(err))
	wrong = config()
	wrong.DBName = "no_such_schema"
	_, err = connect(wrong)
	step("unknown_schema", fmt.Sprint(err))
	db, err := connect(config())
	if err != nil {
		step("login", failure(err))
		os.Exit(0)
	}
	step("login", db.one("SELECT DATABASE()"), db.one("SELECT CURRENT_USER()"))
	return db
}

func showServer(db *connection) {
	lacks("server_info.version", "the Go driver tells nothing of the greeting")
	step("server_info.encrypted", db.query("SELECT VARIABLE_VALUE <> '' FROM performance_schema.session_status"+
		" WHERE VARIABLE_NAME = 'Ssl_cipher'")...)
	step("attributes", db.query("SELECT ATTR_NAME, ATTR_VALUE FROM"+
		" performance_schema.session_account_connect_attrs WHERE PROCESSLIST_ID = CONNECTION_ID()"+
		" AND ATTR_NAME <> '_pid' ORDER BY 1")...)
}

func showValues(db *connection) {
	named := lines("queries.sql")
	for i := 1; i+1 < len(named); i += 2 {
		step("text_values."+named[i][3:], db.query(named[i+1])...)
		step("binary_values."+named[i][3:], db.prepared(named[i+1])...)
	}
	step("empty_result", db.query("SELECT * FROM numbered WHERE FALSE")...)
	step("wide_row.text", db.query(wideQuery(1000))...)
	step("wide_row.prepared", db.prepared(wideQuery(1000))...)
	db.exec("PREPARE by_sql FROM 'SELECT ? + 1 AS n, ? AS t'")
	db.exec("SET @a = 41, @b = 'text'")
	step("sql_prepare", concat(db.query("EXECUTE by_sql USING @a, @b"), db.query("EXECUTE by_sql USING @a"),
		db.exec("DEALLOCATE PREPARE by_sql"), db.query("EXECUTE by_sql USING @a, @b"))...)
}

func showParameters(db *connection) {
	when := time.Date(2024, 2, 29, 12, 34, 56, 123456000, time.UTC)
	rows := [][]interface{}{
		{1, int64(1<<63 - 1), uint64(1<<64 - 1), "12345678901234567890.0123456789", 1.5, "text \U0001F600 ' \\ \x00",
			allBytes(512), when, when, "-12:34:56.000001", true, `{"a": [1, "é"]}`, nil},
		{2, int64(-1 << 63), uint64(0), "-0.0000000001", 0.0, "", []byte{}, "1000-01-01", "9999-12-31", "838:59:59",
			false, "[]", 7},
		{3, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil},
	}
	marks := "(?" + strings.Repeat(", ?", 12) + ")"
	interpolating := config()
	interpolating.InterpolateParams = true
	text, err := connect(interpolating)
	must(err)
	defer text.close()
	for i, row := range rows {
		step(fmt.Sprintf("parameters.insert_%d", i+1), db.exec("INSERT INTO parameters VALUES "+marks, row...)...)
		row[0] = i + 11
		step(fmt.Sprintf("parameters.insert_text_%d", i+1), text.exec("INSERT INTO parameters VALUES "+marks, row...)...)
	}
	step("parameters.read", db.query("SELECT * FROM parameters WHERE id >= ? ORDER BY id", 1)...)
	step("parameters.missing", db.query("SELECT ?, ?", 1)...)
}

func showLarge(db *connection) {
	db.exec("INSERT INTO large VALUES (?, ?)", 1, allBytes(200_000))
	step("long_data", db.query("SELECT LENGTH(bl), SHA2(bl, 256), bl FROM large WHERE id = 1")...)
	step("huge_blob.sent", db.exec("INSERT INTO large VALUES (?, ?)", 2, allBytes(17<<20))...)
	step("huge_blob.read", db.query("SELECT id, SHA2(bl, 256), bl FROM large WHERE id = 2")...)
	limit := 0xffffff // a payload of that length is followed by an empty packet
	step("huge_blob.row_at_limit", db.query(fmt.Sprintf("SELECT REPEAT('r', %d) AS r", limit-4))...)
	step("huge_blob.command_at_limit", db.query(statementOfLength(limit))...)
}

func showResults(db *connection) {
	step("multi_statements.all", db.allResults("SELECT 1 AS a; SELECT 2 AS b UNION SELECT 3; SELECT 'a;b'")...)
	step("multi_statements.without_rows", db.exec("DO 0; INSERT INTO numbered (name) VALUES ('multi'); DO 0")...)
	const hangs = "after an error among several results Debian 12's driver waits for ever, also on a direct connection"
	lacks("multi_statements.error_inside", hangs)
	step("multi_statements.goes_on", db.query("SELECT 1")...)
	step("procedures.results", db.allResults("CALL several(5)")...)
	step("procedures.out", concat(db.exec("SET @c = 'c'"), db.allResults("CALL parameters_out(4, @b, @c)"),
		db.query("SELECT @b, @c, twice(21)"))...)
	lacks("procedures.error", hangs)
	step("procedures.silent", db.exec("CALL silent(5)")...)
	step("procedures.prepared", db.prepared("CALL several(?)", 6)...)
}

func showChanges(db *connection) {
	step("affected_rows", concat(
		db.exec("INSERT INTO numbered (name) VALUES ('one'), ('two'), ('three')"),
		db.exec("UPDATE numbered SET amount = 7.50 WHERE name = 'one'"),
		db.exec("UPDATE numbered SET amount = 9 WHERE name IN ('one', 'two')"),
		db.exec("INSERT INTO numbered (name) VALUES (?) ON DUPLICATE KEY UPDATE amount = 1", "one"),
		db.exec("REPLACE INTO numbered (name) VALUES (?)", "two"),
		db.exec("DELETE FROM numbered WHERE name = 'three'"))...)
	step("last_insert_id", concat(
		db.exec("INSERT INTO numbered (name) VALUES ('four'), ('five')"),
		db.query("SELECT LAST_INSERT_ID()"),
		db.exec("INSERT INTO numbered (name) VALUES (?)", "six"),
		db.exec("INSERT INTO highest VALUES (18446744073709551614)"))...)
	step("warnings", concat(db.query("SELECT CAST('12x' AS SIGNED), 1 / 0"), db.query("SHOW WARNINGS"))...)
	failing := map[string]string{
		"syntax": "SELEC 1", "no_table": "SELECT * FROM no_such_table", "no_column": "SELECT nothing FROM integers",
		"duplicate": "INSERT INTO numbered (name) VALUES ('one')", "foreign_key": "INSERT INTO children VALUES (1, 1)",
		"not_null": "INSERT INTO numbered (name) VALUES (NULL)",
		"too_long": "INSERT INTO loaded VALUES (1, REPEAT('x', 100))",
		"signal":   "SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'é \U0001F600'", "denied": "SELECT * FROM mysql.user",
		"empty": "", "mid_rows": "SELECT id, (SELECT id FROM integers i2 WHERE i2.id >= i.id)" +
			" FROM integers i ORDER BY id DESC",
	}
	var names []string
	for name := range failing {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		step("errors."+name, db.query(failing[name])...)
		step("errors."+name+"_prepared", db.prepared(failing[name])...)
	}
	step("errors.goes_on", db.query("SELECT 1")...)
}

func showTransactions(db *connection) {
	ctx := context.Background()
	count := func(tx *sql.Tx) string {
		var n string
		must(tx.QueryRow("SELECT COUNT(*) FROM numbered").Scan(&n))
		return n
	}
	tx, err := db.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelReadCommitted})
	must(err)
	seen := []string{count(tx)}
	for _, statement := range []string{"INSERT INTO numbered (name) VALUES ('t1')", "SAVEPOINT s1",
		"INSERT INTO numbered (name) VALUES ('t2')"} {
		_, err = tx.Exec(statement)
		must(err)
	}
	seen = append(seen, count(tx))
	_, err = tx.Exec("ROLLBACK TO SAVEPOINT s1")
	must(err)
	seen = append(seen, count(tx))
	must(tx.Rollback())
	seen = append(seen, db.one("SELECT COUNT(*) FROM numbered"))
	tx, err = db.BeginTx(ctx, nil)
	must(err)
	_, err = tx.Exec("INSERT INTO numbered (name) VALUES ('t3')")
	must(err)
	must(tx.Commit())
	seen = append(seen, db.one("SELECT COUNT(*) FROM numbered"))
	tx, err = db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	must(err)
	_, err = tx.Exec("INSERT INTO numbered (name) VALUES ('t4')")
	seen = append(seen, fmt.Sprint(err), fmt.Sprint(tx.Rollback()))
	step("transactions", append(seen, db.exec("ROLLBACK TO SAVEPOINT nowhere")...)...)
}

func showSession(db *connection) {
	schema := func() []string { return db.query("SELECT DATABASE()") }
	step("schema_change", concat(db.exec("USE information_schema"), schema(), db.exec("USE "+setting("DB_SCHEMA")),
		schema(), db.exec("USE no_such_schema"), schema())...)
	step("ping", fmt.Sprint(db.PingContext(context.Background())))
	lacks("reset", "the Go driver does not send COM_RESET_CONNECTION")
	file := filepath.Join(setting("DB_SCRATCH"), "rows.csv")
	var rows strings.Builder
	for i := 1; i <= 20_000; i++ {
		fmt.Fprintf(&rows, "%d,row %d\n", i, i)
	}
	must(os.WriteFile(file, []byte(rows.String()), 0o600))
	load := func(name string) []string {
		return db.exec("LOAD DATA LOCAL INFILE '" + name + "' INTO TABLE loaded FIELDS TERMINATED BY ','")
	}
	step("local_infile.forbidden", load(file)...)
	mysql.RegisterLocalFile(file)
	mysql.RegisterLocalFile("/no/such/file")
	step("local_infile.loaded", concat(load(file), db.query("SELECT COUNT(*), SUM(id), MAX(name) FROM loaded"))...)
	step("local_infile.missing", load("/no/such/file")...)
	step("local_infile.goes_on", db.query("SELECT 1")...)
	for _, charset := range []string{"latin1", "latin2", "utf8mb4"} {
		step("character_sets."+charset, concat(db.exec("SET NAMES "+charset),
			db.query("SELECT @@character_set_client, @@character_set_results, @@collation_connection,"+
				" HEX('é'), LENGTH('é')"))...)
	}
	step("session_variables", concat(
		db.exec("SET @v = 'kept', SESSION sql_mode = 'ANSI_QUOTES', SESSION time_zone = '+05:00'"),
		db.query("SELECT @v, @@sql_mode, @@time_zone, 'a' AS \"quoted\""),
		db.exec("CREATE TEMPORARY TABLE of_this_session (i INT)"),
		db.query("SELECT COUNT(*) FROM of_this_session"),
		db.query("SELECT GET_LOCK('of_this_session', 1), RELEASE_LOCK('of_this_session')"),
		db.query("SELECT SQL_CALC_FOUND_ROWS id FROM counted LIMIT 1"),
		db.query("SELECT FOUND_ROWS()"))...)
}

func showStreaming(db *connection) {
	step("streaming.text", db.query("SELECT id, n FROM counted ORDER BY id")...)
	rows, err := db.QueryContext(context.Background(), "SELECT id, n FROM counted ORDER BY id")
	must(err)
	rows.Next()
	var id, n string
	must(rows.Scan(&id, &n))
	step("streaming.left_early", id, n, fmt.Sprint(rows.Close()), db.one("SELECT 1"))
	lacks("streaming.cursor", "the Go driver opens no cursors of the server")
}

func showCancel(db *connection) {
	other, third := mustConnect(), mustConnect()
	defer other.close()
	running := func(sql string) func() bool {
		return func() bool {
			return other.one("SELECT COUNT(*) FROM information_schema.processlist WHERE info = '"+sql+"'") == "1"
		}
	}
	// The driver closes the socket where the context ends, and leaves the statement to the server.
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan string)
	go func() {
		_, err := third.ExecContext(ctx, "DO SLEEP(2)")
		done <- fmt.Sprint(err)
	}()
	await(running("DO SLEEP(2)"))
	cancel()
	step("cancel.context", <-done, fmt.Sprint(third.PingContext(context.Background())))
	third.close()

	id := db.one("SELECT CONNECTION_ID()")
	step("cancel.unknown_id", other.exec("KILL QUERY 4294967294")...)
	// The driver does not tell the id of the greeting: all that a program knows is the server's own.
	holder := mustConnect()
	defer holder.close()
	holder.one("SELECT GET_LOCK('gate', 10)")
	waits := "SELECT GET_LOCK(''gate'', 50)"
	go func() { done <- strings.Join(db.query("SELECT GET_LOCK('gate', 50)"), "; ") }()
	await(running(waits))
	killed := other.exec("KILL QUERY " + id)
	step("cancel.by_process_list", killed...)
	if strings.HasPrefix(killed[0], "error") {
		holder.one("SELECT RELEASE_LOCK('gate')")
	}
	step("cancel.killed", <-done)
	step("cancel.goes_on", db.query("SELECT 1")...)
}

func showBatch(db *connection) {
	insert, err := db.PrepareContext(context.Background(), "INSERT INTO numbered (name) VALUES (?)")
	must(err)
	defer insert.Close()
	for i := 0; i < 300; i++ {
		_, err := insert.Exec(fmt.Sprintf("batch %d", i))
		must(err)
	}
	step("batch", db.query("SELECT COUNT(*) FROM numbered WHERE name LIKE 'batch%'")...)
}

func main() {
	registerTLS()
	must(mysql.SetLogger(quiet{}))
	db := login()
	for _, statement := range lines("setup.sql") {
		if !strings.HasPrefix(statement, "--") {
			_, err := db.ExecContext(context.Background(), statement)
			must(err)
		}
	}
	showServer(db)
	showValues(db)
	showParameters(db)
	showLarge(db)
	showResults(db)
	showChanges(db)
	showTransactions(db)
	showStreaming(db)
	showCancel(db)
	showSession(db)
	showBatch(db)
	lacks("pipelining", "the Go driver sends one command at a time")
	lacks("change_user", "the Go driver does not send COM_CHANGE_USER")
	db.close()
	step("quit")
}

// What the driver logs goes to the place of errors.
type quiet struct{}

func (quiet) Print(words ...interface{}) {
	writer := bufio.NewWriter(os.Stderr)
	fmt.Fprintln(writer, words...)
	writer.Flush()
}
