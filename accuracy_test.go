package nndl

import (
	"fmt"
	"math"
	"math/big"
	"os"
	"strconv"
	"strings"
	"testing"
)

// A formula is a function of the package with its arguments in one slice, and how far it may be off.
type formula struct {
	of    func(x []float64) []float64
	bound float64 // in units in the last place of the true value
}

// formulas has those of testdata/accuracy.txt, by their headings. An exponent z_j − largest is rounded: near -745 by up
// to 2^-44, which is 512 times 2^-53. The power is then off by as large a part of itself, up to 512 units in its last
// place. So much is lost where the z are far apart. It is no more than what z itself loses when it is rounded.
var formulas = map[string]formula{
	"Sigmoid(z)":                         {ofOne(Sigmoid), 2},
	"SigmoidPrime(z)":                    {ofOne(SigmoidPrime), 3},
	"BinaryEntropy(y)":                   {ofOne(BinaryEntropy), 1.7},
	"Quadratic.Of(a, y)":                 {ofTwo(Quadratic.Of), 1.7},
	"Quadratic.Gradient(a, y)":           {ofGradient(Quadratic), 0.51},
	"CrossEntropy.Of(a, y)":              {ofTwo(CrossEntropy.Of), 1.7},
	"CrossEntropy.OfZ(z, y)":             {ofTwo(CrossEntropy.OfZ), 1.7},
	"CrossEntropy.Gradient(a, y)":        {ofGradient(CrossEntropy), 1.7},
	"Softmax(z)":                         {ofSoftmax, 6},
	"Softmax(z), far apart":              {ofSoftmax, 515},
	"SoftmaxC(c, z)":                     {ofSoftmaxC, 4},
	"SoftmaxC(c, z), far apart":          {ofSoftmaxC, 515},
	"logSumExp(z)":                       {ofLogSumExp, 6},
	"logSumExp(z), far apart":            {ofLogSumExp, 515},
	"LogLikelihood.Of(a, y)":             {ofTwo(LogLikelihood.Of), 1.7},
	"LogLikelihood.Gradient(a, y)":       {ofGradient(LogLikelihood), 0.51},
	"LogLikelihood.OfZ(z, y)":            {ofTwo(LogLikelihood.OfZ), 6},
	"LogLikelihood.OfZ(z, y), far apart": {ofTwo(LogLikelihood.OfZ), 515},
}

func ofOne(f func(float64) float64) func(x []float64) []float64 {
	return func(x []float64) []float64 { return []float64{f(x[0])} }
}

func ofTwo(cost func(a, y []float64) float64) func(x []float64) []float64 {
	return func(x []float64) []float64 { return []float64{cost(x[:len(x)/2], x[len(x)/2:])} }
}

func ofGradient(cost Cost) func(x []float64) []float64 {
	return func(x []float64) []float64 {
		grad := []float64{0}
		cost.Gradient(grad, x[:1], x[1:])
		return grad
	}
}

func ofSoftmax(z []float64) []float64 {
	a := make([]float64, len(z))
	Softmax(a, z)
	return a
}

func ofSoftmaxC(x []float64) []float64 {
	a := make([]float64, len(x)-1)
	SoftmaxC(a, x[1:], x[0])
	return a
}

func ofLogSumExp(z []float64) []float64 {
	largest, rest := logSumExp(z)
	return []float64{largest, rest}
}

// The functions are as accurate at thousands of points, from the least to the largest of numbers, as their bounds say.
func TestAccuracy(t *testing.T) {
	text, err := os.ReadFile("testdata/accuracy.txt")
	if err != nil {
		t.Fatal(err)
	}
	tab := newTable(t, "function", "points", "worst error in ulp", "where")
	parts := strings.Split(strings.ReplaceAll(string(text), "\r", ""), "\n\n")[1:] // Git may have put in the \r
	if len(parts) != len(formulas) {
		t.Errorf("values of %d functions; want %d", len(parts), len(formulas))
	}
	for _, part := range parts {
		lines := strings.Split(strings.TrimSpace(part), "\n")
		f, worst, where := formulas[lines[0]], 0.0, ""
		for _, line := range lines[1:] {
			arguments, values, _ := strings.Cut(line, " = ")
			var x []float64
			for _, word := range strings.Fields(arguments) {
				x = append(x, number(t, word))
			}
			got := f.of(x)
			for i, value := range strings.Fields(values) {
				if off := ulps(t, got[i], value); off > worst {
					worst, where = off, fmt.Sprintf("%s: %v is truly %s", arguments, got[i], value)
				}
			}
		}
		tab.row(lines[0], len(lines)-1, below(worst, f.bound), where)
	}
}

func number(t *testing.T, word string) float64 {
	t.Helper()
	x, err := strconv.ParseFloat(word, 64)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// ulps returns |got − value| in units in the last place of value: for 1 ≤ value < 2 one is 2^-52. A value that rounds
// to ±∞ has no such unit: got must be the same infinity.
func ulps(t *testing.T, got float64, value string) float64 {
	t.Helper()
	exact, _, err := big.ParseFloat(value, 10, 100, big.ToNearestEven)
	if err != nil {
		t.Fatal(err)
	}
	rounded, _ := exact.Float64()
	if got == rounded && math.IsInf(got, 0) {
		return 0
	}
	if !finite(got) || !finite(rounded) {
		return math.Inf(1)
	}
	_, exponent := math.Frexp(max(math.Abs(rounded), 0x1p-1022)) // below, all have the unit 2^-1074
	unit := math.Ldexp(1, exponent-53)
	off := new(big.Float).Sub(exact, big.NewFloat(got))
	off.Quo(off, big.NewFloat(unit))
	result, _ := off.Abs(off).Float64()
	return result
}
