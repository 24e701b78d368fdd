package literate

import (
	"fmt"
	"html"
	"math"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"nndl/cmd/internal/typeset"
)

// formula prints lines of a comment that are indented: a drawing, matrices, formulas or a command.
func (s *Source) formula(text string) string {
	lines := strings.Split(text, "\n")
	switch {
	case strings.HasPrefix(text, "go "):
		return fmt.Sprintf("<pre class=verbatim>%s</pre>\n", html.EscapeString(text))
	case strings.ContainsAny(text, "─╱╲"):
		return drawing(lines)
	case below.MatchString(text):
		return matrices(lines)
	}
	return s.equations(lines)
}

// phrase matches a part of a line, which ends where two blanks are.
var phrase = regexp.MustCompile(`\S+(?: \S+)*`)

// column returns how many letters of a line are before a byte of it.
func column(line string, at int) float64 { return float64(utf8.RuneCountInString(line[:at])) }

// equations prints formulas. Parts that stand below one another do so in print. Where a page is too narrow for all of
// them side by side, those of a line are set below one another: under long always, under medium on a phone.
func (s *Source) equations(lines []string) string {
	var columns []float64 // where parts begin
	for _, line := range lines {
		for _, at := range phrase.FindAllStringIndex(line, -1) {
			columns = append(columns, column(line, at[0]))
		}
	}
	slices.Sort(columns)
	columns = slices.Compact(columns)
	letters := make([]int, len(columns)) // the most in each column
	var rows strings.Builder
	for _, line := range lines {
		cells := make([]string, len(columns))
		for _, at := range phrase.FindAllStringIndex(line, -1) {
			i, _ := slices.BinarySearch(columns, column(line, at[0]))
			part := line[at[0]:at[1]]
			cells[i], letters[i] = s.Inline(part), max(letters[i], utf8.RuneCountInString(part))
		}
		rows.WriteString("<tr><td>" + strings.Join(cells, "<td>"))
	}
	wide := 0.0 // estimated, in the size of the type
	for _, n := range letters {
		wide += 0.45*float64(n) + 1.3
	}
	class := "formula"
	if wide > 28 && len(columns) > 1 {
		class = `"formula long"`
	} else if wide > 23 && len(columns) > 1 {
		class = `"formula medium"`
	}
	return fmt.Sprintf("<div class=scroll><table class=%s role=presentation>%s</table></div>\n", class, rows.String())
}

var (
	below  = regexp.MustCompile(`(?m)^\s*\( `)                              // a line of a matrix, not its first
	matrix = regexp.MustCompile(`\( +([^()]*?) +\)|[^\s()]+(?: [^\s()]+)*`) // a line of one, or what is between two
)

// matrices prints matrices that stand side by side, with what is before each in the first line. A line of numbers below
// belongs to the matrix that begins nearest to it.
func matrices(lines []string) string {
	type part struct {
		at    float64
		label string
		rows  [][]string // of a matrix
	}
	var parts []part
	for i, line := range lines {
		for _, at := range matrix.FindAllStringSubmatchIndex(line, -1) {
			p := part{at: column(line, at[0]), label: line[at[0]:at[1]]}
			if at[2] >= 0 {
				p.label, p.rows = "", [][]string{strings.Fields(line[at[2]:at[3]])}
			}
			if i == 0 {
				parts = append(parts, p)
				continue
			}
			nearest := 0
			for k, q := range parts {
				if q.rows != nil && math.Abs(q.at-p.at) <= math.Abs(parts[nearest].at-p.at) {
					nearest = k
				}
			}
			parts[nearest].rows = append(parts[nearest].rows, p.rows...)
		}
	}
	var out strings.Builder
	for i := range lines {
		out.WriteString("<tr>")
		for _, p := range parts {
			tall := "" // what has one row is as high as all
			if len(p.rows) <= 1 {
				tall = fmt.Sprintf(" rowspan=%d", len(lines))
			}
			if p.rows == nil && i == 0 {
				fmt.Fprintf(&out, "<td class=label%s>%s", tall, typeset.HTML(p.label))
			}
			if i < len(p.rows) {
				fmt.Fprintf(&out, "<td class=open%s>", tall)
				for _, number := range p.rows[i] {
					fmt.Fprintf(&out, "<td%s>%s", tall, typeset.HTML(number))
				}
				fmt.Fprintf(&out, "<td class=close%s>", tall)
			}
		}
	}
	return fmt.Sprintf("<div class=scroll><table class=matrices role=presentation>%s</table></div>\n", out.String())
}

// stroke matches a line, an arrow, a part of a slanting line, or a text.
var stroke = regexp.MustCompile(`◀?─+▶?|[╱╲╳]|[^\s─╱╲╳◀▶]+(?: [^\s─╱╲╳◀▶]+)*`)

// drawing draws what a comment draws with letters: lines, arrows, and texts between them.
func drawing(lines []string) string {
	const wide, high = 5.8, 19.0 // of a letter
	var out, said strings.Builder
	path := func(class, format string, numbers ...any) {
		fmt.Fprintf(&out, `<path class="%s" d="`+format+`"/>`, append([]any{class}, numbers...)...)
	}
	width, edge := 0.0, 0.0 // edge is where the last text ends
	for i, text := range lines {
		top := high * float64(i)
		for _, at := range stroke.FindAllStringIndex(text, -1) {
			part := text[at[0]:at[1]]
			left, right := wide*column(text, at[0]), wide*column(text, at[1])
			width = max(width, right)
			switch r, _ := utf8.DecodeRuneInString(part); {
			case strings.ContainsRune("╱╳", r): // it goes on two letters to the left in the next line
				path("line thin", "M%.1f %.1fL%.1f %.1f", left-wide/2, top+high, right+wide/2, top)
				fallthrough
			case r == '╲':
				if r != '╱' {
					path("line thin", "M%.1f %.1fL%.1f %.1f", left-wide/2, top, right+wide/2, top+high)
				}
			case strings.ContainsRune("─◀", r):
				if at[0] > 1 && !strings.HasSuffix(text[:at[0]], "  ") {
					left = min(left, edge)
				}
				path("line thin", "M%.1f %.1fH%.1f", left, top+high/2, right)
				if r == '◀' {
					path("head", "M%.1f %.1fl9 -4v8z", left, top+high/2)
				}
				if strings.HasSuffix(part, "▶") {
					path("head", "M%.1f %.1fl-9 -4v8z", right, top+high/2)
				}
			default:
				fmt.Fprintf(&out, `<text x="%.1f" y="%.1f">%s</text>`, left, top+high/2+4.5, typeset.SVG(part))
				edge = left + 14*typeset.Width(part) + wide
				said.WriteString(part + " ")
			}
		}
	}
	return fmt.Sprintf(`<svg class="figure drawing" viewBox="0 0 %.0f %.0f" role="img" aria-label="%s">%s</svg>`+"\n",
		width, high*float64(len(lines)), html.EscapeString(strings.TrimSpace(said.String())), out.String())
}
