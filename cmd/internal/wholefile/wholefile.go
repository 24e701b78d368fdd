// Package wholefile writes files whole: at every moment, also after a crash or a power cut, a path holds all of the new
// file or what it held before. It also tells regular files from things that only look like files.
package wholefile

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Stat is os.Stat for a regular file. If something else is there, the error says what. To ask beforehand matters: who
// opens a named pipe waits for somebody at its other end, perhaps for ever.
func Stat(path string) (fs.FileInfo, error) {
	info, err := os.Stat(path)
	if err != nil || info.Mode().IsRegular() {
		return info, err
	}
	what := "a device"
	switch mode := info.Mode(); {
	case mode.IsDir():
		what = "a folder"
	case mode&fs.ModeNamedPipe != 0:
		what = "a named pipe"
	case mode&fs.ModeSocket != 0:
		what = "a socket"
	}
	return nil, &fs.PathError{Op: "open", Path: path, Err: errors.New("it is " + what + ", not a file")}
}

// Folder returns nil if path is a folder, or nothing yet. Otherwise the error says why it is none.
func Folder(path string) error {
	info, err := os.Stat(path)
	if err == nil && !info.IsDir() {
		return fmt.Errorf("%s is a file, not a folder", path)
	}
	if errors.Is(err, fs.ErrNotExist) && strings.HasPrefix(path, "~") {
		return fmt.Errorf("%s is not there: the shell expands no ~ in quotes or behind =; write the path in full", path)
	}
	return nil
}

// A File is a new file that is to take the place of another. Until Commit it has a name of its own, beside the other.
type File struct {
	*os.File
	path string // its place
}

// Create makes a new, empty file for path: Commit puts it there, Discard removes it. If path is a link, its place is
// where the link leads. If a file is there already, the new one gets its permissions. The error says that something
// else than a file is there, that the file may not be written (then it must not be replaced either), or that the folder
// takes no new one.
//
// Whoever is killed before Commit or Discard leaves the new file behind. Create removes what was left so for the same
// path.
func Create(path string) (*File, error) {
	path, old, err := place(path)
	if err != nil {
		return nil, err
	}
	mode := fs.FileMode(0o666) // less what the user's umask takes away
	if old != nil {
		mode = old.Mode().Perm()
	}
	// Nobody can guess this name, and O_EXCL opens nothing that is there already, not even a link. os.CreateTemp makes
	// sure of the same, but its files are for their owner's eyes only, and no portable call tells the umask.
	folder, base := filepath.Split(path)
	name := folder + leavingsOf(base) + fmt.Sprintf("%016x", rand.Uint64()) + suffix
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return nil, fmt.Errorf("no new file beside %s: %w", path, errors.Unwrap(err))
	}
	if old != nil {
		_ = f.Chmod(mode) // what the umask took away; some file systems have no permissions
	}
	clearLeavings(f, base)
	return &File{f, path}, nil
}

// Writable returns the error that Create would return now, and leaves nothing behind.
func Writable(path string) error {
	f, err := Create(path)
	if err == nil {
		f.Discard()
	}
	return err
}

// Write puts data in the place of path. If it fails, what was there before still is.
func Write(path string, data []byte) error {
	f, err := Create(path)
	if err != nil {
		return err
	}
	defer f.Discard()
	if _, err := f.Write(data); err != nil {
		return err
	}
	return f.Commit()
}

// place returns where path leads, and what is known of the file that is there already: nil if there is none.
func place(path string) (target string, old fs.FileInfo, err error) {
	if path == "" {
		return "", nil, errors.New("a file without a name")
	}
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		return path, nil, nil
	} else if err != nil {
		return "", nil, err
	}
	if target, err = filepath.EvalSymlinks(path); err != nil {
		return "", nil, fmt.Errorf("%s leads nowhere: %w", path, err)
	}
	if old, err = Stat(target); err != nil {
		return "", nil, err
	}
	f, err := os.OpenFile(target, os.O_WRONLY, 0)
	if err != nil {
		return "", nil, err
	}
	return target, old, f.Close()
}

// Commit puts f in its place. The error says that the disk is full, for example. Then what was there before still is.
func (f *File) Commit() error {
	// Without Sync a power cut might leave the name with nothing behind it.
	if err := cmp.Or(f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), f.path)
}

// Discard removes f, unless it is in its place.
func (f *File) Discard() {
	f.Close()
	os.Remove(f.Name())
}

const suffix = ".tmp"

// leavingsOf returns how the names of new files for a file of this name begin. It is much shorter than the longest
// name, 255 bytes on most systems, so that a number has room behind it.
func leavingsOf(base string) string {
	return strings.ToValidUTF8(base[:min(len(base), 40)], "") + "."
}

// leftAfter is how long nobody writes to a file before it counts as left behind. Even a slow disk needs less for Sync.
const leftAfter = 10 * time.Minute

// clearLeavings removes older files that were made for the same place as f, in vain.
func clearLeavings(f *os.File, base string) {
	now, err := f.Stat() // by the clock of the disk, which may be another computer's
	if err != nil {
		return
	}
	folder := filepath.Dir(f.Name())
	entries, _ := os.ReadDir(folder)
	for _, entry := range entries {
		rest, ours := strings.CutPrefix(entry.Name(), leavingsOf(base))
		number, ends := strings.CutSuffix(rest, suffix)
		_, err := strconv.ParseUint(number, 16, 64)
		if !ours || !ends || len(number) != 16 || err != nil {
			continue
		}
		if info, err := entry.Info(); err == nil && now.ModTime().Sub(info.ModTime()) > leftAfter {
			os.Remove(filepath.Join(folder, entry.Name()))
		}
	}
}
