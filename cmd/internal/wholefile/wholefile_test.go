package wholefile

import (
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// holds fails the test unless the folder holds files of these names, and no more.
func holds(t *testing.T, folder string, names ...string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var there []string
	for _, entry := range entries {
		there = append(there, entry.Name())
	}
	slices.Sort(names)
	if !slices.Equal(there, names) {
		t.Errorf("the folder holds %q; want %q", there, names)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestAFileTakesItsPlaceAtCommitAndNotBefore(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "file")
	for _, old := range []string{"", "old"} {
		f, err := Create(path)
		must(t, err)
		_, err = f.WriteString("new")
		must(t, err)
		if text, err := os.ReadFile(path); string(text) != old || (err == nil) != (old != "") {
			t.Errorf("before Commit the path holds %q, %v; want %q", text, err, old)
		}
		must(t, f.Commit())
		if text := read(t, path); text != "new" {
			t.Errorf("after Commit the path holds %q", text)
		}
		f.Discard() // as a deferred call does
		holds(t, dir, "file")
		must(t, os.WriteFile(path, []byte("old"), 0o644))
	}
}

func TestAFileDiscardedLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "file")
	f, err := Create(path)
	must(t, err)
	_, err = f.WriteString("new")
	must(t, err)
	f.Discard()
	holds(t, dir)
}

func TestACommitThatFailsLeavesTheOld(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "file")
	must(t, Write(path, []byte("old")))
	f, err := Create(path)
	must(t, err)
	must(t, f.Close()) // so that Sync fails, as on a disk that is gone
	if err := f.Commit(); err == nil {
		t.Error("no error")
	}
	f.Discard()
	holds(t, dir, "file")
	if text := read(t, path); text != "old" {
		t.Errorf("the path holds %q", text)
	}
}

func TestTheNewFileHasThePermissionsOfTheOld(t *testing.T) {
	if runtime.GOOS == "windows" || runtime.GOOS == "wasip1" {
		t.Skipf("%s has other permissions", runtime.GOOS)
	}
	dir := t.TempDir()
	path, ordinary := filepath.Join(dir, "file"), filepath.Join(dir, "ordinary")
	mode := func(path string) fs.FileMode {
		info, err := os.Stat(path)
		must(t, err)
		return info.Mode()
	}
	must(t, Write(path, []byte("new")))
	must(t, os.WriteFile(ordinary, nil, 0o666))
	if mode(path) != mode(ordinary) {
		t.Errorf("a new file has %v; other programs' have %v", mode(path), mode(ordinary))
	}
	for _, want := range []fs.FileMode{0o600, 0o644, 0o666, 0o751} { // a umask usually forbids the last but one
		must(t, os.Chmod(path, want))
		must(t, Write(path, []byte("newer")))
		if mode(path) != want {
			t.Errorf("%v has become %v", want, mode(path))
		}
	}
}

func TestLinksAreFollowed(t *testing.T) {
	dir, far := t.TempDir(), t.TempDir()
	if err := os.Symlink(filepath.Join(far, "file"), filepath.Join(dir, "link")); err != nil {
		t.Skip(err)
	}
	must(t, os.WriteFile(filepath.Join(far, "file"), []byte("old"), 0o644))
	must(t, Write(filepath.Join(dir, "link"), []byte("new")))
	if info, err := os.Lstat(filepath.Join(dir, "link")); err != nil || info.Mode()&fs.ModeSymlink == 0 {
		t.Errorf("the link is gone: %v, %v", info, err)
	}
	if text := read(t, filepath.Join(far, "file")); text != "new" {
		t.Errorf("behind the link is %q", text)
	}
	holds(t, dir, "link")
	holds(t, far, "file")
}

func TestEveryLegalNameWillDo(t *testing.T) {
	long := []string{strings.Repeat("n", 250), strings.Repeat("é", 120)}
	for _, name := range append(long, "f", "[a-", "äöü", ".hidden", "a.tmp") {
		dir := t.TempDir()
		must(t, Write(filepath.Join(dir, name), []byte("new")))
		holds(t, dir, name)
	}
}

// Two processes may save to the same path, even two with the same number in two containers.
func TestWritersOfTheSamePathDoNotDisturbOneAnother(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	texts := []string{strings.Repeat("a", 100_000), strings.Repeat("b", 70_000)}
	must(t, Write(path, []byte(texts[0])))
	var writers sync.WaitGroup
	for i := range 4 {
		writers.Add(1)
		go func() {
			defer writers.Done()
			for range 20 {
				if err := Write(path, []byte(texts[i%2])); err != nil {
					t.Error(err)
				}
			}
		}()
	}
	for range 100 {
		if text := read(t, path); !slices.Contains(texts, text) {
			t.Fatalf("%d bytes of a mixture", len(text))
		}
	}
	writers.Wait()
	holds(t, filepath.Dir(path), "file")
}

func TestWhatWasLeftBehindIsCleared(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "net.json")
	left, err := Create(path) // and nothing more: as a process leaves it that is killed
	must(t, err)
	must(t, left.Close())
	others := []string{"net.json.backup.tmp", "net.json.0123456789abcdex.tmp", "net.json.0123456789abcdef",
		"net.json.0123456789abcdef0.tmp", "other.json.0123456789abcdef.tmp", "0123456789abcdef.tmp"}
	age := func(name string) {
		then := time.Now().Add(-leftAfter - time.Minute)
		must(t, os.Chtimes(filepath.Join(dir, name), then, then))
	}
	for _, name := range others {
		must(t, os.WriteFile(filepath.Join(dir, name), nil, 0o644))
		age(name)
	}
	must(t, Write(path, []byte("new")))
	holds(t, dir, append(others, "net.json", filepath.Base(left.Name()))...) // somebody may be writing it
	age(filepath.Base(left.Name()))
	must(t, Write(path, []byte("new")))
	holds(t, dir, append(others, "net.json")...)
}

func TestNothingElseThanAFileIsReplaced(t *testing.T) {
	dir := t.TempDir()
	for _, path := range []string{dir, filepath.Join(dir, "none", "file")} {
		if err := Write(path, []byte("new")); err == nil {
			t.Errorf("%s: no error", path)
		}
	}
	holds(t, dir)
}
