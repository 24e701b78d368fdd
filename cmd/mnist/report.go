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
	"nndl/cmd/internal/diagnose"
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
	found    *diagnose.Run // nil if the network cannot learn
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
		sum += diagnose.Cost(net, cost, z[L], a[L], y)
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

// layers returns the rows of a table of the layers, as they were before training and at its end.
func layers(found *diagnose.Run) (rows [][]string) {
	for l, before := range found.Before.Layers {
		after := found.After.Layers[l]
		rows = append(rows, []string{fmt.Sprintf("layer %d", l+1),
			fmt.Sprintf("%.0f%% → %.0f%%", 100*before.Saturated, 100*after.Saturated),
			fmt.Sprintf("%.2g → %.2g", before.Delta, after.Delta),
			fmt.Sprintf("%.2g → %.2g", before.Weights, after.Weights)})
	}
	return rows
}

// deltas draws the mean length of δ by layer, before training and at its end, on a logarithmic scale. It returns nil if
// there are not two layers, or if δ is rounded to 0 in one.
func deltas(found *diagnose.Run) *plot.Figure {
	L, low, high := len(found.Before.Layers), math.Inf(1), math.Inf(-1)
	curves := []plot.Curve{{Name: "before training"}, {Name: "at the end"}}
	for i, v := range []*diagnose.Vitals{found.Before, found.After} {
		for l, layer := range v.Layers {
			y := math.Log10(layer.Delta)
			low, high = min(low, math.Floor(y)), max(high, math.Ceil(y))
			curves[i].Points = append(curves[i].Points, plot.Point{X: float64(l + 1), Y: y})
		}
	}
	if span := high - low; L < 2 || math.IsInf(span, 0) || math.IsNaN(span) {
		return nil
	}
	f := &plot.Figure{ID: "delta", Text: "Curves of the mean length of δ over the layers, on a logarithmic scale"}
	ratio := func(v *diagnose.Vitals) float64 { return v.Layers[0].Delta / v.Layers[L-1].Delta }
	f.Title = fmt.Sprintf("In layer 1 the error δ is %.2g times as long as in layer %d; before training, %.2g times",
		ratio(found.After), L, ratio(found.Before))
	x := plot.Axis{Name: "layer", Min: 1, Max: float64(L)}
	y := plot.Axis{Name: "mean length of δ", Min: low, Max: high + max(1, (high-low)/3)} // with room for the legend
	for l := 1; l <= L; l += (L + 9) / 10 {
		x.Ticks = append(x.Ticks, float64(l))
	}
	for k := low; k <= high; k += max(1, math.Ceil((high-low)/8)) {
		y.Ticks, y.Labels = append(y.Ticks, k), append(y.Labels, plot.Label(math.Pow(10, k)))
	}
	p := f.Panel(200, x, y)
	var explained []string
	for i, c := range curves {
		p.Curve(plot.Series(i), c.Points...)
		for _, at := range c.Points {
			p.Dot(plot.Series(i), at)
		}
		explained = append(explained, plot.Series(i), c.Name)
		first, last := math.Pow(10, c.Points[0].Y), math.Pow(10, c.Points[L-1].Y)
		f.Text += fmt.Sprintf("; %s, from %.2g to %.2g", c.Name, first, last)
	}
	p.Legend(plot.Point{X: 1 + 0.1*float64(L-1), Y: y.Max - 0.06*(y.Max-y.Min)}, explained...)
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
	var table [][]string
	if r.found != nil {
		table = layers(r.found)
		if f := deltas(r.found); f != nil {
			figures = slices.Insert(figures, 0, f)
		}
	}
	if f := curves("cost", "mean cost of a digit", "In the end the mean cost is %s", "%.4f for %s", r.costs); f != nil {
		figures = slices.Insert(figures, 0, f)
	}
	const right = "In the end it reads correctly %s"
	if f := curves("right", "read correctly, in per cent", right, "%.2f%% of the %s", r.right); f != nil {
		figures = slices.Insert(figures, 0, f)
	}
	var text bytes.Buffer
	err := reportPage.Execute(&text, map[string]any{
		"Style": template.CSS(page.Style + plot.Style), "Settings": r.settings, "Result": result, "Layers": table,
		"Figures": figures,
	})
	return text.Bytes(), err
}
