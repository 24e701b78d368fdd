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
	"nndl/cmd/internal/netfile"
)

// A saved is what -save writes and -load reads: the network as network2.py has it, how many epochs it has been
// trained, and with which settings.
type saved struct {
	netfile.Saved
	Epoch    int             `json:"epoch"`
	Settings json.RawMessage `json:"settings,omitempty"` // nil in files of network2.py
}

// load returns the network in a file, and what was saved with it.
func load(path string) (*nndl.Network, *saved, error) {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return nil, nil, fmt.Errorf("%s is not a file", path)
	}
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
		var value *json.UnmarshalTypeError
		if errors.As(err, &value) {
			return nil, nil, fmt.Errorf("%s: not a saved network, at byte %d: %w", path, value.Offset, err)
		}
		return nil, nil, fmt.Errorf("%s: not a saved network: %w", path, err)
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
	return net, &s, nil
}

// store writes a network to path. At every moment path holds all of the new file or what it held before.
func store(path string, s saved) error {
	text, err := json.Marshal(s)
	if err != nil {
		return err
	}
	tmp, path, err := beside(path)
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name()) // in vain once it is renamed
	_, err = tmp.Write(append(text, '\n'))
	if err = errors.Join(err, tmp.Sync(), tmp.Close()); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}

// beside opens a new file in the folder of target, which is path after all links. It is to be renamed to target. If
// target is there already, the new file has its permissions. The error says that target is not a file, as /dev/null
// is not, or that it may not be written: then it must not be replaced either.
func beside(path string) (tmp *os.File, target string, err error) {
	mode := fs.FileMode(0o666) // less what the user's umask takes away
	if _, err := os.Lstat(path); err == nil {
		if path, err = filepath.EvalSymlinks(path); err != nil {
			return nil, "", err
		}
		info, err := os.Stat(path)
		if err != nil {
			return nil, "", err
		}
		if !info.Mode().IsRegular() {
			return nil, "", fmt.Errorf("%s is not a file", path)
		}
		old, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			return nil, "", err
		}
		old.Close()
		mode = info.Mode().Perm()
	} else if _, err := os.Stat(filepath.Dir(path)); err != nil {
		return nil, "", err
	}
	tmp, err = os.OpenFile(fmt.Sprintf("%s.%d.tmp", path, os.Getpid()), os.O_WRONLY|os.O_CREATE|os.O_TRUNC, mode)
	return tmp, path, err
}

// canStore returns an error if store would fail. It is called before hours are spent on training, and leaves nothing
// behind.
func canStore(path string) error {
	tmp, _, err := beside(path)
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
