package nndl

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"unicode/utf8"
)

// A table prints measurements in rows under headings when its test is over. A cell may be a check: it prints what was
// measured beside what that is held against, and its row fails the test if it does not hold.
type table struct {
	t    *testing.T
	rows [][]string
}

// newTable returns a table with these headings.
func newTable(t *testing.T, headings ...string) *table {
	tab := &table{t, [][]string{headings}}
	t.Cleanup(tab.print)
	return tab
}

// row adds a row with a cell for each heading: a check, a float64, which is printed with four digits, or anything else.
func (tab *table) row(cells ...any) {
	tab.t.Helper()
	if len(cells) != len(tab.rows[0]) {
		tab.t.Fatalf("%d cells under %d headings", len(cells), len(tab.rows[0]))
	}
	row := make([]string, len(cells))
	for i, cell := range cells {
		row[i] = text(cell)
	}
	tab.rows = append(tab.rows, row)
	for i, cell := range cells {
		if c, ok := cell.(check); ok && !c.holds {
			tab.t.Errorf("%s: %s does not hold in the row %s", tab.rows[0][i], c.text, strings.Join(row, " │ "))
		}
	}
}

// text returns a cell as it is printed.
func text(cell any) string {
	switch cell := cell.(type) {
	case check:
		return cell.text
	case float64:
		return fmt.Sprintf("%.4g", cell)
	}
	return fmt.Sprint(cell)
}

func (tab *table) print() {
	width := make([]int, len(tab.rows[0]))
	for _, row := range tab.rows {
		for i, cell := range row {
			width[i] = max(width[i], utf8.RuneCountInString(cell))
		}
	}
	var out strings.Builder
	line := func(cells []string, pad, between string) {
		out.WriteByte('\n')
		for i, cell := range cells {
			if i > 0 {
				out.WriteString(between)
			}
			out.WriteString(cell)
			if i < len(cells)-1 {
				out.WriteString(strings.Repeat(pad, width[i]-utf8.RuneCountInString(cell)))
			}
		}
	}
	line(tab.rows[0], " ", " │ ")
	rule := make([]string, len(width))
	rule[len(rule)-1] = strings.Repeat("─", width[len(width)-1])
	line(rule, "─", "─┼─")
	for _, row := range tab.rows[1:] {
		line(row, " ", " │ ")
	}
	tab.t.Log(out.String())
}

// A check is a measured number beside what it is held against.
type check struct {
	text  string
	holds bool
}

// below holds if x ≤ bound.
func below(x, bound float64) check {
	return check{fmt.Sprintf("%.4g ≤ %.4g", x, bound), x <= bound}
}

// within holds if low < x < high.
func within(low, x, high float64) check {
	return check{fmt.Sprintf("%.4g < %.5g < %.4g", low, x, high), low < x && x < high}
}

// near holds if x is want to within tolerance.
func near(x, want, tolerance float64) check {
	return check{fmt.Sprintf("%.8g = %.8g", x, want), x == want || math.Abs(x-want) <= tolerance}
}

// same holds if x is want. It prints both, as %v does.
func same[T comparable](x, want T) check {
	return check{fmt.Sprintf("%v = %v", x, want), x == want}
}

// holds is a check of anything else, which text describes.
func holds(text string, ok bool) check { return check{text, ok} }
