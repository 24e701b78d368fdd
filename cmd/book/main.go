// Command book makes a book of package nndl: its files as prose beside code, the exercises with what the tests have
// just measured, and figures drawn by the package itself. It is one HTML file that needs nothing else.
//
//	go run ./cmd/book -o book.html
//	go run ./cmd/book -figures folder
package main

import (
	"bytes"
	"cmp"
	_ "embed"
	"errors"
	"flag"
	"fmt"
	"html/template"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"nndl/cmd/internal/gotool"
	"nndl/cmd/internal/literate"
	"nndl/cmd/internal/page"
	"nndl/cmd/internal/plot"
	"nndl/cmd/internal/typeset"
	"nndl/cmd/internal/wholefile"
)

// settings are what the command line says, and what tests of this command change.
type settings struct {
	out, dir, figures string
	tests             string // which tests to run
	digits            int    // how many digits to train on
}

func main() {
	set := settings{tests: "^(Test(Exercise|Section|Book)|Example)", digits: 6000}
	os.Exit(run(set, os.Args[1:], os.Stdout, os.Stderr))
}

// run does the job and returns the exit status: 0, or 1 if a claim does not hold or the book cannot be made, 2 if the
// flags make no sense.
func run(set settings, args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("book", flag.ContinueOnError)
	flags.SetOutput(io.Discard) // errors are printed here, in one line
	flags.StringVar(&set.out, "o", "", "write the book to this `file`. Default: book.html, unless -figures is given")
	flags.StringVar(&set.figures, "figures", "", "write each figure to an SVG file in this `folder`")
	flags.StringVar(&set.dir, "dir", "", "take the source and its tests from this `folder`. Default: the module that\n"+
		"the working folder is in. Figures are always of the package that is built into the command")
	err := flags.Parse(args)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(stdout, "Make a book of package nndl, in which every claim was just measured. The flags:")
		flags.SetOutput(stdout)
		flags.PrintDefaults()
		return 0
	}
	if err == nil && flags.NArg() > 0 {
		err = fmt.Errorf("%q is not a flag", flags.Arg(0))
	}
	if err != nil {
		fmt.Fprintf(stderr, "book: %v; -h lists the flags\n", err)
		return 2
	}
	if set.out == "" && set.figures == "" {
		set.out = "book.html"
	}
	if err := set.make(stdout); err != nil {
		fmt.Fprintf(stderr, "book: %v\n", err)
		return 1
	}
	return 0
}

// make makes what the settings ask for. The error says why it could not, or which tests failed.
func (set settings) make(stdout io.Writer) error {
	if set.out != "" {
		if err := wholefile.Writable(set.out); err != nil {
			return fmt.Errorf("-o: %w", err)
		}
	}
	if set.dir == "" {
		file, err := gotool.Run(".", "env", "GOMOD") // go.mod; in no module os.DevNull
		if err != nil {
			return err
		}
		set.dir = filepath.Dir(strings.TrimSpace(string(file)))
	}
	s, err := literate.Load(set.dir, slices.Concat(files, testFiles)...)
	if err != nil {
		return err
	}
	drawn := figures(s, set.digits)
	if set.figures != "" {
		err := os.MkdirAll(set.figures, 0o777)
		for _, group := range drawn {
			for _, f := range group {
				err = cmp.Or(err, wholefile.Write(filepath.Join(set.figures, f.ID+".svg"), []byte(f.File())))
			}
		}
		if err != nil {
			return fmt.Errorf("-figures: %w", err)
		}
	}
	if set.out == "" {
		return nil
	}
	b, err := newBook(s, set, drawn)
	if err != nil {
		return err
	}
	text, err := b.print()
	if err != nil {
		return err
	}
	if err := wholefile.Write(set.out, text); err != nil {
		return fmt.Errorf("-o: %w", err)
	}
	fmt.Fprintf(stdout, "%s: %d claims, measured in %d rows\n", set.out, b.Claims, b.Measurements)
	if len(b.Failed) > 0 {
		return fmt.Errorf("not every claim holds: %s shows what failed in %s", set.out, strings.Join(b.Failed, ", "))
	}
	return nil
}

//go:embed book.css
var style string

//go:embed page.html
var pageHTML string

// print returns the page.
func (b *book) print() ([]byte, error) {
	pages, err := template.New("book").Funcs(template.FuncMap{
		"style":  func() template.CSS { return template.CSS(page.Style + plot.Style + style) },
		"fields": strings.Fields,
		"set":    func(text string) template.HTML { return template.HTML(typeset.HTML(text)) },
		"linked": func(text string) template.HTML { return template.HTML(b.inTests.Inline(text)) },
	}).Parse(pageHTML)
	if err != nil {
		return nil, err
	}
	var text bytes.Buffer
	err = pages.Execute(&text, b)
	return withoutSpares(text.Bytes()), err
}

var (
	lines = regexp.MustCompile(`<i id=([\w-]+)></i>`)
	leads = regexp.MustCompile(`href="?#([\w-]+)`)
)

// withoutSpares takes away the names of lines of code to which no link leads. They are most of them.
func withoutSpares(page []byte) []byte {
	wanted := map[string]bool{}
	for _, lead := range leads.FindAllSubmatch(page, -1) {
		wanted[string(lead[1])] = true
	}
	return lines.ReplaceAllFunc(page, func(line []byte) []byte {
		if wanted[string(lines.FindSubmatch(line)[1])] {
			return line
		}
		return []byte("<i></i>")
	})
}
