package sqlite

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net/url"

	"modernc.org/sqlite"
)

// A conn is one connection with the statements that matter prepared on it, for
// one goroutine at a time. It speaks to the driver itself: database/sql's pool
// and conversions would cost a quarter of the writer's time.
type conn struct {
	c                            driver.Conn
	get, scan, put, del          driver.Stmt
	begin, write, commit, revert driver.Stmt
}

// connect opens the file at path; params are added to the driver's address of it.
func connect(path, params string) (*conn, error) {
	c, err := new(sqlite.Driver).Open("file:" + (&url.URL{Path: path}).EscapedPath() + "?" + params)
	if err != nil {
		return nil, err
	}
	return &conn{c: c}, nil
}

// prepare makes the statements ready, once; before the schema is there it fails.
func (c *conn) prepare() (err error) {
	if c.get != nil {
		return nil
	}
	for s, query := range map[*driver.Stmt]string{
		&c.get:    "SELECT v FROM paper WHERE c = ? AND k = ?",
		&c.scan:   "SELECT k, v FROM paper WHERE c = ? AND k >= ? AND k < ? ORDER BY k LIMIT ?",
		&c.put:    "INSERT INTO paper (c, k, v) VALUES (?, ?, ?) ON CONFLICT (c, k) DO UPDATE SET v = excluded.v",
		&c.del:    "DELETE FROM paper WHERE c = ? AND k = ?",
		&c.begin:  "BEGIN",
		&c.write:  "BEGIN IMMEDIATE",
		&c.commit: "COMMIT",
		&c.revert: "ROLLBACK",
	} {
		if *s, err = c.c.Prepare(query); err != nil {
			return err
		}
	}
	return nil
}

func (c *conn) close() error {
	if c == nil {
		return nil
	}
	var errs []error
	for _, s := range []driver.Stmt{c.get, c.scan, c.put, c.del, c.begin, c.write, c.commit, c.revert} {
		if s != nil {
			errs = append(errs, s.Close())
		}
	}
	return errors.Join(append(errs, c.c.Close())...)
}

func values(args []any) []driver.NamedValue {
	out := make([]driver.NamedValue, len(args))
	for i, a := range args {
		out[i] = driver.NamedValue{Ordinal: i + 1, Value: a}
	}
	return out
}

// run executes a prepared statement that gives no rows.
func run(s driver.Stmt, args ...any) error {
	_, err := s.(driver.StmtExecContext).ExecContext(context.Background(), values(args))
	return err
}

// each calls do for every row of a prepared query until it says no more.
func each(s driver.Stmt, do func(row []driver.Value) bool, args ...any) error {
	rows, err := s.(driver.StmtQueryContext).QueryContext(context.Background(), values(args))
	if err != nil {
		return err
	}
	row := make([]driver.Value, len(rows.Columns()))
	for {
		if err = rows.Next(row); err != nil || !do(row) {
			break
		}
	}
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return errors.Join(err, rows.Close())
}

// exec runs any SQL once; ctx ends it early.
func (c *conn) exec(ctx context.Context, query string, args ...any) error {
	_, err := c.c.(driver.ExecerContext).ExecContext(ctx, query, values(args))
	return err
}

// query runs any SQL once and gives all its rows.
func (c *conn) query(ctx context.Context, query string) (out [][]driver.Value, err error) {
	rows, err := c.c.(driver.QueryerContext).QueryContext(ctx, query, nil)
	if err != nil {
		return nil, err
	}
	for err == nil {
		row := make([]driver.Value, len(rows.Columns()))
		if err = rows.Next(row); err == nil {
			out = append(out, row)
		}
	}
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return out, errors.Join(err, rows.Close())
}

// number asks for one whole number.
func (c *conn) number(query string) (int, error) {
	rows, err := c.query(context.Background(), query)
	if err != nil {
		return 0, err
	}
	if len(rows) > 0 && len(rows[0]) > 0 {
		if n, ok := rows[0][0].(int64); ok {
			return int(n), nil
		}
	}
	return 0, fmt.Errorf("sqlite: %q gave no number", query)
}
