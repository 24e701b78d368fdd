package nndl

import (
	"fmt"
	"math"
	"slices"
	"testing"
)

func TestCostsByHand(t *testing.T) {
	ln := math.Log
	inf := math.Inf(1)
	for _, test := range []struct {
		cost Cost
		a, y []float64
		want float64
	}{
		{Quadratic, []float64{1, 5}, []float64{3, 2}, 6.5},
		{Quadratic, []float64{3, 2}, []float64{3, 2}, 0},
		{CrossEntropy, []float64{0.25}, []float64{1}, ln(4)},
		{CrossEntropy, []float64{0.25}, []float64{0}, ln(4.0 / 3)},
		{CrossEntropy, []float64{0.25, 0.5}, []float64{0.75, 0.5}, 0.75*ln(4) + 0.25*ln(4.0/3) + ln(2)},
		{CrossEntropy, []float64{1e-20}, []float64{0}, 1e-20}, // ln(1 − a) would be 0
		{CrossEntropy, []float64{0, 1}, []float64{0, 1}, 0},
		{CrossEntropy, []float64{0}, []float64{1}, inf},
		{CrossEntropy, []float64{1}, []float64{0}, inf},
		{CrossEntropy, []float64{0}, []float64{0.5}, inf},
		{LogLikelihood, []float64{0.5, 0.25, 0.25}, []float64{0, 1, 0}, ln(4)},
		{LogLikelihood, []float64{0.5, 0.25, 0.25}, []float64{0.5, 0.25, 0.25}, 1.5 * ln(2)},
		{LogLikelihood, []float64{0, 1}, []float64{0, 1}, 0},
		{LogLikelihood, []float64{0, 1}, []float64{1, 0}, inf},
	} {
		if got := test.cost.Of(test.a, test.y); relative(got, test.want) > 1e-15 {
			t.Errorf("%v of a = %v, y = %v is %v; want %v", test.cost, test.a, test.y, got, test.want)
		}
	}
}

func TestGradientsByHand(t *testing.T) {
	for _, test := range []struct {
		cost       Cost
		a, y, want []float64
	}{
		{Quadratic, []float64{1, 5}, []float64{3, 2}, []float64{-2, 3}},
		{CrossEntropy, []float64{0.25, 0.25, 0.5}, []float64{1, 0, 0.25}, []float64{-4, 4.0 / 3, 1}},
		{CrossEntropy, []float64{0}, []float64{1}, []float64{math.Inf(-1)}},
		{CrossEntropy, []float64{1}, []float64{0}, []float64{math.Inf(1)}},
		{LogLikelihood, []float64{0.5, 0.25, 0.25}, []float64{0, 1, 0}, []float64{0, -4, 0}},
		{LogLikelihood, []float64{0, 1}, []float64{0, 1}, []float64{0, -1}},
	} {
		grad, inPlace := make([]float64, len(test.a)), slices.Clone(test.a)
		grad[0] = 99
		test.cost.Gradient(grad, test.a, test.y)
		test.cost.Gradient(inPlace, inPlace, test.y)
		for j := range grad {
			if relative(grad[j], test.want[j]) > 1e-15 || inPlace[j] != grad[j] {
				t.Errorf("%v at a = %v, y = %v: ∂C/∂a = %v; want %v", test.cost, test.a, test.y, grad, test.want)
			}
		}
	}
}

// C from z against C from a where both can be had, and against the limit where
// only one can.
func TestCostsOfWeightedInputs(t *testing.T) {
	for _, pair := range pairings {
		matches, err := pair.cost.Matches(pair.output)
		if err != nil {
			t.Errorf("%s: %v", pair.name, err)
		}
		if matches == (pair.cost == Quadratic && pair.output != LinearNeurons) {
			t.Errorf("%s: Matches = %v", pair.name, matches)
		}
		if !matches {
			continue
		}
		a := make([]float64, 3)
		for _, z := range [][]float64{{0, 0, 0}, {1, -2, 3}, {-4, 5, 2}, {-9, 8, -7}} {
			// 1 − a has lost up to 8 of its 16 digits here
			for _, y := range [][]float64{{1, 0, 0}, {0, 1, 0}, {0, 0.25, 0.75}} {
				pair.output.Activate(a, z)
				of, ofZ := pair.cost.Of(a, y), pair.cost.OfZ(z, y)
				if relative(of, ofZ) > 1e-8 {
					t.Errorf("%s, z = %v, y = %v: %v from a, %v from z", pair.name, z, y, of, ofZ)
				}
			}
		}
	}
	for _, test := range []struct {
		cost Cost
		z, y []float64
		want float64
	}{
		{CrossEntropy, []float64{1000}, []float64{0}, 1000},
		{CrossEntropy, []float64{-1000}, []float64{1}, 1000},
		{CrossEntropy, []float64{50}, []float64{1}, math.Exp(-50)},
		{CrossEntropy, []float64{-50}, []float64{0}, math.Exp(-50)},
		{CrossEntropy, []float64{1e308}, []float64{1}, 0},
		{LogLikelihood, []float64{1000, 0, -1000}, []float64{0, 0, 1}, 2000},
		{LogLikelihood, []float64{1000, 0, -1000}, []float64{0, 1, 0}, 1000},
		{LogLikelihood, []float64{-1000, -1000}, []float64{1, 0}, math.Ln2},
		{LogLikelihood, []float64{1000, 900}, []float64{1, 0}, math.Exp(-100)},
		{LogLikelihood, []float64{0, math.Inf(-1)}, []float64{1, 0}, 0},
	} {
		if got := test.cost.OfZ(test.z, test.y); relative(got, test.want) > 1e-14 {
			t.Errorf("%v at z = %v, y = %v is %v; want %v", test.cost, test.z, test.y, got, test.want)
		}
	}
}

func TestBinaryEntropyByHand(t *testing.T) {
	for _, test := range []struct{ y, want float64 }{
		{0, 0}, {1, 0}, {0.5, math.Ln2}, {0.25, 2*math.Ln2 - 0.75*math.Log(3)}, {1e-300, 1e-300 * (math.Log(1e300) + 1)},
	} {
		if got := BinaryEntropy(test.y); relative(got, test.want) > 1e-15 {
			t.Errorf("H(%v) = %v; want %v", test.y, got, test.want)
		}
	}
	for _, y := range []float64{-0.1, 1.1, math.NaN()} {
		if got := BinaryEntropy(y); !math.IsNaN(got) {
			t.Errorf("H(%v) = %v; want NaN", y, got)
		}
	}
}

func TestNames(t *testing.T) {
	for want, thing := range map[string]fmt.Stringer{
		"perceptron": Perceptrons, "sigmoid": SigmoidNeurons, "linear": LinearNeurons, "softmax": SoftmaxLayer,
		"QuadraticCost": Quadratic, "CrossEntropyCost": CrossEntropy, "LogLikelihoodCost": LogLikelihood,
	} {
		if thing.String() != want {
			t.Errorf("%v; want %s", thing, want)
		}
	}
}
