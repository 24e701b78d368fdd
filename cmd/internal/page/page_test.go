package page

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// in returns the names of the files in a folder.
func in(t *testing.T, dir string) (names string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		names += entry.Name() + " "
	}
	return names
}

func TestWrite(t *testing.T) {
	dir := t.TempDir()
	path, link := filepath.Join(dir, "page.html"), filepath.Join(dir, "link.html")
	for _, text := range []string{"first", "second, which is longer", ""} {
		if err := Writable(path); err != nil {
			t.Fatal(err)
		}
		if err := Write(path, []byte(text)); err != nil {
			t.Fatal(err)
		}
		if got, _ := os.ReadFile(path); string(got) != text {
			t.Errorf("%q; want %q", got, text)
		}
	}
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("page.html", link); err != nil {
		t.Skip("no links here: ", err)
	}
	if err := Write(link, []byte("through a link")); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if got, _ := os.ReadFile(path); err != nil || string(got) != "through a link" || info.Mode().Perm() != 0o600 {
		t.Errorf("%q with %v, %v; want the new text with the old permissions", got, info.Mode(), err)
	}
	if got := in(t, dir); got != "link.html page.html " {
		t.Errorf("in the folder are %s", got)
	}
}

// TestWriteReplacesTheWholeFile keeps the old file under another name: it must not be written to.
func TestWriteReplacesTheWholeFile(t *testing.T) {
	dir := t.TempDir()
	path, kept := filepath.Join(dir, "page.html"), filepath.Join(dir, "kept.html")
	if err := Write(path, []byte("old")); err != nil {
		t.Fatal(err)
	}
	if err := os.Link(path, kept); err != nil {
		t.Skip("no second names here: ", err)
	}
	if err := Write(path, []byte("new")); err != nil {
		t.Fatal(err)
	}
	if text, _ := os.ReadFile(kept); string(text) != "old" {
		t.Errorf("the old file has become %q", text)
	}
}

func TestWriteLeavesAloneWhatItMayNotReplace(t *testing.T) {
	dir := t.TempDir()
	for _, path := range []string{dir, filepath.Join(dir, "none", "page.html"), os.DevNull} {
		for name, err := range map[string]error{"Writable": Writable(path), "Write": Write(path, nil)} {
			if err == nil || strings.Contains(err.Error(), "\n") {
				t.Errorf("%s of %s: %v; want an error", name, path, err)
			}
		}
	}
	if got := in(t, dir); got != "" {
		t.Errorf("in the folder are %s", got)
	}
}
