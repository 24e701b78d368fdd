// Package typeset sets plain text as a printed book does, in HTML and in SVG. The source of nndl writes formulas with ^
// before what is raised and _ before what is lowered: w^l_jk, a^(l−1)_k, e^(−c|z_j|). Here they become raised and
// lowered letters. Letters that stand alone become italic, and quotation marks and primes get their shapes.
package typeset

import (
	"html"
	"regexp"
	"strings"
)

// HTML returns s as HTML.
func HTML(s string) string { return set(marks(s), inHTML) }

// SVG returns s as what an element text of SVG can hold.
func SVG(s string) string { return set(marks(s), inSVG) }

// A language says how letters are made italic, raised and lowered in it.
type language struct {
	italic  string                                    // with $0 for the letters
	scripts func(base, raised, lowered string) string // one of the last two may be ""
}

var inHTML = language{"<i>$0</i>", func(base, raised, lowered string) string {
	switch {
	case lowered == "":
		return base + "<sup>" + raised + "</sup>"
	case raised == "":
		return base + "<sub>" + lowered + "</sub>"
	}
	return `<span class="both">` + base + "<span><sup>" + raised + "</sup><sub>" + lowered + "</sub></span></span>"
}}

// In SVG, dy moves all that follows. It is taken back with a character that has no width.
var inSVG = language{`<tspan class="italic">$0</tspan>`, func(s, raised, lowered string) string {
	if raised != "" {
		s += `<tspan class="script" dy="-.5em">` + raised + `</tspan><tspan class="script" dy=".5em">&#8203;</tspan>`
	}
	if lowered != "" {
		s += `<tspan class="script" dy=".3em">` + lowered + `</tspan><tspan class="script" dy="-.3em">&#8203;</tspan>`
	}
	return s
}}

// base matches a text that ^ or _ may follow: it ends with a number, one or two letters, a bracket or a prime. A longer
// word is no symbol, and its _ is part of a name, as in train_images.
var base = regexp.MustCompile(`(?:^|[^\pL\d_])((?:\d+(?:\.\d+)?)?\pL{0,2})$|([])}|‖′″])$`)

// set sets s in a language.
func set(s string, in language) string {
	var out strings.Builder
	for from := 0; from < len(s); {
		mark := strings.IndexAny(s[from:], "^_")
		if mark < 0 {
			break
		}
		mark += from
		raised, lowered, rest := scripts(s[mark:], in)
		m := base.FindStringSubmatchIndex(s[:mark])
		if raised+lowered == "" || mark == 0 || m == nil {
			from = mark + 1
			continue
		}
		symbol := max(m[2], m[4]) // where it begins
		out.WriteString(letters(s[:symbol], in) + in.scripts(letters(s[symbol:mark], in), raised, lowered))
		s, from = rest, 0
	}
	return out.String() + letters(s, in)
}

// scripts sets what stands raised and lowered at the beginning of s, at most one of each, and returns the rest of s.
func scripts(s string, in language) (raised, lowered, rest string) {
	for s != "" {
		into := &raised
		if s[0] == '_' {
			into = &lowered
		}
		if s[0] != '^' && s[0] != '_' || *into != "" {
			break
		}
		inner, after := taken(s[1:], in)
		if inner == "" {
			break
		}
		*into, s = inner, after
	}
	return raised, lowered, s
}

// bare matches what a mark takes where no bracket follows it.
var bare = regexp.MustCompile(`^[−-]?[\pL\d]{1,3}($|[^\pL\d])`)

var latin = regexp.MustCompile(`[A-Za-z]+`)

// taken sets what a mark takes from the beginning of s, without the brackets around it, and returns the rest.
func taken(s string, in language) (inner, rest string) {
	if s != "" && (s[0] == '(' || s[0] == '{') {
		depth := 0
		for i, r := range s {
			if r == '(' || r == '{' {
				depth++
			} else if r == ')' || r == '}' {
				depth--
			}
			if depth == 0 {
				return set(s[1:i], in), s[i+1:]
			}
		}
	}
	m := bare.FindStringSubmatchIndex(s)
	if m == nil {
		return "", s
	}
	return latin.ReplaceAllString(s[:m[2]], in.italic), s[m[2]:]
}

var (
	// symbol matches a letter that stands alone, or a product of two. In "e.g.", "-h" and "L2" there is none.
	symbol = regexp.MustCompile(`(^|[^A-Za-zÀ-ž’.\-_“])([A-Za-z][a-z]?)($|[^A-Za-zÀ-ž\d.’_”]|\.($|[^\pL]))`)
	// word matches one or two letters that are no symbol and no product.
	word = regexp.MustCompile(`^(I|(?i:ln|a[mnst]|be|by|do|go|h[ei]|i[dfnst]|lo|m[ey]|no|o[fnr]|so|t[ho]|u[ps]|we))$`)
	// exponent matches the end of a number such as 1e-09, from the e on.
	exponent = regexp.MustCompile(`^e[+-]\d`)
	// noun matches a word, and verb words that follow a noun. An a before the first is an article, before the second
	// a symbol.
	noun = regexp.MustCompile(`^ [“(]?(\d|\pL{2}|$)`)
	verb = regexp.MustCompile(`^ (and|or|by|is|as|at|from|for|in|are|with|itself|alone|alike|on|of|goes|tends|be|to|` +
		`saturates|stays|where|if|does|has)\b`)
)

// letters sets a text without raised or lowered letters.
func letters(s string, in language) string {
	var out strings.Builder
	for {
		m := symbol.FindStringSubmatchIndex(s)
		if m == nil {
			return out.String() + html.EscapeString(s)
		}
		letter, behind := s[m[4]:m[5]], s[m[5]:]
		out.WriteString(html.EscapeString(s[:m[4]]))
		switch {
		case word.MatchString(letter), exponent.MatchString(s[m[4]:]):
		case strings.EqualFold(letter, "a") && noun.MatchString(behind) && !verb.MatchString(behind):
		default:
			letter = strings.Replace(in.italic, "$0", letter, 1)
		}
		out.WriteString(letter)
		s = behind
	}
}

var (
	prime  = regexp.MustCompile(`((?:^|[^\pL])\pL{1,2}|[)\]])'([^\pL]|$)`)
	opened = regexp.MustCompile(`(^|[\s(\[—])"`)
	shapes = strings.NewReplacer("'", "’", `"`, "”")
)

// marks gives primes, apostrophes and quotation marks their shapes.
func marks(s string) string {
	if strings.ContainsAny(s, `'"`) {
		s = strings.ReplaceAll(prime.ReplaceAllString(s, "${1}′$2"), "′(", "′\u2060(") // in one line
		s = shapes.Replace(opened.ReplaceAllString(s, "$1“"))
	}
	return s
}
