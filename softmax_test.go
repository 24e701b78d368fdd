package nndl

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
)

func TestSoftmaxSpecialCases(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	third := 1.0 / 3
	for _, test := range []struct {
		name string
		c    float64
		z    []float64
		want []float64
	}{
		{"nothing", 1, nil, nil},
		{"one output", 1, []float64{-7}, []float64{1}},
		{"equal", 1, []float64{5, 5, 5}, []float64{third, third, third}},
		{"at 1000", 1, []float64{1000, 1000}, []float64{0.5, 0.5}},
		{"at -1000", 1, []float64{-1000, -1000}, []float64{0.5, 0.5}},
		{"1000 apart", 1, []float64{1000, 0, -1000}, []float64{1, 0, 0}},
		{"ln 3 apart", 1, []float64{700, 700 + math.Log(3)}, []float64{0.25, 0.75}},
		{"the ends of float64", 1, []float64{math.MaxFloat64, -math.MaxFloat64}, []float64{1, 0}},
		{"the ends of float64, c tiny", 1e-308, []float64{math.MaxFloat64, -math.MaxFloat64},
			[]float64{1 / (1 + math.Exp(-2e-308*math.MaxFloat64)), 1 / (1 + math.Exp(2e-308*math.MaxFloat64))}},
		{"c = 0 at the ends of float64", 0, []float64{math.MaxFloat64, -math.MaxFloat64, 0},
			[]float64{third, third, third}},
		{"-Inf takes no part", 1, []float64{2, -inf, 2}, []float64{0.5, 0, 0.5}},
		{"all -Inf", 1, []float64{-inf, -inf}, []float64{0.5, 0.5}},
		{"+Inf takes all", 1, []float64{inf, 5}, []float64{1, 0}},
		{"two +Inf share", 2, []float64{inf, 5, inf}, []float64{0.5, 0, 0.5}},
		{"NaN", 1, []float64{1, nan}, []float64{nan, nan}},
		{"NaN first", 1, []float64{nan, 1}, []float64{nan, nan}},
	} {
		t.Run(test.name, func(t *testing.T) {
			a := make([]float64, len(test.z))
			SoftmaxC(a, test.z, test.c)
			inPlace := slices.Clone(test.z)
			SoftmaxC(inPlace, inPlace, test.c)
			for j := range a {
				same := func(x float64) bool {
					return relative(x, test.want[j]) < 1e-13 || math.IsNaN(x) && math.IsNaN(test.want[j])
				}
				if !same(a[j]) || !same(inPlace[j]) {
					t.Fatalf("%v, in place %v; want %v", a, inPlace, test.want)
				}
			}
		})
	}
}

func TestSoftmaxRefusesNegativeC(t *testing.T) {
	message := mustPanic(t, func() { SoftmaxC(make([]float64, 2), make([]float64, 2), -1) })
	if !strings.Contains(fmt.Sprint(message), "softmax with c = -1; c must be at least 0") {
		t.Errorf("panics with %v", message)
	}
}

// logSumExp returns two parts, and neither may lose what the other has.
func TestLogSumExpInTwoParts(t *testing.T) {
	inf := math.Inf(1)
	for _, test := range []struct {
		z             []float64
		largest, rest float64
	}{
		{nil, -inf, 0},
		{[]float64{-3}, -3, 0},
		{[]float64{0, 0}, 0, math.Ln2},
		{[]float64{1000, 1000, 1000}, 1000, math.Log(3)},
		{[]float64{-1000, -1000 + math.Log(3)}, -1000 + math.Log(3), math.Log1p(1.0 / 3)},
		{[]float64{0, -40}, 0, math.Exp(-40)},
		{[]float64{-40, 0, -41}, 0, math.Exp(-40) + math.Exp(-41)},
		{[]float64{1000, 0}, 1000, 0},
		{[]float64{-inf, -inf}, -inf, math.Ln2},
		{[]float64{-inf, 2}, 2, 0},
		{[]float64{inf, 1, inf, inf}, inf, math.Log(3)},
		{[]float64{1, inf, 2}, inf, 0},
	} {
		largest, rest := logSumExp(test.z)
		if largest != test.largest || relative(rest, test.rest) > 1e-13 {
			t.Errorf("logSumExp(%v) = %v and %v; want %v and %v", test.z, largest, rest, test.largest, test.rest)
		}
	}
	for _, z := range [][]float64{{math.NaN()}, {1, math.NaN()}, {math.NaN(), 1}, {inf, math.NaN(), inf}} {
		if largest, rest := logSumExp(z); !math.IsNaN(largest + rest) {
			t.Errorf("logSumExp(%v) = %v and %v; want NaN", z, largest, rest)
		}
	}
}
