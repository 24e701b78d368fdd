package main

import (
	"bytes"
	"context"
	_ "embed"
	"fmt"
	"html/template"
	"math"
	"slices"
	"strings"

	"nndl"
	"nndl/cmd/internal/page"
	"nndl/cmd/internal/plot"
	"nndl/cmd/internal/wholefile"
)

// A report collects what the page of -report shows of a run.
type report struct {
	path     string
	settings string // as they are printed
	right    []plot.Curve
	costs    []plot.Curve
}

func newReport(path, settings string) *report {
	r := &report{path: path, settings: settings}
	for _, set := range []string{"training digits", "validation digits", "test digits"} {
		r.right, r.costs = append(r.right, plot.Curve{Name: set}), append(r.costs, plot.Curve{Name: set})
	}
	return r
}

// add measures the network as it is after an epoch, if there is to be a page. The cost of the training digits is what
// the epoch has measured, each before its own step, or NaN if there was none.
func (r *report) add(ctx context.Context, t *training, epoch int, cost float64) error {
	if r == nil {
		return nil
	}
	net := t.net
	for i, set := range []nndl.Digits{t.train, t.validation, t.test} {
		values, err := heed(ctx, func() ([2]float64, error) {
			right := percent(nndl.Correct(net, set), set.Len())
			if i == 0 {
				return [2]float64{right, cost}, nil
			}
			return [2]float64{right, meanCost(net, t.sgd.Cost, set)}, nil
		})
		if err != nil {
			return err
		}
		for k, c := range []*plot.Curve{&r.right[i], &r.costs[i]} {
			if y := values[k]; !math.IsInf(y, 0) && !math.IsNaN(y) {
				c.Points = append(c.Points, plot.Point{X: float64(epoch), Y: y})
			}
		}
	}
	return nil
}

// meanCost returns the mean cost of digits.
func meanCost(net *nndl.Network, cost nndl.Cost, digits nndl.Digits) float64 {
	x, y := make([]float64, nndl.Side*nndl.Side), make([]float64, 10)
	sum := 0.0
	for i := range digits.Len() {
		clear(x)
		clear(y)
		digits.Example(i, x, y)
		z, a := net.Activations(x)
		L := len(a) - 1
		if m, ok := cost.(nndl.Matched); ok && m.Outputs() == net.Output.String() {
			sum += m.OfZ(z[L], y) // finite where an output is rounded to 0 or 1
		} else {
			sum += cost.Of(a[L], y)
		}
	}
	return sum / float64(digits.Len())
}

// curves draws what was measured after each epoch. The title has a %s for the last values, each in the given words. It
// returns nil if nothing was measured.
func curves(id, quantity, title, words string, measured []plot.Curve) *plot.Figure {
	measured = slices.DeleteFunc(measured, func(c plot.Curve) bool { return len(c.Points) == 0 })
	if len(measured) == 0 {
		return nil
	}
	var last []string
	for _, c := range measured {
		last = append(last, fmt.Sprintf(words, c.Points[len(c.Points)-1].Y, c.Name))
	}
	f := &plot.Figure{ID: id, Title: fmt.Sprintf(title, strings.Join(last, ", "))}
	f.Curves(quantity, measured)
	return f
}

//go:embed report.html
var reportHTML string

var reportPage = template.Must(template.New("report").Parse(reportHTML))

// write writes the page. The network is the one that the run ended with, result the last lines that it printed.
func (r *report) write(ctx context.Context, net *nndl.Network, test nndl.Digits, result string) error {
	text, err := heed(ctx, func() ([]byte, error) { return r.text(net, test, result) })
	if err != nil {
		return err
	}
	return wholefile.Write(r.path, text)
}

// text returns the page.
func (r *report) text(net *nndl.Network, test nndl.Digits, result string) ([]byte, error) {
	exam := plot.Examine(net, test)
	figures := []*plot.Figure{exam.Matrix(), exam.Digits(test, 12), plot.Weights(net)}
	if f := curves("cost", "mean cost of a digit", "In the end the mean cost is %s", "%.4f for %s", r.costs); f != nil {
		figures = slices.Insert(figures, 0, f)
	}
	const right = "In the end it reads correctly %s"
	if f := curves("right", "read correctly, in per cent", right, "%.2f%% of the %s", r.right); f != nil {
		figures = slices.Insert(figures, 0, f)
	}
	var text bytes.Buffer
	err := reportPage.Execute(&text, map[string]any{
		"Style": template.CSS(page.Style + plot.Style), "Settings": r.settings, "Result": result, "Figures": figures,
	})
	return text.Bytes(), err
}
