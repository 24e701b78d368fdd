package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"nndl/cmd/internal/gotool"
	"nndl/cmd/internal/literate"
	"nndl/cmd/internal/plot"
)

// A book is what the template prints.
type book struct {
	*literate.Source
	Chapters, Farther    []*chapter // of the two parts
	Shared               []*chapter // what the tests of a file share
	Mistakes             []mistakes // of the text, and of the book
	Names                []name
	Go, Processor        string
	Claims, Measurements int
	Failed               []string // tests

	exercises []*exercise
	inTests   literate.Source
}

// A chapter is one file of the package, and the tests that are about it. In the second part it is the tests of one file.
type chapter struct {
	*literate.File
	Number             int
	Title              string
	Segments           []literate.Segment
	Figures            []*plot.Figure
	Lessons, Exercises []*exercise // examples and tests

	has *regexp.Regexp // matches the names of its tests; the first chapter that matches one has it
}

// ID is the chapter's on the page, or that of what the tests of a file share, which stands in another place.
func (c *chapter) ID() string {
	if c.Title == "" {
		return "shared-" + c.File.ID()
	}
	return c.File.ID()
}

func newChapters(s *literate.Source) (all []*chapter) {
	for i, c := range [][2]string{
		{"Perceptrons and networks", `Exercise1_[13]|ComponentForm|New`},
		{"Sigmoid neurons", `Exercise1_2|Sigmoid(Prime|IsTanh)|ScaledWeights|Scale$`},
		{"Backpropagation and gradient descent",
			`1_4|Section2|Book1_(Gradient|Online)|Book2|Regularisation|L1|Decay|Dropout|Early|Loss|Rate|HyperP|Momentum|` +
				`NotLearn|Alike|Example(Gradient|SGD)`},
		{"Costs", `Exercise3_[12]|Section3_1|YAndA|Quadratic|Saturated`},
		{"Softmax", `Section3_2|Exercise3_3|Softmax|SumTo1|OneFact`},
		{"Digits", ``},
		{"A network can compute any function", `Book4`},
		{"Why deep networks are hard to train", `Book5`},
		{"Shared weights, moved digits, many networks", `Book6`},
	} {
		f := s.Files[slices.Concat(files, farther)[i]]
		all = append(all, &chapter{File: f, Number: i + 1, Title: c[0], has: regexp.MustCompile(c[1])})
	}
	return all
}

// The book prints these files, one in a chapter, and these tests.
var (
	files     = []string{"perceptron.go", "sigmoid.go", "backprop.go", "cost.go", "softmax.go", "mnist.go"}
	testFiles = slices.Concat([]string{"exercises_test.go", "book1_test.go", "book2_test.go", "book3_test.go"}, farther,
		[]string{"example_test.go", "table_test.go"})
	farther = []string{"book4_test.go", "book5_test.go", "book6_test.go"} // the second part
)

// A name is an exported name of the package in the index.
type name struct{ Name, Href, Text string }

// newBook runs the tests and makes the book of what they measured and of the figures.
func newBook(s *literate.Source, set settings, drawn map[string][]*plot.Figure) (b *book, err error) {
	all := newChapters(s)
	b = &book{Source: s, Chapters: all[:len(files)], Farther: all[len(files):]}
	for _, of := range []string{"text", "book"} {
		rows, err := readMistakes(set.dir, of)
		if err != nil {
			return nil, err
		}
		b.Mistakes = append(b.Mistakes, mistakes{of, rows})
	}
	results, err := gotool.Test(set.dir, set.tests)
	if err != nil {
		return nil, err
	}
	version, err := gotool.Run(set.dir, "env", "GOVERSION", "GOOS", "GOARCH")
	if err != nil {
		return nil, err
	}
	b.Go, b.Processor = strings.Join(strings.Fields(string(version)), " "), processor()
	for _, name := range testFiles {
		all, shared := exercises(s.Files[name])
		b.exercises = append(b.exercises, all...)
		b.Shared = append(b.Shared, &chapter{File: s.Files[name], Segments: shared})
	}
	b.link()
	b.check(results)
	for _, c := range b.Chapters {
		c.Segments, c.Figures = s.Set(c.File, literate.Cut(c.File)), drawn[c.Name]
		b.index(c.Segments)
	}
	slices.SortFunc(b.Names, func(p, q name) int { return strings.Compare(p.Name, q.Name) })
	b.inTests = *s
	b.inTests.Checks = nil // they would lead back to where the reader is
	for _, c := range b.Shared {
		b.inTests.Set(c.File, c.Segments)
		for _, opened := range b.Farther { // by the comment at the head of its file
			if opened.File == c.File {
				opened.Segments, c.Segments = c.Segments[:1], c.Segments[1:]
			}
		}
	}
	for _, e := range b.exercises {
		e.set(&b.inTests, results)
		e.Figures = drawn[e.ID]
		b.add(e)
	}
	return b, nil
}

// add puts an exercise into its chapter, and counts what it has.
func (b *book) add(e *exercise) {
	if e.Ended == "fail" {
		b.Failed = append(b.Failed, e.ID)
	}
	all := slices.Concat(b.Farther, b.Chapters) // the last one has what no other has
	c := all[slices.IndexFunc(all, func(c *chapter) bool { return c.has.MatchString(e.ID) })]
	if strings.HasPrefix(e.ID, "Example") {
		c.Lessons = append(c.Lessons, e)
		return
	}
	c.Exercises = append(c.Exercises, e)
	b.Claims++
	for _, m := range e.Measured {
		for _, entry := range m.Logs {
			b.Measurements += max(1, len(entry.Rows))
		}
	}
}

// link finds out where prose can lead to: chapters, exercises, sections, and for an equation the line that computes it.
// That is a line of code with the number in a comment, and if there is none, the code under a comment with the number.
func (b *book) link() {
	b.Links = map[string]string{}
	for _, c := range slices.Concat(b.Chapters, b.Shared, b.Farther) {
		b.Links[c.Name] = "#" + c.ID()
	}
	for _, e := range b.exercises {
		b.Links[e.ID] = "#" + e.ID
		if e.From == "Sikdar" {
			b.Links[strings.ToLower(e.Title)] = "#" + e.ID
		}
	}
	for _, c := range b.Chapters {
		for i, line := range strings.Split(string(c.Text), "\n") {
			if !strings.HasPrefix(line, "//") {
				lead(b.Links, line, fmt.Sprintf("#%s-%d", c.ID(), i+1))
			}
		}
	}
	for _, c := range b.Chapters {
		for _, p := range literate.Cut(c.File) {
			if p.Decl != nil {
				lead(b.Links, p.Doc.Text(), fmt.Sprintf("#%s-%d", c.ID(), c.Line(p.From)))
			}
		}
	}
	b.Links["2.1"] = b.Links["BP1"] // it has four lines, BP1 to BP4
}

// lead makes the equations whose numbers are in a text lead to a place, unless they lead somewhere.
func lead(links map[string]string, text, href string) {
	for _, number := range literate.Equation.FindAllString(text, -1) {
		if key := literate.Key(number); links[key] == "" {
			links[key] = href
		}
	}
}

// check finds the tests that check the equations: the first sub-test with the number in its name, and if there is none,
// the first test with the number in its comment.
func (b *book) check(results map[string]*gotool.Result) {
	b.Checks = map[string]string{"2.1": b.Links["section 2.1"]}
	for _, e := range b.exercises {
		if r := results[e.ID]; r != nil {
			for i, printed := range r.Subs {
				lead(b.Checks, e.name(printed), fmt.Sprintf("#%s-%d", e.ID, i+1))
			}
		}
	}
	for _, e := range b.exercises {
		lead(b.Checks, e.parts[0].Doc.Text(), "#"+e.ID)
	}
}

// Place says where a link leads: to which exercise, or to which line of a file.
func (b *book) Place(href string) string {
	for _, e := range b.exercises {
		if strings.HasPrefix(href+"-", "#"+e.ID+"-") {
			return e.Title
		}
	}
	return strings.Replace(href[1:], "-", ".go, line ", 1)
}

// index enters the exported names that segments define into the index, with the sentence that says what they are.
func (b *book) index(parts []literate.Segment) {
	for _, p := range parts {
		for _, key := range b.Exported(p.From, p.To) {
			href, _ := b.At(key)
			n := name{key, href, ""}
			first, _ := titled(p.Doc.Text())
			before, is, ok := strings.Cut(first, key[strings.Index(key, ".")+1:]+" ")
			if ok && len(before) <= len("An ") {
				n.Text = is
			}
			b.Names = append(b.Names, n)
		}
	}
}

// mistakes are a table of README.md about the text or the book. A row is what it says, what is so in fact, which test
// shows it.
type mistakes struct {
	Of   string
	Rows [][]string
}

// readMistakes returns the rows of one table.
func readMistakes(dir, of string) (rows [][]string, err error) {
	text, err := os.ReadFile(filepath.Join(dir, "README.md"))
	if err != nil {
		return nil, err
	}
	_, table, ok := strings.Cut(string(text), "| the "+of+" says |")
	if !ok {
		return nil, fmt.Errorf("%s/README.md has no table that begins with \"the %s says\"", dir, of)
	}
	for _, line := range strings.Split(table, "\n")[2:] {
		cells := regexp.MustCompile(` *\| *`).Split(strings.ReplaceAll(line, `\|`, "∣"), -1)
		if len(cells) != 5 { // with what is before the first bar and behind the last
			break
		}
		rows = append(rows, cells[1:4])
	}
	return rows, nil
}

// processor returns the kind of the processor where a file of the system says it, and otherwise nothing.
func processor() string {
	text, _ := os.ReadFile("/proc/cpuinfo")
	_, rest, _ := strings.Cut(string(text), "model name")
	line, _, _ := strings.Cut(rest, "\n")
	return strings.TrimLeft(line, "\t: ")
}
