package literate

import (
	"fmt"
	"go/ast"
	"go/doc/comment"
	"go/scanner"
	"go/token"
	"html"
	"html/template"
	"regexp"
	"slices"
	"strings"

	"nndl/cmd/internal/typeset"
)

// A Segment is a comment and the code that it explains. Either may be missing.
type Segment struct {
	Doc      *ast.CommentGroup
	From, To token.Pos // of the code; NoPos if there is none
	Decl     ast.Decl  // the first in the code

	Prose, Code template.HTML // empty before Set
}

// Start returns where the segment begins.
func (p Segment) Start() token.Pos {
	if p.Doc != nil && (!p.From.IsValid() || p.Doc.Pos() < p.From) {
		return p.Doc.Pos()
	}
	return p.From
}

// Cut cuts a file into segments. Code without a comment belongs to the code before it. The first comment that stands
// alone explains the file, and is printed beside the package clause and the imports.
func Cut(f *File) (parts []Segment) {
	head := Segment{From: f.Tree.Package, To: f.Tree.Name.End()}
	documents := map[*ast.CommentGroup]bool{}
	var decls []Segment
	for _, decl := range f.Tree.Decls {
		p := Segment{From: decl.Pos(), To: decl.End(), Decl: decl}
		if function, ok := decl.(*ast.FuncDecl); ok {
			p.Doc = function.Doc
		} else if group := decl.(*ast.GenDecl); group.Tok == token.IMPORT {
			head.To = group.End()
			continue
		} else {
			p.Doc = group.Doc
		}
		documents[p.Doc] = true
		decls = append(decls, p)
	}
	for _, group := range f.Tree.Comments {
		inside := func(p Segment) bool { return p.From <= group.Pos() && f.Line(group.Pos()) <= f.Line(p.To) }
		switch {
		case documents[group] || inside(head) || slices.ContainsFunc(decls, inside):
		case head.Doc == nil && group != f.Tree.Doc:
			head.Doc = group
		default:
			parts = append(parts, Segment{Doc: group})
		}
	}
	parts = append(append(parts, head), decls...)
	slices.SortFunc(parts, func(p, q Segment) int { return int(p.Start() - q.Start()) })
	merged := parts[:0]
	for _, p := range parts {
		if last := len(merged) - 1; p.Doc == nil && last >= 0 && merged[last].Decl != nil {
			merged[last].To = p.To
		} else {
			merged = append(merged, p)
		}
	}
	return merged
}

// Set prints the segments of a file.
func (s *Source) Set(f *File, parts []Segment) []Segment {
	for i := range parts {
		p := &parts[i]
		p.Prose = s.Prose(p.Doc.Text())
		if p.From.IsValid() {
			p.Code = s.Code(f, p.From, p.To)
		}
	}
	return parts
}

// Code prints whole lines of a file, from one place to another.
func (s *Source) Code(f *File, from, to token.Pos) template.HTML {
	first := f.Line(from)
	start, end := f.pos.Offset(f.pos.LineStart(first)), f.pos.Offset(to)
	for end < len(f.Text) && f.Text[end] != '\n' {
		end++
	}
	text := f.Text[start:end]
	var lexer scanner.Scanner
	lexed := token.NewFileSet().AddFile("", -1, len(text))
	lexer.Init(lexed, text, nil, scanner.ScanComments)
	var out strings.Builder
	for done := 0; ; {
		pos, kind, word := lexer.Scan()
		if kind == token.EOF {
			break
		}
		if kind == token.SEMICOLON && word == "\n" {
			continue // of the scanner
		}
		if word == "" {
			word = kind.String()
		}
		at := lexed.Offset(pos)
		out.WriteString(html.EscapeString(string(text[done:at])) + s.word(kind, word, f.pos.Pos(start+at)))
		done = at + len(word)
	}
	lines := strings.Split(strings.ReplaceAll(out.String(), "&#34;", `"`), "\n") // no attribute has quotes
	for i := range lines {
		lines[i] = fmt.Sprintf("<i id=%s-%d></i>%s", f.ID(), first+i, lines[i])
	}
	return template.HTML(fmt.Sprintf("<pre class=code style=counter-reset:l&#32;%d><code>%s</code></pre>\n",
		first-1, strings.Join(lines, "\n")))
}

// word prints one word of Go.
func (s *Source) word(kind token.Token, word string, at token.Pos) string {
	set := html.EscapeString(word)
	switch {
	case kind == token.COMMENT:
		return "<em>" + Equation.ReplaceAllStringFunc(set, func(number string) string {
			return link(s.Checks[Key(number)], number)
		}) + "</em>"
	case kind.IsKeyword():
		return "<b>" + set + "</b>"
	case kind == token.STRING || kind == token.CHAR:
		return "<s>" + set + "</s>"
	case s.uses[at] != nil:
		return link(s.href(s.uses[at]), set)
	}
	return set
}

// link makes HTML a link, unless there is nowhere to go.
func link(href, text string) string {
	if href == "" {
		return text
	}
	return "<a href=" + href + ">" + text + "</a>"
}

// Prose prints the text of a comment. The name that it begins with is bold.
func (s *Source) Prose(text string) template.HTML {
	var out strings.Builder
	printer := comment.Printer{TextWidth: -1}
	for _, block := range new(comment.Parser).Parse(text).Content {
		all := &comment.Doc{Content: []comment.Block{block}}
		words := strings.TrimSpace(string(printer.Text(all)))
		switch block := block.(type) {
		case *comment.Heading:
			fmt.Fprintf(&out, "<h3>%s</h3>\n", typeset.HTML(strings.TrimPrefix(words, "# ")))
		case *comment.Paragraph:
			name := subject.FindStringSubmatch(words)
			if out.Len() == 0 && name != nil && s.members[name[2]] != nil {
				fmt.Fprintf(&out, "<p>%s<strong>%s</strong>%s</p>\n", name[1], name[2], s.Inline(name[3]))
			} else {
				fmt.Fprintf(&out, "<p>%s</p>\n", s.Inline(words))
			}
		case *comment.Code:
			out.WriteString(s.formula(strings.TrimSuffix(block.Text, "\n")))
		default:
			out.Write(printer.HTML(all))
		}
	}
	return template.HTML(out.String())
}

// Equation matches the number of an equation, and Key returns it as Links has it.
var Equation = regexp.MustCompile(`\((?:2\.1|3\.\d)\)|\(BP[1-4]\)|BP[1-4]`)

func Key(number string) string { return strings.Trim(number, "()") }

var (
	subject  = regexp.MustCompile(`^((?:An? )?)([A-Za-z]\w+)\b(.*)`)
	mention  = regexp.MustCompile(Equation.String() + `|\b(?i:exercise|section) \d(?:\.\d)+|\b[A-Za-z]\w*(?:\.\w+)*`)
	humped   = regexp.MustCompile(`^\w+[A-Z\d]|\.`) // a word that is a name of Go and no word of English
	sentence = regexp.MustCompile(`(^|[.?:] |["(])$`)
)

// Inline prints text within a paragraph. What it speaks of becomes a link.
func (s *Source) Inline(text string) string {
	var out strings.Builder
	from := 0
	for _, at := range mention.FindAllStringIndex(text, -1) {
		word := text[at[0]:at[1]]
		href := s.target(word, text[:at[0]])
		check := s.Checks[Key(word)]
		if href+check == "" {
			continue
		}
		out.WriteString(typeset.HTML(text[from:at[0]]) + link(href, word))
		if check != "" {
			fmt.Fprintf(&out, `<a class=check href=%s title="the test that checks %s">✓</a>`, check, word)
		}
		from = at[1]
	}
	return out.String() + typeset.HTML(text[from:])
}

// target returns where a word of prose leads to, or "". At the beginning of a sentence words have capitals that are no
// names of Go.
func (s *Source) target(word, before string) string {
	for _, key := range []string{Key(word), strings.ToLower(word)} {
		if href := s.Links[key]; href != "" {
			return href
		}
	}
	object := s.members[word]
	if object == nil || strings.HasSuffix(before, "^") || strings.HasSuffix(before, "_") || !humped.MatchString(word) &&
		(len(word) < 3 || word == strings.ToLower(word) || sentence.MatchString(before)) {
		return ""
	}
	return s.href(object)
}
