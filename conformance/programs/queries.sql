-- Queries that every program runs as text and prepared: a name, and its statement on the next line.
-- integers
SELECT * FROM integers ORDER BY id
-- decimals
SELECT * FROM decimals ORDER BY id
-- floats
SELECT * FROM floats ORDER BY id
-- temporal
SELECT * FROM temporal ORDER BY id
-- texts
SELECT * FROM texts ORDER BY id
-- documents
SELECT * FROM documents ORDER BY id
-- bytes
SELECT * FROM bytes ORDER BY id
-- shapes
SELECT * FROM shapes ORDER BY id
-- special
SELECT * FROM special ORDER BY id
-- nulls
SELECT NULL, NULL AS n, CAST(NULL AS SIGNED) AS s, CAST(NULL AS CHAR) AS c, CAST(NULL AS DATETIME) AS d
-- computed
SELECT 1, -1 AS minus, 1.5 AS d, 1e10 AS f, 'text' AS t, X'00FF' AS x, 2 > 1 AS o, 1 / 3 AS q, CONCAT('a', 1) AS c, CAST('2024-02-29' AS DATE) AS da, TIMESTAMP '2024-02-29 12:34:56.5' AS ts, CAST(5 AS UNSIGNED) AS u, COUNT(*) AS n, SUM(n) AS s, AVG(n) AS a, MAX(id) AS m, GROUP_CONCAT(DISTINCT n ORDER BY n) AS g FROM counted
-- joined
SELECT a.id AS left_id, b.id, a.name AS `a name`, '' AS ``, b.n FROM numbered a RIGHT JOIN counted b ON a.id = b.id WHERE b.id < 3 ORDER BY b.id
-- many
SELECT id, n, CONCAT('row ', id) AS name FROM counted ORDER BY id
-- empty
SELECT id, name, amount FROM numbered WHERE FALSE
-- boundary_250
SELECT REPEAT('a', 250) AS a250, REPEAT('b', 251) AS b251, REPEAT('c', 65535) AS c65535, REPEAT('d', 65536) AS d65536
-- session
SELECT DATABASE(), CURRENT_USER(), USER(), @@version, @@version_comment, @@character_set_client, @@character_set_connection, @@character_set_results, @@collation_connection, @@autocommit, @@sql_mode, @@time_zone, @@max_allowed_packet, @@net_write_timeout, @@wait_timeout, @@interactive_timeout, @@sql_select_limit, @@lc_messages, @@group_concat_max_len, @@foreign_key_checks
