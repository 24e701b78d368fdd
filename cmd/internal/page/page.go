// Package page has what pages that commands write have in common: their style, and how a file is written.
package page

import (
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Style is the style sheet of a page.
//
//go:embed page.css
var Style string

// Write writes a file. At every moment path holds all of the new file or what it held before.
func Write(path string, data []byte) error {
	tmp, path, mode, err := beside(path)
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name()) // in vain once it is renamed
	_, err = tmp.Write(data)
	if err = errors.Join(err, tmp.Chmod(mode), tmp.Sync(), tmp.Close()); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}

// Writable returns the error that Write would return now, and leaves nothing behind.
func Writable(path string) error {
	tmp, _, _, err := beside(path)
	if err != nil {
		return err
	}
	return errors.Join(tmp.Close(), os.Remove(tmp.Name()))
}

// beside makes a new file in the folder of target, which is path after all links, to be renamed to it with these
// permissions.
func beside(path string) (tmp *os.File, target string, mode fs.FileMode, err error) {
	if target, mode, err = resolve(path); err != nil {
		return nil, "", 0, err
	}
	tmp, err = os.CreateTemp(filepath.Dir(target), filepath.Base(target)+".*.tmp")
	if reason := (*fs.PathError)(nil); errors.As(err, &reason) { // it has the name of the new file, which means nothing
		err = fmt.Errorf("no file can be made in %s: %w", filepath.Dir(target), reason.Err)
	}
	return tmp, target, mode, err
}

// resolve returns path after all links, and the permissions that the file is to have. What is there already must be a
// file that can be written.
func resolve(path string) (string, fs.FileMode, error) {
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		return path, 0o644, nil
	}
	path, err := filepath.EvalSymlinks(path)
	if err != nil {
		return "", 0, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return "", 0, err
	}
	if !info.Mode().IsRegular() {
		return "", 0, fmt.Errorf("%s is not a file", path)
	}
	old, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return "", 0, err
	}
	return path, info.Mode().Perm(), old.Close()
}
