package main

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"

	"nndl"
	"nndl/cmd/internal/netfile"
	"nndl/cmd/internal/wholefile"
)

// A saved is what -save writes and -load reads: the network as network2.py has it, how many epochs it has been
// trained, and with which settings.
type saved struct {
	netfile.Saved
	Epoch    int             `json:"epoch"`
	Settings json.RawMessage `json:"settings,omitempty"` // nil in files of network2.py
}

// maxFile bounds the file of a network, in bytes. A weight takes up to 24 characters, and a few beside it.
const maxFile int64 = 30 * maxWeights

// load returns the network in a file, and what was saved with it.
func load(path string) (*nndl.Network, *saved, error) {
	s := new(saved)
	if err := netfile.Read(path, maxFile, s); err != nil {
		return nil, nil, err
	}
	net, err := s.Network()
	if err != nil {
		return nil, nil, fmt.Errorf("%s: not a saved network: %w", path, err)
	}
	inputs, outputs := net.Sizes[0], net.Sizes[len(net.Sizes)-1]
	if inputs != nndl.Side*nndl.Side || outputs != 10 {
		return nil, nil, fmt.Errorf("%s: a network of %d inputs and %d outputs; to read digits it takes %d and 10",
			path, inputs, outputs, nndl.Side*nndl.Side)
	}
	if s.Epoch < 0 {
		return nil, nil, fmt.Errorf("%s: epoch %d; expected 0 or more", path, s.Epoch)
	}
	return net, s, nil
}

// store writes to path what get returns. Ctrl-C stops it, however large the network is. At every moment path holds all
// of the new file or what it held before.
func store(ctx context.Context, path string, get func() (saved, error)) error {
	text, err := heed(ctx, func() ([]byte, error) {
		s, err := get()
		if err != nil {
			return nil, err
		}
		return json.Marshal(s)
	})
	if err != nil {
		return err
	}
	f, err := wholefile.Create(path)
	if err != nil {
		return err
	}
	defer f.Discard()
	_, err = heed(ctx, func() (any, error) { // all that takes long in Commit, too
		_, err := f.Write(text)
		_, errEnd := f.WriteString("\n")
		return nil, cmp.Or(err, errEnd, f.Sync())
	})
	if err != nil {
		return err
	}
	return f.Commit()
}

// fingerprint names the digits of a training set.
func fingerprint(d nndl.Digits) string {
	h := sha256.New()
	h.Write(d.Pixels)
	h.Write(d.Labels)
	return fmt.Sprintf("%d digits, sha256 %x", d.Len(), h.Sum(nil)[:8])
}
