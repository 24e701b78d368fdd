package main

import (
	"cmp"
	"fmt"
	"go/ast"
	"html/template"
	"regexp"
	"slices"
	"strings"

	"nndl/cmd/internal/gotool"
	"nndl/cmd/internal/literate"
	"nndl/cmd/internal/plot"
)

// An exercise is one test of the book, or an example: a claim, its proof, and what was measured.
type exercise struct {
	ID, Title, From string
	Ended           string // pass, fail, skip, or "" if it did not run
	Claim           []gotool.Log
	Proof           template.HTML
	Figures         []*plot.Figure
	Measured        []measurement
	Code            []template.HTML

	file  *literate.File
	parts []literate.Segment  // the test itself, and the functions that belong to it
	names *strings.Replacer   // makes names of sub-tests as they are in the source of those that go test prints
	calls map[string][]string // the words of the code that they run
}

// A measurement is one sub-test.
type measurement struct {
	ID, Ended  string
	Mark, Name string // a mark is how the name of one begins that shows where a claim stops being true
	Text       template.HTML
	Logs       []gotool.Log
}

var (
	test    = regexp.MustCompile(`^(?:Test(Book\d)?|Example)`)
	heading = regexp.MustCompile(`(?s)^(.*?)([.:?]\s+|\n\n)(.*)`)
	marked  = regexp.MustCompile(`^(?:Fails|Stops|The (?:text|book)(?:'s hint)? (?:errs|is silent|leaves out))\b`)
	first   = regexp.MustCompile(`^[a-z]`)
	between = regexp.MustCompile(`\W+`)                   // words
	verbs   = regexp.MustCompile(`%[^a-z]*[a-z]`)         // of Sprintf
	words   = regexp.MustCompile(`^(a |[a-z]{2} ?)[a-z]`) // and no symbol, as in "c = 1 is softmax"
)

// titled cuts the comment of a test into its first sentence, which is a title, and the rest.
func titled(text string) (title, rest string) {
	parts := heading.FindStringSubmatch(text + "\n\n")
	if strings.HasPrefix(parts[2], "?") {
		parts[1] += "?"
	}
	return strings.ReplaceAll(parts[1], "\n", " "), first.ReplaceAllStringFunc(parts[3], strings.ToUpper)
}

// exercises returns the tests of one file, none of them set, each with the code up to the next one or to a comment that
// stands alone, and what is between them, which they share.
func exercises(f *literate.File) (all []*exercise, shared []literate.Segment) {
	var last *exercise
	for _, p := range literate.Cut(f) {
		function, ok := p.Decl.(*ast.FuncDecl)
		switch {
		case ok && function.Recv == nil && test.MatchString(function.Name.Name):
			last = &exercise{ID: function.Name.Name, From: "Sikdar", file: f, parts: []literate.Segment{p}}
			last.Title, _ = titled(p.Doc.Text())
			if book := test.FindStringSubmatch(last.ID)[1]; book != "" {
				last.From = "Nielsen, chapter " + book[len("Book"):]
			}
			last.subTests(function)
			all = append(all, last)
		case last != nil && p.Decl != nil:
			last.parts = append(last.parts, p)
		case p.From.IsValid():
			shared = append(shared, p)
		default: // a heading such as "Chapter 1"
			last = nil
		}
	}
	return all, shared
}

// subTests fills calls from what t.Run is called with, and names. go test prints _ for a blank. Which _ is one is seen
// in the texts of the test.
func (e *exercise) subTests(function *ast.FuncDecl) {
	var spoken []string
	ast.Inspect(function, func(n ast.Node) bool {
		if literal, ok := n.(*ast.BasicLit); ok && strings.Contains(literal.Value, "_") {
			for _, part := range verbs.Split(strings.Trim(literal.Value, "\"`"), -1) {
				spoken = append(spoken, strings.ReplaceAll(part, " ", "_"), part)
			}
		}
		return true
	})
	e.names = strings.NewReplacer(append(spoken, "_", " ")...)
	e.calls = map[string][]string{}
	start := e.file.Tree.FileStart
	code := string(e.file.Text[function.Pos()-start : function.End()-start])
	for _, call := range strings.Split(code, `t.Run("`)[1:] {
		name, run, _ := strings.Cut(call, `",`)
		e.calls[e.ID+"/"+strings.ReplaceAll(name, " ", "_")] = between.Split(run, -1)
	}
}

// name returns the name of a sub-test.
func (e *exercise) name(printed string) string {
	return e.names.Replace(strings.TrimPrefix(printed, e.ID+"/"))
}

// set prints an exercise with what was measured.
func (e *exercise) set(s *literate.Source, results map[string]*gotool.Result) {
	top := cmp.Or(results[e.ID], &gotool.Result{})
	_, proof := titled(e.parts[0].Doc.Text())
	e.Proof, e.Claim, e.Ended = s.Prose(proof), top.Logs, top.Ended
	for i, printed := range top.Subs {
		name := words.ReplaceAllStringFunc(e.name(printed), func(s string) string {
			return strings.ToUpper(s[:1]) + s[1:]
		})
		mark := marked.FindString(name)
		m := measurement{ID: fmt.Sprintf("%s-%d", e.ID, i+1), Mark: mark, Name: name[len(mark):]}
		m.Ended, m.Logs = results[printed].Ended, results[printed].Logs
		for j, p := range e.parts {
			function, ok := p.Decl.(*ast.FuncDecl)
			if ok && j > 0 && m.Text == "" && slices.Contains(e.calls[printed], function.Name.Name) {
				m.Text = s.Prose(p.Doc.Text())
				e.parts[j].Doc = nil // printed here, and not again in the code
			}
		}
		e.Measured = append(e.Measured, m)
	}
	e.parts[0].Doc = nil
	for _, p := range e.parts {
		e.Code = append(e.Code, s.Code(e.file, p.Start(), p.To))
	}
}
