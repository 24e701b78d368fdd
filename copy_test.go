package nndl

import (
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// copying returns the rows of README.md's table of files to copy: a file and those that it needs beside it.
func copying(t *testing.T) map[string][]string {
	t.Helper()
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string][]string{}
	file := regexp.MustCompile(`[a-z]+\.go`)
	for _, line := range strings.Split(string(text), "\n") {
		cells := strings.Split(line, "|")
		if len(cells) != 5 || !strings.HasPrefix(strings.TrimSpace(cells[2]), "`") {
			continue
		}
		if take := file.FindAllString(cells[2], -1); len(take) == 1 {
			rows[take[0]] = file.FindAllString(cells[3], -1)
		}
	}
	return rows
}

// Every file compiles in somebody else's package with the files that README.md says it needs, and without any one of
// them it does not.
func TestFilesCopyAsTheREADMESays(t *testing.T) {
	rows := copying(t)
	list, err := exec.Command("go", "list", "-export", "-deps", "-f", "{{.ImportPath}} {{.Export}}", ".").Output()
	if err != nil {
		t.Skipf("no standard library to compile with: %v", err)
	}
	compiled := map[string]string{} // where each package is
	for _, line := range strings.Split(string(list), "\n") {
		name, path, _ := strings.Cut(line, " ")
		compiled[name] = path
	}
	std := importer.ForCompiler(token.NewFileSet(), "gc", func(name string) (io.ReadCloser, error) {
		return os.Open(compiled[name])
	})
	compiles := func(names []string) error {
		fset := token.NewFileSet()
		var files []*ast.File
		for _, name := range names {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			renamed := regexp.MustCompile(`(?m)^package nndl$`).ReplaceAll(text, []byte("package somebody"))
			f, err := parser.ParseFile(fset, name, renamed, 0)
			if err != nil {
				t.Fatal(err)
			}
			files = append(files, f)
		}
		_, err := (&types.Config{Importer: std}).Check("somebody", fset, files, nil)
		return err
	}
	for _, name := range []string{"perceptron.go", "sigmoid.go", "backprop.go", "cost.go", "softmax.go", "mnist.go"} {
		beside, ok := rows[name]
		if !ok {
			t.Errorf("README.md does not say what %s needs", name)
			continue
		}
		t.Logf("%-14s with %v", name, beside)
		if err := compiles(append([]string{name}, beside...)); err != nil {
			t.Errorf("%s with %v does not compile: %v", name, beside, err)
		}
		for i, spare := range beside {
			without := append([]string{name}, beside[:i]...)
			if compiles(append(without, beside[i+1:]...)) == nil {
				t.Errorf("%s compiles without %s", name, spare)
			}
		}
	}
}
