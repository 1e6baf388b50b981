package configs

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"linli/community"
)

// A trouble is one thing wrong with a file, at its line.
type trouble struct {
	line int
	text string
}

func (t trouble) String() string { return fmt.Sprintf("第 %d 行：%s", t.line, t.text) }

// fill reads YAML into v over what stands there. Everything that is wrong is
// told at once; keyFault says what to make of a key nobody knows ("" lets it pass).
func fill(raw []byte, v any, keyFault func(key string, known []string) string) (ast.Node, error) {
	raw = bytes.TrimPrefix(raw, []byte("\ufeff"))
	if !utf8.Valid(raw) {
		return nil, errors.New("文件不是 UTF-8 编码，请在编辑器里另存为 UTF-8")
	}
	file, err := parser.ParseBytes(raw, 0)
	if err != nil {
		return nil, sentence(err)
	}
	var root ast.Node
	for _, doc := range file.Docs {
		if doc.Body == nil || doc.Body.Type() == ast.CommentType {
			continue
		}
		if root != nil {
			return nil, errors.New(trouble{line(doc.Body), "一个文件只能有一份内容，请去掉多余的「---」"}.String())
		}
		root = doc.Body
	}
	if root == nil {
		return nil, nil
	}
	var found []string
	for _, t := range examine(root, reflect.TypeOf(v).Elem(), "", keyFault) {
		found = append(found, t.String())
	}
	if len(found) > 0 {
		return root, errors.New(strings.Join(found, "\n"))
	}
	// Doubled keys were refused by the parser; what is left to allow is a merge whose keys are written over.
	ast.Walk(mergesFirst{}, root)
	if err := yaml.NodeToValue(root, v, yaml.AllowDuplicateMapKey()); err != nil && !errors.Is(err, io.EOF) {
		return root, sentence(err)
	}
	return root, nil
}

// mergesFirst puts every "<<" before the keys beside it: these win, wherever they
// stand, but the library lets the last one win.
type mergesFirst struct{}

// Visit implements ast.Visitor.
func (v mergesFirst) Visit(n ast.Node) ast.Visitor {
	if m, ok := n.(*ast.MappingNode); ok {
		slices.SortStableFunc(m.Values, func(a, b *ast.MappingValueNode) int { return rank(a) - rank(b) })
	}
	return v
}

func rank(v *ast.MappingValueNode) int {
	if v.Key.IsMergeKey() {
		return 0
	}
	return 1
}

// sentence tells a parser's error with its line and without the source around it, which could hold anything.
func sentence(err error) error {
	var e yaml.Error
	if errors.As(err, &e) && e.GetToken() != nil {
		return errors.New(trouble{e.GetToken().Position.Line, "写法有误（" + e.GetMessage() + "）；请检查缩进、冒号后的空格和引号"}.String())
	}
	return fmt.Errorf("写法有误：%w", err)
}

func line(n ast.Node) int {
	if n == nil || n.GetToken() == nil {
		return 1
	}
	return n.GetToken().Position.Line
}

// plain is the node behind anchors and tags.
func plain(n ast.Node) ast.Node {
	switch x := n.(type) {
	case *ast.AnchorNode:
		return plain(x.Value)
	case *ast.TagNode:
		return plain(x.Value)
	}
	return n
}

// examine compares a file's keys and values with the type they are read into.
func examine(n ast.Node, t reflect.Type, key string, keyFault func(string, []string) string) (out []trouble) {
	n = plain(n)
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if n == nil || n.Type() == ast.AliasType {
		return nil
	}
	if n.Type() == ast.NullType && key != "" {
		return []trouble{{line(n), "「" + key + "」后面没有写值；不用它就删掉这一行"}}
	}
	switch t.Kind() {
	case reflect.Struct:
		return examineKeys(n, t, key, keyFault)
	case reflect.Slice:
		list, ok := n.(*ast.SequenceNode)
		if !ok {
			return []trouble{{line(n), "「" + key + "」应是列表，每项一行，以「- 」开头"}}
		}
		for _, v := range list.Values {
			out = append(out, examine(v, t.Elem(), key, keyFault)...)
		}
	case reflect.Bool:
		if n.Type() != ast.BoolType {
			return []trouble{{line(n), "「" + key + "」只能写 true 或 false"}}
		}
	case reflect.Int, reflect.Int64:
		if t == reflect.TypeFor[time.Duration]() {
			if _, err := time.ParseDuration(n.GetToken().Value); err != nil {
				return []trouble{{line(n), "「" + key + "」要写成时间长度，例如 8s 或 1m30s"}}
			}
			return nil
		}
		if n.Type() != ast.IntegerType {
			return []trouble{{line(n), "「" + key + "」要写一个整数"}}
		}
	case reflect.String:
		if _, ok := n.(ast.ScalarNode); !ok {
			return []trouble{{line(n), "「" + key + "」只能写一个值"}}
		}
	}
	return out
}

func examineKeys(n ast.Node, t reflect.Type, key string, keyFault func(string, []string) string) (out []trouble) {
	m, ok := n.(ast.MapNode)
	if !ok {
		return []trouble{{line(n), "这里应写成「键: 值」，冒号后有一个空格"}}
	}
	fields := map[string]reflect.Type{}
	var known []string
	for f := range t.Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		fields[name], known = f.Type, append(known, name)
	}
	for i := m.MapRange(); i.Next(); {
		if i.Key().IsMergeKey() {
			continue
		}
		name := i.Key().GetToken().Value
		if ft, ok := fields[name]; ok {
			out = append(out, examine(i.Value(), ft, name, keyFault)...)
		} else if why := keyFault(name, known); why != "" {
			out = append(out, trouble{line(i.Key()), why})
		}
	}
	return out
}

// refused is the fault of any key nobody knows; what looks like a secret is told where it belongs.
func refused(key string, known []string) string {
	if near := community.Nearest(key, known); near != "" {
		return "没有「" + key + "」这个键，是不是「" + near + "」？"
	}
	for _, word := range []string{"token", "secret", "password", "passwd", "密码", "令牌"} {
		if strings.Contains(strings.ToLower(key), word) {
			return "没有「" + key + "」这个键；密码和令牌不写在设置里，只从环境变量或单独的文件读"
		}
	}
	return "没有「" + key + "」这个键；这里可以写的有：" + strings.Join(known, "、")
}

// misspelt is the fault of a key that is nearly one we read; any other key may be there for somebody else.
func misspelt(key string, known []string) string {
	if near := community.Nearest(key, known); near != "" {
		return "没有「" + key + "」这个键，是不是「" + near + "」？"
	}
	return ""
}
