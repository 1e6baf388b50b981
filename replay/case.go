package replay

import (
	"errors"
	"io"
	"io/fs"

	"linli/community"
	"linli/configs"
	"linli/sheets"
)

// ReadCase reads a recorded community: community.yaml, transcript.jsonl and, if
// it is there, resources.csv. Its gold.json is never opened.
func ReadCase(dir fs.FS) (c Case, err error) {
	if err := readPart(dir, "community.yaml", func(r io.Reader) (e error) { c.Profile, c.Groups, e = configs.ReadCommunity(r); return e }); err != nil {
		return c, err
	}
	for i, g := range c.Groups {
		c.Groups[i].Handles = []community.Handle{{Channel: Channel, ID: string(g.ID)}}
	}
	err = readPart(dir, "resources.csv", func(r io.Reader) (e error) { c.Resources, e = ReadResources(r); return e })
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return c, err
	}
	return c, readPart(dir, "transcript.jsonl", func(r io.Reader) (e error) { c.Messages, e = ReadMessages(r); return e })
}

func readPart(dir fs.FS, name string, read func(io.Reader) error) error {
	f, err := dir.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	return read(f)
}

// ReadResources reads a case's resource list, a CSV. A recorded list is taken as it is: a cell
// that an import would refuse is no reason not to hear the talk.
func ReadResources(r io.Reader) ([]community.Resource, error) {
	tables, err := sheets.Read("resources.csv", r)
	if err != nil && !errors.Is(err, sheets.ErrEmpty) {
		return nil, err
	}
	list, err := sheets.Resources().Read(tables)
	if faults := new(sheets.Faults); errors.Is(err, sheets.ErrEmpty) || errors.As(err, &faults) && len(list.Rows) > 0 {
		return list.Rows, nil
	}
	return list.Rows, err
}
