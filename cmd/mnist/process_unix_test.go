//go:build unix

package main

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

// Whoever opens a pipe waits for its other end. So the command must not even open it.
func TestAPipeWhereAFileShouldBe(t *testing.T) {
	dir := t.TempDir()
	folder := filepath.Join(dir, "folder")
	pipe, images := filepath.Join(dir, "pipe"), filepath.Join(folder, "train-images-idx3-ubyte")
	if err := os.Mkdir(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{pipe, images} {
		if err := syscall.Mkfifo(path, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	checkRefusals(t, dir, tinyMNIST(t, 1), []refusal{
		{"-load of a pipe", "-load DIR/pipe", 1, "open DIR/pipe: it is a named pipe, not a file"},
		{"-save onto a pipe", "-save DIR/pipe", 1, "-save: open DIR/pipe: it is a named pipe, not a file"},
		{"-data with a pipe", "-data DIR/folder", 1,
			"open DIR/folder/train-images-idx3-ubyte: it is a named pipe, not a file"},
		{"-download beside a pipe", "-download -data DIR/folder", 1, "DIR/folder/train-images-idx3-ubyte: open " +
			"DIR/folder/train-images-idx3-ubyte: it is a named pipe, not a file, expected content with SHA-256 " +
			mnistFiles[0].sha256 + "; move the file away, then download again"},
	})
}

// Ctrl-C in "mnist | tee log" ends tee too, as a rule before the command prints its last lines.
func TestCtrlCWhenItsReaderIsGone(t *testing.T) {
	cmd := process(t, "-data", tinyMNIST(t, 1), "-hidden", "2000", "-batch", "100", "-epochs", "1000000")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	stdout := startTraining(t, cmd)
	for _, do := range []func() error{
		func() error { return cmd.Process.Signal(syscall.SIGSTOP) },
		stdout.Close,
		func() error { return cmd.Process.Signal(os.Interrupt) },
		func() error { return cmd.Process.Signal(syscall.SIGCONT) },
	} {
		if err := do(); err != nil {
			t.Fatal(err)
		}
	}
	cmd.Wait()
	last := regexp.MustCompile(`^mnist: stopped by Ctrl-C in epoch \d+; epoch \d+ is kept\n$`)
	if status := cmd.ProcessState.ExitCode(); status != 130 || !last.MatchString(stderr.String()) {
		t.Errorf("%v, standard error %q; want exit status 130 and %v", cmd.ProcessState, stderr.String(), last)
	}
}

// Without Ctrl-C a reader that is gone is an error. (Once it ended the command without a word.)
func TestAReaderThatIsGone(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	r.Close()
	defer w.Close()
	var stderr bytes.Buffer
	cmd := process(t, "-data", tinyMNIST(t, 1), "-epochs", "1000000")
	cmd.Stdout, cmd.Stderr = w, &stderr
	cmd.Run()
	want := "mnist: write /dev/stdout: broken pipe\n"
	if cmd.ProcessState.ExitCode() != 1 || stderr.String() != want {
		t.Errorf("%v, standard error %q; want exit status 1, %q", cmd.ProcessState, stderr.String(), want)
	}
}

// A disk that has no room for a new file is one on which no file may be longer than so many blocks.
func TestAFullDiskLeavesTheOldFile(t *testing.T) {
	data, dir := tinyMNIST(t, 1), t.TempDir()
	file := filepath.Join(dir, "net")
	succeed(t, "-data", data, "-epochs", "1", "-save", file)
	old := readFile(t, file)
	cmd := process(t, "-data", data, "-load", file, "-epochs", "3", "-save", file)
	cmd.Args = append([]string{"sh", "-c", `ulimit -f 100; exec "$0" "$@"`, cmd.Path}, cmd.Args[1:]...)
	cmd.Path = "/bin/sh"
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	cmd.Run()
	said := regexp.MustCompile(`net\.[0-9a-f]{16}\.tmp`).ReplaceAllString(stderr.String(), "net.NUMBER.tmp")
	want := "mnist: -save: write " + file + ".NUMBER.tmp: file too large\n"
	if cmd.ProcessState.ExitCode() != 1 || said != want {
		t.Errorf("%v, standard error %q; want exit status 1, %q", cmd.ProcessState, said, want)
	}
	wantFolder(t, dir, map[string][]byte{"net": []byte(old)})
}

// unprivileged makes cmd run as a user who may not do everything. That user can enter the temporary folders of t,
// whatever the umask, and has one to write what go test -cover wants.
func unprivileged(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	if os.Geteuid() != 0 {
		return
	}
	dir := t.TempDir()
	program, err := os.ReadFile(cmd.Path) // from a folder that only root can enter
	if err != nil {
		t.Fatal(err)
	}
	cmd.Path = filepath.Join(dir, "mnist")
	for _, err := range []error{
		os.WriteFile(cmd.Path, program, 0o755),
		os.Chmod(cmd.Path, 0o755),
		os.Chmod(dir, 0o777),
		os.Chmod(filepath.Dir(dir), 0o755),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	cmd.Env = append(cmd.Env, "GOCOVERDIR="+dir)
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
}

func TestWhatMayNotBeWritten(t *testing.T) {
	for _, test := range []struct {
		name         string
		folder, file os.FileMode
		says         string
	}{
		{"a folder that takes no new file", 0o555, 0o666, "-save: no new file beside DIR/net: permission denied"},
		{"a file that is for reading only", 0o777, 0o444, "-save: open DIR/net: permission denied"},
		{"a folder that lets nobody in", 0o000, 0o666, "-save: lstat DIR/net: permission denied"},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			file := filepath.Join(dir, "net")
			writeFile(t, file, []byte("old"))
			cmd := process(t, "-data", tinyMNIST(t, 1), "-epochs", "1", "-save", file)
			unprivileged(t, cmd)
			if err := os.Chmod(file, test.file); err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(dir, test.folder); err != nil {
				t.Fatal(err)
			}
			var stderr bytes.Buffer
			cmd.Stderr = &stderr
			ran := cmd.Run()
			if err := os.Chmod(dir, 0o755); err != nil {
				t.Fatal(err)
			}
			if errors.Is(ran, fs.ErrPermission) {
				t.Skipf("only this user may enter the folder for temporary files: %v", ran)
			}
			want := "mnist: " + strings.ReplaceAll(test.says, "DIR", dir) + "\n"
			if cmd.ProcessState.ExitCode() != 1 || stderr.String() != want {
				t.Errorf("%v, standard error %q; want exit status 1, %q", cmd.ProcessState, stderr.String(), want)
			}
			wantFolder(t, dir, map[string][]byte{"net": []byte("old")})
		})
	}
}
