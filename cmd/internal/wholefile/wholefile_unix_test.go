//go:build unix

package wholefile

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestStatSaysWhatIsNoFile(t *testing.T) {
	dir, err := os.MkdirTemp("", "") // shorter than t.TempDir: the name of a socket must be short
	must(t, err)
	defer os.RemoveAll(dir)
	pipe, socket, file := filepath.Join(dir, "pipe"), filepath.Join(dir, "socket"), filepath.Join(dir, "file")
	must(t, syscall.Mkfifo(pipe, 0o666))
	listener, err := net.Listen("unix", socket)
	must(t, err)
	defer listener.Close()
	for path, what := range map[string]string{
		dir: "a folder", pipe: "a named pipe", socket: "a socket", os.DevNull: "a device",
	} {
		_, err := Stat(path)
		if want := "open " + path + ": it is " + what + ", not a file"; err == nil || err.Error() != want {
			t.Errorf("error %q; want %q", err, want)
		}
		if path == os.DevNull {
			continue // A root who tests Create with an error in it would lose this.
		}
		if _, err := Create(path); err == nil || !strings.Contains(err.Error(), what) {
			t.Errorf("Create: error %q", err)
		}
	}
	must(t, os.WriteFile(file, []byte("text"), 0o644))
	if info, err := Stat(file); err != nil || info.Size() != 4 {
		t.Errorf("a file: %v, %v", info, err)
	}
}
