package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update-dependencies", false, "write docs/dependencies.md anew; what each module is for stays")

const dependencies = "docs/dependencies.md"

// allowed are the licences under which a module may come into the house.
var allowed = []string{"Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "MPL-2.0", "Unlicense", "blessing"}

// A module is one row of the list.
type module struct {
	path, version, licence string
	dir                    string
	by                     []string // our rooms that import it, else the modules that do
	linked                 bool     // in the program, not only in its tests
	why                    string   // written by hand
}

func (m module) row() string {
	in := "program"
	if !m.linked {
		in = "tests"
	}
	return fmt.Sprintf("| %s | %s | %s | %s | %s | %s |", m.path, m.version, m.licence, in, strings.Join(m.by, ", "), m.why)
}

// listed is one package as go list tells of it.
type listed struct {
	ImportPath string
	Imports    []string
	Standard   bool
	Module     *struct {
		Path, Version, Dir string
		Main               bool
	}
}

func goList(t *testing.T, args ...string) []listed {
	t.Helper()
	cmd := exec.Command("go", append([]string{"list", "-deps", "-json=ImportPath,Imports,Standard,Module"}, args...)...)
	cmd.Stderr = os.Stderr
	raw, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var out []listed
	for d := json.NewDecoder(strings.NewReader(string(raw))); ; {
		var p listed
		if err := d.Decode(&p); err == io.EOF {
			return out
		} else if err != nil {
			t.Fatal(err)
		}
		out = append(out, p)
	}
}

// modules are those whose packages really come into the program or its tests.
func modules(t *testing.T) map[string]*module {
	all := map[string]*module{}
	gather(t, all, goList(t, "."), true)
	gather(t, all, goList(t, "-test", "./..."), false)
	for _, m := range all {
		m.licence = licenceOf(t, m.dir)
	}
	return all
}

// gather notes the modules of a list of packages, and who asks for them.
func gather(t *testing.T, all map[string]*module, packages []listed, linked bool) {
	t.Helper()
	home := map[string]string{} // package → module
	for _, p := range packages {
		if p.Module != nil {
			home[p.ImportPath] = p.Module.Path
		}
		if p.Module != nil && !p.Module.Main && all[p.Module.Path] == nil {
			all[p.Module.Path] = &module{path: p.Module.Path, version: p.Module.Version, dir: p.Module.Dir, linked: linked}
		}
	}
	asks := map[string][]string{}
	for _, p := range packages {
		for _, i := range p.Imports {
			if to := home[i]; p.Module != nil && to != "" && to != p.Module.Path {
				asks[to] = append(asks[to], asker(p))
			}
		}
	}
	for path, m := range all {
		if m.linked == linked {
			m.by = ours(asks[path])
		}
	}
}

// asker is who imports: a room of ours, or another module.
func asker(p listed) string {
	if !p.Module.Main {
		return "(" + p.Module.Path + ")"
	}
	room, _, _ := strings.Cut(p.ImportPath, " ") // "linli [linli.test]"
	room = strings.TrimSuffix(strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(room, "linli"), "/"), ".test"), "_test")
	if room == "" {
		return "main"
	}
	return room
}

// ours keeps our own rooms if there are any, each once.
func ours(by []string) []string {
	slices.Sort(by)
	by = slices.Compact(by)
	rooms := slices.DeleteFunc(slices.Clone(by), func(s string) bool { return s[0] == '(' })
	if len(rooms) > 0 {
		return rooms
	}
	return by
}

// marks of a licence are sentences that all stand in its text and in no other's.
var licenceMarks = []struct {
	name  string
	marks []string
	not   string
}{
	{"Apache-2.0", []string{"apache license version 2.0, january 2004"}, ""},
	{"MPL-2.0", []string{"mozilla public license version 2.0"}, ""},
	{"MPL-2.0", []string{"mozilla public license, version 2.0"}, ""},
	{"MIT", []string{"permission is hereby granted, free of charge, to any person obtaining a copy of this software", "the above copyright notice and this permission notice"}, ""},
	{"ISC", []string{"permission to use, copy, modify, and/or distribute this software for any purpose with or without fee is hereby granted"}, ""},
	{"ISC", []string{"permission to use, copy, modify, and distribute this software for any purpose with or without fee is hereby granted"}, ""},
	{"BSD-3-Clause", []string{"redistribution and use in source and binary forms, with or without modification", "neither the name", "endorse or promote"}, ""},
	{"BSD-2-Clause", []string{"redistribution and use in source and binary forms, with or without modification"}, "endorse or promote"},
	{"Unlicense", []string{"this is free and unencumbered software released into the public domain"}, ""},
	{"blessing", []string{"sqlite is public domain", "anyone is free to copy, modify, publish, use, compile, sell, or distribute"}, ""},
	{"GPL", []string{"gnu general public license version"}, "mozilla public license"},
	{"LGPL", []string{"gnu lesser general public license version"}, "mozilla public license"},
	{"AGPL", []string{"gnu affero general public license version"}, "mozilla public license"},
}

var (
	licenceFile = regexp.MustCompile(`(?i)^(.*-)?(licen[cs]e|copying|unlicense)([.-].*)?$`)
	spaces      = regexp.MustCompile(`[\s*#>]+`)
)

// licenceOf names the licences in a module's folder; a text nobody knows is "?" and its file.
func licenceOf(t *testing.T, dir string) string {
	t.Helper()
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, f := range files {
		if f.IsDir() || !licenceFile.MatchString(f.Name()) || strings.HasSuffix(f.Name(), ".go") || f.Name() == "LICENSE-LOGO" { // a picture is not built in
			continue
		}
		raw, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		names := recognise(string(raw))
		if len(names) == 0 {
			names = []string{"? (" + f.Name() + ")"}
		}
		found = append(found, names...)
	}
	slices.Sort(found)
	return strings.Join(slices.Compact(found), " AND ")
}

func recognise(text string) (out []string) {
	text = spaces.ReplaceAllString(strings.ToLower(text), " ")
	for _, l := range licenceMarks {
		all := l.not == "" || !strings.Contains(text, l.not)
		for _, m := range l.marks {
			all = all && strings.Contains(text, m)
		}
		if all && !slices.Contains(out, l.name) {
			out = append(out, l.name)
		}
	}
	return out
}

// mayCome reports whether every licence of a module is allowed.
func mayCome(licence string) bool {
	for l := range strings.SplitSeq(licence, " AND ") {
		if !slices.Contains(allowed, l) {
			return false
		}
	}
	return true
}

var depRow = regexp.MustCompile(`(?m)^\| (\S+\.\S+/?\S*) \|.*\| ([^|]*) \|$`)

// TestDependenciesAreListedAndFree holds docs/dependencies.md against what is really built.
func TestDependenciesAreListedAndFree(t *testing.T) {
	raw, err := os.ReadFile(dependencies)
	if err != nil && !*update {
		t.Fatal(err)
	}
	why := map[string]string{}
	for _, m := range depRow.FindAllStringSubmatch(string(raw), -1) {
		why[m[1]] = strings.TrimSpace(m[2])
	}
	var rows []string
	for path, m := range modules(t) {
		if m.why = why[path]; m.why == "" || m.why == "?" {
			m.why = "?"
			t.Errorf("%s is built in and %s does not say what for", path, dependencies)
		}
		if !mayCome(m.licence) {
			t.Errorf("%s has the licence %q, which is not among %v", path, m.licence, allowed)
		}
		rows = append(rows, m.row())
	}
	if len(rows) < 10 {
		t.Fatalf("found %d modules", len(rows))
	}
	slices.Sort(rows)
	want := dependenciesHead + strings.Join(rows, "\n") + "\n"
	if *update {
		if err := os.WriteFile(dependencies, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if want != string(raw) {
		t.Errorf("%s is not what is built; run go test . -run Dependencies -update-dependencies and read the difference", dependencies)
	}
}

const dependenciesHead = `# Dependencies

Every module that is built into the program or its tests, as ` + "`go list -deps`" + ` tells. ` + "`go test . -run Dependencies`" + ` fails when one
is missing here, has changed, or has a licence not among Apache-2.0, BSD, ISC, MIT, MPL-2.0, Unlicense and SQLite's blessing; with
` + "`-update-dependencies`" + ` it writes the list anew, keeping the last column, which is written by hand. A name in brackets is the module
that brings it along. The standard library (BSD-3-Clause) is not listed.

| module | version | licence | in | used by | what for |
|---|---|---|---|---|---|
`

func TestLicencesAreToldApart(t *testing.T) {
	const bsd = "Redistribution and use in source and binary forms,\n with or without modification, are permitted. "
	for text, want := range map[string]string{
		"Permission is hereby granted, free of charge, to any person\nobtaining a copy of this software. The above copyright notice and this permission notice shall": "MIT",
		bsd: "BSD-2-Clause",
		bsd + "* Neither the name of X may be used to endorse or promote products":           "BSD-3-Clause",
		"                                 Apache License\n   Version 2.0, January 2004":      "Apache-2.0",
		"Mozilla Public License Version 2.0 ... the GNU General Public License, Version 2.0": "MPL-2.0",
		"Mozilla Public License, version 2.0\n\n1. Definitions":                              "MPL-2.0",
		"GNU GENERAL PUBLIC LICENSE\n  Version 3, 29 June 2007":                              "GPL",
		"GNU AFFERO GENERAL PUBLIC LICENSE Version 3":                                        "AGPL",
		"You may use this for good, not for evil, and only on Tuesdays.":                     "",
	} {
		if got := strings.Join(recognise(text), " AND "); got != want {
			t.Errorf("%.40q: got %q, want %q", text, got, want)
		}
	}
	for licence, want := range map[string]bool{"MIT": true, "Apache-2.0 AND MIT": true, "GPL": false, "MIT AND GPL": false, "": false, "? (LICENSE)": false} {
		if mayCome(licence) != want {
			t.Errorf("%q: got %v, want %v", licence, !want, want)
		}
	}
}
