package configs

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"linli/community"
)

// maxCommunity is far above any community.yaml there is.
const maxCommunity = 4 << 20

// place is community.yaml as the corpus format has it.
type place struct {
	ID      string   `yaml:"id"`
	Name    string   `yaml:"name"`
	Type    string   `yaml:"type"`
	Estates []estate `yaml:"estates"`
	Groups  []group  `yaml:"groups"`
}

type estate struct {
	Name      string `yaml:"name"`
	Buildings any    `yaml:"buildings"` // "1-36", a bare 12, or a list of them
}

type group struct {
	ID       string `yaml:"id"`
	Name     string `yaml:"name"`
	Kind     string `yaml:"kind"`
	Building string `yaml:"building"`
}

// ReadCommunity reads a community.yaml: the profile and its groups, still
// without handles. A key that is none of ours may stand there, but not a slip
// of the pen. Errors name the line.
func ReadCommunity(r io.Reader) (community.Profile, []community.Group, error) {
	raw, err := io.ReadAll(io.LimitReader(r, maxCommunity+1))
	if err != nil {
		return community.Profile{}, nil, err
	}
	if len(raw) > maxCommunity {
		return community.Profile{}, nil, errors.New("community.yaml 太大（超过 4 MB）")
	}
	var p place
	root, err := fill(raw, &p, misspelt)
	if err == nil {
		err = p.check(root)
	}
	if err != nil {
		return community.Profile{}, nil, fmt.Errorf("community.yaml %w", err)
	}
	return p.profile(), p.groups(), nil
}

func (p place) check(root ast.Node) error {
	if p.ID == "" {
		return errors.New("第 1 行：没有 id，例如 id: cailian")
	}
	lines := linesOf(root, "groups")
	seen := map[string]bool{}
	for i, g := range p.Groups {
		at := 1
		if i < len(lines) {
			at = lines[i]
		}
		if g.ID == "" {
			return errors.New(trouble{at, "这个群没有 id"}.String())
		}
		if seen[g.ID] {
			return errors.New(trouble{at, "群 id「" + g.ID + "」写了两次"}.String())
		}
		seen[g.ID] = true
	}
	return nil
}

// linesOf are the lines on which the items of a top list stand.
func linesOf(root ast.Node, key string) (out []int) {
	m, ok := plain(root).(ast.MapNode)
	if !ok {
		return nil
	}
	for i := m.MapRange(); i.Next(); {
		if list, ok := plain(i.Value()).(*ast.SequenceNode); ok && i.Key().GetToken().Value == key {
			for _, v := range list.Values {
				out = append(out, firstLine(v))
			}
		}
	}
	return out
}

// firstLine is where an item begins: a block mapping's own token is the colon of its first key.
func firstLine(n ast.Node) int {
	if m, ok := plain(n).(ast.MapNode); ok {
		if i := m.MapRange(); i.Next() {
			return line(i.Key())
		}
	}
	return line(n)
}

func (p place) profile() community.Profile {
	out := community.Profile{ID: community.ID(p.ID), Name: p.Name, Type: p.Type}
	for _, e := range p.Estates {
		out.Estates = append(out.Estates, community.Estate{Name: e.Name, Buildings: words(e.Buildings)})
	}
	return out
}

func (p place) groups() (out []community.Group) {
	for _, g := range p.Groups {
		out = append(out, community.Group{ID: community.GroupID(g.ID), Name: g.Name, Kind: community.GroupKind(g.Kind), Building: g.Building})
	}
	return out
}

func words(v any) string {
	switch x := v.(type) {
	case nil:
		return ""
	case []any:
		var all []string
		for _, w := range x {
			all = append(all, words(w))
		}
		return strings.Join(all, ",")
	}
	return fmt.Sprint(v)
}
