// Package gotool runs the command go, and reads what tests print.
package gotool

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// Run runs the command go in a folder and returns what it prints.
func Run(dir string, args ...string) ([]byte, error) {
	return run(context.Background(), dir, nil, args...)
}

// run is Run until ctx is cancelled, with env added to the environment.
func run(ctx context.Context, dir string, env []string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = dir
	cmd.Env = append(cmd.Environ(), env...)
	out, err := cmd.Output()
	if errors.Is(err, exec.ErrNotFound) {
		return nil, errors.New("there is no command go on the PATH, which this takes; it is at https://go.dev/dl")
	}
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		return out, fmt.Errorf("go %s: %s", args[0], reason(string(exit.Stderr)+exit.String()))
	}
	return out, err
}

// reason returns the first line of what the command go printed that says something, "" if none does.
func reason(text string) string {
	for _, line := range strings.Split(text, "\n") {
		if line != "" && !strings.HasPrefix(line, "#") && !strings.HasPrefix(line, "FAIL") {
			return line
		}
	}
	return ""
}

// Wasm builds a command of this module for browsers. It returns the program, the JavaScript through which it speaks to
// a browser, and the licence of the parts of Go that are in both. The current folder must be of the module.
func Wasm(ctx context.Context, command string) (program, glue, licence []byte, err error) {
	dir, err := os.MkdirTemp("", "wasm")
	if err != nil {
		return nil, nil, nil, err
	}
	defer os.RemoveAll(dir)
	env, out := []string{"GOOS=js", "GOARCH=wasm"}, filepath.Join(dir, "program")
	root, errRoot := run(ctx, "", env, "env", "GOROOT")
	_, errBuild := run(ctx, "", env, "build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-o", out, command)
	program, errOut := os.ReadFile(out)
	goroot := strings.TrimSpace(string(root))
	// The JavaScript moved with Go 1.24. Debian keeps licences in its own place.
	glue, errGlue := oneOf(goroot+"/lib/wasm/wasm_exec.js", goroot+"/misc/wasm/wasm_exec.js")
	debian := "/usr/share/doc/golang-" + strings.TrimPrefix(filepath.Base(goroot), "go-") + "-go/copyright"
	licence, errLicence := oneOf(goroot+"/LICENSE", debian)
	return program, glue, licence, cmp.Or(errRoot, errBuild, errOut, errGlue, errLicence)
}

// oneOf returns the first of these files that is there.
func oneOf(paths ...string) ([]byte, error) {
	for _, path := range paths {
		if text, err := os.ReadFile(path); err == nil {
			return text, nil
		}
	}
	return nil, fmt.Errorf("the Go toolchain has no %s", strings.Join(paths, " and no "))
}

// A Result is how a test ended, and what it logged.
type Result struct {
	Ended string   // pass, fail or skip
	Subs  []string // the names of its sub-tests, in their order
	Logs  []Log

	output strings.Builder
}

// A Log is some lines that a test logged, joined, or a table.
type Log struct {
	Line string
	Head []string
	Rows []Row
}

// A Row is a row of a table. It has failed if the test says that one of its cells does not hold.
type Row struct {
	Failed bool
	Cells  []string
}

// Test runs the tests of the package in a folder whose names match a pattern, each once, and returns the results by
// their names. A test that fails is no error. The error says why none ran, as when the package cannot be compiled.
func Test(dir, pattern string) (map[string]*Result, error) {
	out, err := Run(dir, "test", "-json", "-v", "-count=1", "-run", pattern, ".")
	results := map[string]*Result{}
	var stray strings.Builder // what no test printed, as the compiler's errors (which are in err before Go 1.24)
	for _, line := range bytes.Split(out, []byte("\n")) {
		var event struct{ Action, Test, Output string }
		if json.Unmarshal(line, &event) != nil {
			event.Output = string(line) + "\n"
		}
		if event.Test == "" {
			stray.WriteString(event.Output)
			continue
		}
		r := results[event.Test]
		if r == nil {
			r = &Result{Ended: "fail"} // unless it says otherwise
			results[event.Test] = r
			if parent, _, sub := strings.Cut(event.Test, "/"); sub {
				results[parent].Subs = append(results[parent].Subs, event.Test)
			}
		}
		r.output.WriteString(event.Output)
		if event.Action == "pass" || event.Action == "skip" {
			r.Ended = event.Action
		}
	}
	for _, r := range results {
		r.read()
	}
	if len(results) == 0 {
		return nil, fmt.Errorf("no test ran: %s", cmp.Or(reason(stray.String()), fmt.Sprint(err)))
	}
	return results, nil
}

var (
	place  = regexp.MustCompile(`^ *\w+\.go:\d+: (.*)$`)
	noise  = regexp.MustCompile(`^\s*(=== |--- |$)`)
	rule   = regexp.MustCompile(`^\s*[─┼]+$`)
	broken = regexp.MustCompile(`does not hold in the row (.*)$`)
)

// read fills Logs from the output, without the lines of go test itself.
func (r *Result) read() {
	var entries [][]string // of lines
	wrong := map[string]bool{}
	for _, line := range strings.Split(r.output.String(), "\n") {
		if m := broken.FindStringSubmatch(line); m != nil {
			wrong[fmt.Sprint(cells(m[1]))] = true
		}
		begin := place.FindStringSubmatch(line)
		switch last := len(entries) - 1; {
		case begin != nil:
			entries = append(entries, begin[1:])
		case noise.MatchString(line):
		case last >= 0:
			entries[last] = append(entries[last], line)
		default:
			entries = append(entries, []string{line})
		}
	}
	for _, lines := range entries {
		ruled := slices.IndexFunc(lines, rule.MatchString)
		if ruled < 1 {
			words := strings.Fields(strings.Join(lines, " "))
			r.Logs = append(r.Logs, Log{Line: strings.Join(words, " ")})
			continue
		}
		table := Log{Head: cells(lines[ruled-1])}
		for _, line := range lines[ruled+1:] {
			table.Rows = append(table.Rows, Row{wrong[fmt.Sprint(cells(line))], cells(line)})
		}
		r.Logs = append(r.Logs, table)
	}
}

// cells cuts a line of a table into its cells.
func cells(line string) []string {
	all := strings.Split(line, "│")
	for i := range all {
		all[i] = strings.TrimSpace(all[i])
	}
	return all
}
