package sqlite

import (
	"errors"
	"fmt"
	"syscall"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// advice is what a person can do about each of SQLite's errors.
var advice = map[int]string{
	sqlite3.SQLITE_FULL:     "磁盘满了，刚才的没有存下，以前的都在；请清出空间，之后会自己接着工作",
	sqlite3.SQLITE_READONLY: "只能读不能写，请检查文件和文件夹的权限，以及磁盘是不是只读",
	sqlite3.SQLITE_CANTOPEN: "打不开，请检查文件夹是否存在、能不能写、磁盘还有没有空间",
	sqlite3.SQLITE_PERM:     "没有权限，请检查文件和文件夹的权限",
	sqlite3.SQLITE_BUSY:     "被别的程序占着，请关掉它再试",
	sqlite3.SQLITE_CORRUPT:  damaged,
	sqlite3.SQLITE_NOTADB:   damaged,
	sqlite3.SQLITE_IOERR:    "读写磁盘出错，刚才的没有存下；请检查磁盘是否还连着、有没有空间、有没有坏",
}

const damaged = "已损坏；请先停下 linli，把它和旁边同名的文件移到别处留着，再用备份恢复（linli restore）"

// A sentence is an error that a person can already read.
type sentence struct{ error }

func (s sentence) Unwrap() error { return s.error }

// explain turns an error of the database into a sentence that says what to do.
func (s *Store) explain(err error) error { return explain(s.path, err) }

func explain(path string, err error) error {
	var said sentence
	if err == nil || errors.As(err, &said) {
		return err
	}
	what := "出了错"
	var e *sqlite.Error
	switch {
	case errors.Is(err, errDamaged):
		what = damaged
	case errors.Is(err, syscall.ENOSPC):
		what = advice[sqlite3.SQLITE_FULL]
	case errors.As(err, &e) && advice[e.Code()&0xff] != "":
		what = advice[e.Code()&0xff]
	}
	return sentence{fmt.Errorf("数据文件 %s %s：%w", path, what, err)}
}

func say(format string, args ...any) error { return sentence{fmt.Errorf(format, args...)} }
