package main

import (
	"bufio"
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// asCommand makes the program of these tests the command itself.
const asCommand = "NNDL_TEST_AS_COMMAND"

func TestMain(m *testing.M) {
	if os.Getenv(asCommand) != "" {
		main()
	}
	os.Exit(m.Run())
}

// process returns the command as a process of its own, not yet started. It skips the test where there are none.
func process(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	if runtime.GOARCH == "wasm" {
		t.Skipf("%s starts no processes", runtime.GOOS)
	}
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, args...)
	cmd.Env = append(os.Environ(), asCommand+"=yes")
	return cmd
}

// command runs the command as a process of its own, where there are processes. It returns the exit status, and what
// the command printed.
func command(t *testing.T, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	if runtime.GOARCH == "wasm" {
		return mnist(args...)
	}
	var out, errOut bytes.Buffer
	cmd := process(t, args...)
	cmd.Stdout, cmd.Stderr = &out, &errOut
	if err := cmd.Run(); err != nil && !errors.As(err, new(*exec.ExitError)) {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), out.String(), errOut.String()
}

var kills = flag.Int("kills", 20, "how many times the kill test kills the command")

// Wherever it is killed, the file is that of an epoch, to the byte: the last that was whole, or an older one that the
// command before it has left.
func TestTheFileIsWholeWhereverTheCommandIsKilled(t *testing.T) {
	data, dir := tinyMNIST(t, 1), t.TempDir()
	file, other := filepath.Join(dir, "net"), filepath.Join(t.TempDir(), "net")
	settings := []string{"-data", data, "-hidden", "10", "-seed", "1", "-save"}
	var want []string // what the file holds after each epoch
	succeed(t, append(settings, other, "-epochs", "0")...)
	afterEpoch := func(epoch int) string {
		for len(want) <= epoch {
			n := len(want)
			succeed(t, "-data", data, "-load", other, "-save", other, "-epochs", fmt.Sprint(n))
			text := strings.Replace(readFile(t, other), fmt.Sprintf(`"epochs":%d`, n), `"epochs":1000000`, 1)
			want = append(want, text)
		}
		return want[epoch]
	}
	found := map[int]int{}
	for range *kills {
		killInTraining(t, process(t, append(settings, file, "-epochs", "1000000")...))
		_, s, err := load(file)
		if err != nil {
			t.Fatal(err)
		}
		if readFile(t, file) != afterEpoch(s.Epoch) {
			t.Fatalf("the file claims to be of epoch %d, and is another one", s.Epoch)
		}
		found[s.Epoch]++
	}
	left := ageLeavings(t, dir)
	succeed(t, append(settings, file, "-epochs", "1")...)
	wantFolder(t, dir, map[string][]byte{"net": []byte(readFile(t, file))})
	t.Logf("%d kills; the file held these epochs so often: %v; %d new files were left behind", *kills, found, left)
}

// startTraining starts the command, waits for its first epoch, and returns what its output is read from.
func startTraining(t *testing.T, cmd *exec.Cmd) (stdout io.Closer) {
	t.Helper()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for lines := bufio.NewScanner(out); lines.Scan() && !strings.HasPrefix(lines.Text(), "epoch "); {
	}
	return out
}

// killInTraining starts the command and kills it at a random moment after its first epoch.
func killInTraining(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	startTraining(t, cmd)
	time.Sleep(time.Duration(rand.Int64N(int64(50 * time.Millisecond))))
	cmd.Process.Kill()
	cmd.Wait()
}

// ageLeavings makes all other files beside net an hour older, and returns how many there are.
func ageLeavings(t *testing.T, dir string) int {
	t.Helper()
	leavings, err := filepath.Glob(filepath.Join(dir, "net.*"))
	if err != nil {
		t.Fatal(err)
	}
	then := time.Now().Add(-time.Hour)
	for _, name := range leavings {
		if err := os.Chtimes(name, then, then); err != nil {
			t.Fatal(err)
		}
	}
	return len(leavings)
}
