#!/usr/bin/env bash
# The command lines: command-line.sh mariadb|mysql CLIENT. See ../README.md for what a program is
# given and has to tell.
set -u -o pipefail
set -m # so that a client in the background hears of Ctrl-C

readonly FAMILY_OF_CLIENT=$1 CLIENT=$2
readonly OPTIONS=$DB_SCRATCH/client.cnf
export LC_ALL=C.UTF-8

# One that was not installed does not find its plugins by itself.
for plugins in "${CLIENT%/bin/*}"/lib/*/libmariadb3/plugin; do
  [[ ! -d $plugins ]] || export MARIADB_PLUGIN_DIR=$plugins
done

write_options() { # FILE PASSWORD
  local mode
  case $FAMILY_OF_CLIENT-$DB_TLS in
    mariadb-off) mode=skip-ssl ;;
    mysql-off) mode=ssl-mode=DISABLED ;;
    # Older ones check the authority alone where no name is to be verified.
    mariadb-*) mode="ssl-ca=$DB_CA" ;;
    mysql-*) mode="ssl-mode=VERIFY_CA
ssl-ca=$DB_CA" ;;
  esac
  (umask 077 && printf '[client]\nhost=%s\nport=%s\nuser=%s\npassword=%s\n%s\n' \
    "$DB_HOST" "$DB_PORT" "$DB_USER" "$2" "$mode" >"$1")
}

client() { # ARGUMENT...
  local extra=()
  [[ $FAMILY_OF_CLIENT == mysql && $DB_TLS == off ]] && extra=(--get-server-public-key)
  "$CLIENT" --defaults-file="$OPTIONS" --local-infile=1 --max-allowed-packet=64M \
    --default-character-set=utf8mb4 "${extra[@]}" "$@" 2>&1
}

# Times of statements differ from run to run.
without_times() {
  sed -E 's/ \([0-9.]+ (sec|min[^)]*)\)//'
}

# Standard input as one step: its lines, or their number and hash where they are many. What is no
# printable ASCII is written as \xNN.
tell() { # NAME
  local text
  text="$(without_times | perl -pe 's/([^\x20-\x7e\n]|["\\])/sprintf("\\\\x%02x", ord $1)/ge')"
  if ((${#text} > 5000)); then
    text="$(wc -l <<<"$text") lines $(sha256sum <<<"$text" | cut -d' ' -f1)"
  fi
  printf '{"step":"%s","values":[%s]}\n' "$1" "$(sed 's/.*/"&"/' <<<"$text" | paste -sd,)"
}

lacks() { # NAME WHY
  printf '{"step":"%s","lacks":"%s"}\n' "$1" "$2"
}

# Statements of standard input, with all that the client says of them; errors do not end it.
run() { # NAME ARGUMENT...
  local name=$1
  shift
  client --force -vvv --show-warnings "$@" "$DB_SCHEMA" | tell "$name"
}

value() { # SQL
  client --batch --skip-column-names --execute="$1" "$DB_SCHEMA"
}

show_login() {
  write_options "$OPTIONS" no-such-password
  client --execute='SELECT 1' "$DB_SCHEMA" | tell wrong_password
  write_options "$OPTIONS" "$(cat "$DB_PASSWORD_FILE")"
  client --execute='SELECT 1' no_such_schema | tell unknown_schema
  local login
  login="$(client --batch --execute='SELECT DATABASE(), CURRENT_USER()' "$DB_SCHEMA")" || {
    tell login <<<"error $login"
    exit 0
  }
  tell login <<<"$login"
}

set_up() {
  { echo 'DELIMITER ;;' && grep -v '^--' "$DB_PROGRAMS/setup.sql" | sed 's/$/;;/'; } |
    client "$DB_SCHEMA" >&2 || exit 1
}

show_server() {
  client --execute='\s' "$DB_SCHEMA" |
    sed -E 's/^(Uptime:|Threads:|Connection id:).*/\1/; s/(Cipher in use is).*/\1/' | grep -v 'TCP port' >"$DB_SCRATCH/status"
  grep 'Server version' "$DB_SCRATCH/status" | tell server_info.version
  grep -v 'Server version' "$DB_SCRATCH/status" | tell server_info.status
  local ids
  ids="$(client --batch --skip-column-names --execute='\s SELECT CONNECTION_ID()' "$DB_SCHEMA" |
    sed -nE 's/^Connection id:\s*//p; /^[0-9]+$/p' | uniq | wc -l)"
  tell server_info.connection_id <<<"$([[ $ids == 1 ]] && echo same || echo another)"
  tell server_info.encrypted <<<"$(value "SELECT VARIABLE_VALUE <> '' FROM performance_schema.session_status
    WHERE VARIABLE_NAME = 'Ssl_cipher'")"
  value "SELECT ATTR_NAME, ATTR_VALUE FROM performance_schema.session_account_connect_attrs
    WHERE PROCESSLIST_ID = CONNECTION_ID() AND ATTR_NAME <> '_pid' ORDER BY 1" | tell attributes
}

show_values() {
  local name sql
  while IFS= read -r name && IFS= read -r sql; do
    run "text_values.${name#-- }" --column-type-info <<<"$sql;"
  done < <(tail -n +2 "$DB_PROGRAMS/queries.sql")
  lacks binary_values 'the command lines do not prepare'
  lacks parameters 'the command lines have no parameters'
  run empty_result --column-type-info <<<'SELECT * FROM numbered WHERE FALSE;'
  run wide_row <<<"SELECT $(seq -s, 1 1000);"
  run sql_prepare <<<"PREPARE by_sql FROM 'SELECT ? + 1 AS n, ? AS t'; SET @a = 41, @b = 'text';
    EXECUTE by_sql USING @a, @b; EXECUTE by_sql USING @a; DEALLOCATE PREPARE by_sql; EXECUTE by_sql USING @a, @b;"
}

letters() { # COUNT
  head -c "$1" /dev/zero | tr '\0' x
}

show_large() {
  { printf "INSERT INTO large VALUES (1, '" && letters 200000 && printf "');"; } | client "$DB_SCHEMA" | tell long_data.sent
  run long_data.read <<<'SELECT LENGTH(bl), SHA2(bl, 256), bl FROM large WHERE id = 1;'
  { printf "INSERT INTO large VALUES (2, '" && letters 17825792 && printf "');"; } | client "$DB_SCHEMA" | tell huge_blob.sent
  client --batch --execute='SELECT id, SHA2(bl, 256), bl FROM large WHERE id = 2' "$DB_SCHEMA" | sha256sum | tell huge_blob.read
  # A payload of 0xffffff bytes is followed by an empty packet.
  client --batch --execute="SELECT REPEAT('r', 0xffffff - 4) AS r" "$DB_SCHEMA" | sha256sum | tell huge_blob.row_at_limit
  { printf "SELECT LENGTH('" && letters $((0xffffff - 23)) && printf "') AS n;"; } | client "$DB_SCHEMA" | tell huge_blob.command_at_limit
}

show_results() {
  run multi_statements.all <<<"DELIMITER ;;
    SELECT 1 AS a; DO 0; SELECT 2 AS b UNION SELECT 3; INSERT INTO numbered (name) VALUES ('multi'); SELECT 'a;b';;"
  run multi_statements.error_inside <<<'DELIMITER ;;
    SELECT 1; SELECT * FROM no_such_table; SELECT 2;;
    SELECT 3;;'
  run procedures.results <<<'CALL several(5); SELECT twice(21);'
  run procedures.out <<<"SET @c = 'c'; CALL parameters_out(4, @b, @c); SELECT @b, @c;"
  run procedures.error <<<'CALL failing(5); CALL silent(5); SELECT 1;'
}

show_changes() {
  run affected_rows <<<"INSERT INTO numbered (name) VALUES ('one'), ('two'), ('three');
    UPDATE numbered SET amount = 7.50 WHERE name = 'one';
    UPDATE numbered SET amount = 9 WHERE name IN ('one', 'two');
    INSERT INTO numbered (name) VALUES ('one') ON DUPLICATE KEY UPDATE amount = 1;
    REPLACE INTO numbered (name) VALUES ('two');
    DELETE FROM numbered WHERE name = 'three';"
  run last_insert_id <<<"INSERT INTO numbered (name) VALUES ('four'), ('five'); SELECT LAST_INSERT_ID();
    INSERT INTO highest VALUES (18446744073709551614); SELECT LAST_INSERT_ID();"
  run warnings <<<"SELECT CAST('12x' AS SIGNED), 1 / 0; DROP TABLE IF EXISTS no_such_table;"
  run errors <<<"SELEC 1; SELECT * FROM no_such_table; SELECT nothing FROM integers;
    INSERT INTO numbered (name) VALUES ('one'); INSERT INTO children VALUES (1, 1);
    INSERT INTO numbered (name) VALUES (NULL); INSERT INTO loaded VALUES (1, REPEAT('x', 100));
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'é 😀'; SELECT * FROM mysql.user;
    SELECT id, (SELECT id FROM integers i2 WHERE i2.id >= i.id) FROM integers i ORDER BY id DESC; SELECT 1;"
  run transactions <<<"START TRANSACTION; INSERT INTO numbered (name) VALUES ('t1'); SAVEPOINT s1;
    INSERT INTO numbered (name) VALUES ('t2'); SELECT COUNT(*) FROM numbered; ROLLBACK TO SAVEPOINT s1;
    SELECT COUNT(*) FROM numbered; ROLLBACK; SELECT COUNT(*) FROM numbered; SET autocommit = 0;
    INSERT INTO numbered (name) VALUES ('t3'); COMMIT; SET autocommit = 1; SELECT COUNT(*) FROM numbered;
    START TRANSACTION READ ONLY; INSERT INTO numbered (name) VALUES ('t4'); ROLLBACK; ROLLBACK TO SAVEPOINT nowhere;"
}

show_streaming() {
  run streaming.text --quick <<<'SELECT id, n FROM counted ORDER BY id; SELECT 1;'
  lacks streaming.cursor 'the command lines open no cursors'
}

running() {
  value "SELECT COUNT(*) FROM information_schema.processlist WHERE info = 'SELECT SLEEP(50)' AND state = 'User sleep'"
}

# The client answers Ctrl-C with KILL QUERY on a second connection.
show_cancel() {
  client --force --execute='SELECT SLEEP(50); SELECT 1 AS goes_on' "$DB_SCHEMA" >"$DB_SCRATCH/killed" &
  local pid=$!
  until [[ $(running) == 1 ]]; do sleep 0.02; done
  # The job is a group of its own: the client gets the signal wherever it is in it.
  kill -INT -- "-$pid"
  until [[ $(running) == 0 ]]; do sleep 0.02; done
  wait "$pid"
  grep -v '^$' "$DB_SCRATCH/killed" | tell cancel.interrupted
  run cancel.unknown_id <<<'KILL QUERY 4294967294;'
}

show_session() {
  run schema_change <<<"\\u information_schema
    SELECT DATABASE(); USE $DB_SCHEMA; SELECT DATABASE();
    \\u no_such_schema
    SELECT DATABASE();"
  lacks ping 'the command lines do not send COM_PING'
  if [[ $FAMILY_OF_CLIENT == mysql ]]; then
    run reset <<<"SET @v = 1, time_zone = '+05:00'; CREATE TEMPORARY TABLE of_this_session (i INT);
      \\x
      SELECT DATABASE(), @v, @@time_zone; SELECT * FROM of_this_session;"
  else
    lacks reset 'the mariadb command line has no command for COM_RESET_CONNECTION'
  fi
  lacks change_user 'the command lines do not send COM_CHANGE_USER'
  seq 1 20000 | sed 's/.*/&,row &/' >"$DB_SCRATCH/rows.csv"
  run local_infile <<<"LOAD DATA LOCAL INFILE '$DB_SCRATCH/rows.csv' INTO TABLE loaded FIELDS TERMINATED BY ',';
    SELECT COUNT(*), SUM(id), MAX(name) FROM loaded;
    LOAD DATA LOCAL INFILE '/no/such/file' INTO TABLE loaded; SELECT 1;"
  run character_sets --default-character-set=latin1 <<<"SELECT @@character_set_client, @@collation_connection, HEX('é');
    \\C utf8mb4
    SELECT @@character_set_client, @@collation_connection, HEX('é');"
  run session_variables <<<"SET @v = 'kept', SESSION sql_mode = 'ANSI_QUOTES', SESSION time_zone = '+05:00';
    SELECT @v, @@sql_mode, @@time_zone, 'a' AS \"quoted\"; CREATE TEMPORARY TABLE of_this_session (i INT);
    SELECT COUNT(*) FROM of_this_session; SELECT GET_LOCK('of_this_session', 1), RELEASE_LOCK('of_this_session');
    SELECT SQL_CALC_FOUND_ROWS id FROM counted LIMIT 1; SELECT FOUND_ROWS();"
  lacks batch 'the command lines have no batches'
  lacks pipelining 'the command lines send one command at a time'
}

show_login
set_up
show_server
show_values
show_large
show_results
show_changes
show_streaming
show_cancel
show_session
tell quit <<<'done'
