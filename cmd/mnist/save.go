package main

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"nndl"
)

// A saved is what -save writes and -load reads: the network as network2.py
// has it, and how far it has been trained with which settings.
type saved struct {
	nndl.Saved
	Epoch    int       `json:"epoch"`
	Settings *settings `json:"settings,omitempty"` // nil in files of network2.py
}

// load returns the network in a file, and what was saved with it.
func load(path string) (*nndl.Network, *saved, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, nil, err
	}
	var s saved
	if err := json.Unmarshal(text, &s); err != nil {
		var syntax *json.SyntaxError
		if errors.As(err, &syntax) {
			return nil, nil, fmt.Errorf("%s: not JSON, from byte %d on: %w", path, syntax.Offset, err)
		}
		return nil, nil, fmt.Errorf("%s: not a saved network: %w", path, err)
	}
	net, err := s.Network(nndl.SigmoidNeurons, nndl.LinearNeurons, nndl.SoftmaxLayer, nndl.Perceptrons)
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
	return net, &s, nil
}

// store writes a network so that path holds, at every moment, either what it held
// before or all of the new.
func store(path string, s saved) error {
	text, err := json.Marshal(s)
	if err != nil {
		return err
	}
	path, err = writable(path)
	if err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.tmp")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.Write(append(text, '\n'))
	err = errors.Join(err, tmp.Chmod(0o644), tmp.Sync(), tmp.Close())
	if err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}

// writable returns the file that path stands for, following links, or an
// error if it cannot be replaced. What is not a file, such as /dev/null, must not
// be.
func writable(path string) (string, error) {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	}
	info, err := os.Stat(path)
	switch {
	case err == nil && !info.Mode().IsRegular():
		return path, fmt.Errorf("%s is not a file", path)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return path, err
	}
	return path, nil
}

// canStore returns an error if store would fail, before hours are spent on
// what it should store. It leaves nothing behind.
func canStore(path string) error {
	path, err := writable(path)
	if err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.tmp")
	if err != nil {
		return err
	}
	return errors.Join(tmp.Close(), os.Remove(tmp.Name()))
}

// fingerprint names the digits of a training set.
func fingerprint(d nndl.Digits) string {
	h := sha256.New()
	h.Write(d.Pixels)
	h.Write(d.Labels)
	return fmt.Sprintf("%d digits, sha256 %x", d.Len(), h.Sum(nil)[:8])
}
