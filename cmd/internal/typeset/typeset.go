// Package typeset sets plain text as a printed book does, in HTML and in SVG. The source of nndl writes formulas with ^
// before what is raised and _ before what is lowered: w^l_jk, a^(l−1)_k, e^(−c|z_j|). Here they become raised and
// lowered letters. Letters that stand alone become italic; quotation marks, primes and minus signs get their shapes;
// and lines are not broken inside y = 1.
package typeset

import (
	"html"
	"regexp"
	"strings"
	"unicode/utf8"
)

// HTML returns s as HTML. Few fonts have ‖. What stands in for it has the right strokes in its light form only, which
// the class norm asks for in bold text too.
func HTML(s string) string {
	return strings.ReplaceAll(set(marks(s), inHTML), "‖", `<span class=norm>‖</span>`)
}

// SVG returns s as what an element text of SVG can hold.
func SVG(s string) string { return set(marks(s), inSVG) }

var raisings = regexp.MustCompile(`[\^_](\([^)]*\)|[\pL\d]+)`)

// Width estimates how wide s is, in the size of its type.
func Width(s string) float64 {
	small := strings.Join(raisings.FindAllString(s, -1), "")
	return 0.5*float64(utf8.RuneCountInString(s)) - 0.25*float64(utf8.RuneCountInString(small))
}

// unbroken matches what stays in one line: a word, with an article before it.
var unbroken = regexp.MustCompile(`(?:\b[Aa] )?[^ ]+`)

// Lines cuts s into lines of at most so many letters.
func Lines(s string, most int) (lines []string) {
	for _, word := range unbroken.FindAllString(marks(s), -1) {
		last := len(lines) - 1
		if last < 0 || utf8.RuneCountInString(lines[last]+word) >= most {
			lines = append(lines, word)
		} else {
			lines[last] += " " + word
		}
	}
	return lines
}

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

// base matches a text that ^ or _ may follow: it ends with a number, one or two letters, a bracket, a prime, ∇ or grad,
// which is ∇ in letters. Another word is no symbol, and its _ is part of a name, as in train_images.
var base = regexp.MustCompile(`(?:^|[^\pL\d_])((?:\d+(?:\.\d+)?)?\pL{0,2}|grad)$|([])}|‖′″∇])$`)

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
var bare = regexp.MustCompile(`^[−-]?(?:[\pL\d]{1,3}|\d+)($|[^\pL\d])`)

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
	// exponent matches the end of a number such as 1e−09, from the e on.
	exponent = regexp.MustCompile(`^e[+−]\d`)
)

// letters sets a text without raised or lowered letters.
func letters(s string, in language) string {
	var out strings.Builder
	for from := 0; ; {
		m := symbol.FindStringSubmatchIndex(s[from:])
		if m == nil {
			return out.String() + html.EscapeString(s[from:])
		}
		begin, end := from+m[4], from+m[5]
		letter := s[begin:end]
		out.WriteString(html.EscapeString(s[from:begin]))
		switch {
		case word.MatchString(letter), exponent.MatchString(s[begin:]):
		case strings.EqualFold(letter, "a") && article(s[:begin], s[end:]):
		default:
			letter = strings.Replace(in.italic, "$0", letter, 1)
		}
		out.WriteString(letter)
		from = end
	}
}

// An a is an article where it stands between blanks and a noun, a number or an adjective follows. It is a symbol behind
// a word that has an article's place, as in "every a". It is a symbol before a word that no noun phrase begins with: a
// small word, a verb as in "a grows", or a participle at the end of a clause as in "with y and a exchanged".
var (
	apart   = regexp.MustCompile(`(^|[\s\x{a0}“(—])$`)
	instead = regexp.MustCompile(`(?i)\b(all|an|another|any|every|ln|no|other|same|the)\s$`)
	phrase  = regexp.MustCompile(`^ [“(]?(\d|\pL{2}|\pL that\b|$)`)
	small   = regexp.MustCompile(`^ (alike|alone|and|are|as|at|be|between|by|can|cannot|does|for|from|has|if|in|` +
		`instead|is|it|itself|ln|may|must|near|of|on|or|that|the|to|where|with)\b`)
	verb = regexp.MustCompile(`^ \pL+([b-hj-rtv-z]s\b|[^e]ed[.,;:])`)
)

// article says whether an a is one, by what is before and behind it.
func article(before, behind string) bool {
	return apart.MatchString(before) && !instead.MatchString(before) &&
		phrase.MatchString(behind) && !small.MatchString(behind) && !verb.MatchString(behind)
}

var (
	prime    = regexp.MustCompile(`((?:^|[^\pL])\pL{1,2}|[)\]])'([^\pL]|$)`)
	opened   = regexp.MustCompile(`(^|[\s(\[—])"`)
	shapes   = strings.NewReplacer("'", "’", `"`, "”")
	negative = regexp.MustCompile(`(^|[\s(\[=·])-(\d|\.\d|Inf\b)|(\s)-(\s)|(\de)-(\d)`)
	quotient = regexp.MustCompile(`([^\s/])/([^\sA-Za-z/]|[A-Za-z]{1,2}(?:[^A-Za-z]|$))`)
)

// marks gives primes, apostrophes, quotation marks and minus signs their shapes, and marks where no line may end:
// behind a prime, behind the stroke of a quotient, and in short relations.
func marks(s string) string {
	if strings.ContainsAny(s, `'"`) {
		s = strings.ReplaceAll(prime.ReplaceAllString(s, "${1}′$2"), "′(", "′\u2060(")
		s = shapes.Replace(opened.ReplaceAllString(s, "$1“"))
	}
	s = negative.ReplaceAllString(s, "$1$3$5−$2$4$6")
	return joined(quotient.ReplaceAllString(s, "$1/\u2060$2"))
}

var (
	sign     = regexp.MustCompile(`^[=≤≥<>≈≠←→∈+−·⊙]$`)
	prose    = regexp.MustCompile(`^[“(]*(a|A|I|[A-Za-z][a-z]+)\b[^(|]*$`)
	function = regexp.MustCompile(`\b(ln|exp|max|min|sgn)$`)
	clause   = regexp.MustCompile(`[,.;:]$`) // where one ends
)

// joined makes blanks of formulas fixed, so that a line is broken before a sign and not behind it, and not at all in a
// formula that is short, or between brackets and not very long.
func joined(s string) string {
	words := strings.Split(s, " ")
	line, depth := words[0], 0 // the line from where it can be broken, and the brackets that are open
	var out strings.Builder
	for i, word := range words[1:] {
		left := words[i]
		for _, r := range left {
			if strings.ContainsRune("([{", r) {
				depth++
			} else if strings.ContainsRune(")]}", r) {
				depth = max(0, depth-1)
			}
		}
		term := line + word
		if sign.MatchString(word) && i+2 < len(words) {
			term += words[i+2] // a sign is nothing without it
		}
		n := utf8.RuneCountInString(term)
		symbols := !clause.MatchString(left) && !prose.MatchString(left) && !prose.MatchString(word)
		if sign.MatchString(left) || function.MatchString(left) ||
			(sign.MatchString(word) || symbols) && (n <= 16 || depth > 0 && n <= 32) {
			line += "\u00a0" + word
		} else {
			out.WriteString(line + " ")
			line = word
		}
	}
	return out.String() + line
}
