package nndl

import (
	"fmt"
	"math"
	"slices"
	"testing"
)

func TestCostsByHand(t *testing.T) {
	ln := math.Log
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
		{LogLikelihood, []float64{0.5, 0.25, 0.25}, []float64{0, 1, 0}, ln(4)},
		{LogLikelihood, []float64{0.5, 0.25, 0.25}, []float64{0.5, 0.25, 0.25}, 1.5 * ln(2)},
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
		{CrossEntropy, []float64{0.5 + 0x1p-53}, []float64{0.5}, []float64{0x1p-51}},
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

// C from z against C from a where both can be had, and against the limit where only one can.
func TestCostsOfWeightedInputs(t *testing.T) {
	for _, pair := range pairings {
		matched, ok := pair.cost.(Matched)
		if !ok {
			continue
		}
		if matched.Outputs() != pair.output.String() {
			t.Errorf("%s: Outputs = %v", pair.name, matched.Outputs())
		}
		a := make([]float64, 3)
		for _, z := range [][]float64{{0, 0, 0}, {1, -2, 3}, {-4, 5, 2}, {-9, 8, -7}} {
			// 1 − a has lost up to 8 of its 16 digits here
			for _, y := range [][]float64{{1, 0, 0}, {0, 1, 0}, {0, 0.25, 0.75}} {
				pair.output.Activate(a, z)
				of, ofZ := matched.Of(a, y), matched.OfZ(z, y)
				if relative(of, ofZ) > 1e-8 {
					t.Errorf("%s, z = %v, y = %v: %v from a, %v from z", pair.name, z, y, of, ofZ)
				}
			}
		}
	}
	for _, test := range []struct {
		cost Matched
		z, y []float64
		want float64
	}{
		{CrossEntropy, []float64{1000}, []float64{0}, 1000},
		{CrossEntropy, []float64{-1000}, []float64{1}, 1000},
		{CrossEntropy, []float64{50}, []float64{1}, math.Exp(-50)},
		{CrossEntropy, []float64{-50}, []float64{0}, math.Exp(-50)},
		{CrossEntropy, []float64{1e308}, []float64{1}, 0},
		{CrossEntropy, []float64{1000}, []float64{1 - 0x1p-53}, 1000 * 0x1p-53},
		{CrossEntropy, []float64{-1000, 2}, []float64{0.25, 0.5}, 250 + 1 + math.Log1p(math.Exp(-2))},
		{LogLikelihood, []float64{1000, 0, -1000}, []float64{0, 0, 1}, 2000},
		{LogLikelihood, []float64{1000, 0, -1000}, []float64{0, 1, 0}, 1000},
		{LogLikelihood, []float64{-1000, -1000}, []float64{1, 0}, math.Ln2},
		{LogLikelihood, []float64{1000, 900}, []float64{1, 0}, math.Exp(-100)},
	} {
		if got := test.cost.OfZ(test.z, test.y); relative(got, test.want) > 1e-14 {
			t.Errorf("%v at z = %v, y = %v is %v; want %v", test.cost, test.z, test.y, got, test.want)
		}
	}
}

// A special case is one that the comment of a cost lists. x has its a or its z.
type specialCase struct {
	name string
	f    func(x, y []float64) float64
	x, y []float64
	want float64
}

var (
	inf, nan = math.Inf(1), math.NaN()
	almost1  = 1 - 0x1p-53
)

var specialCasesOfCrossEntropy = []specialCase{
	{"cross-entropy, a = y = 0 and 1", CrossEntropy.Of, []float64{0, 1}, []float64{0, 1}, 0},
	{"cross-entropy, a = 0 for 1", CrossEntropy.Of, []float64{0}, []float64{1}, inf},
	{"cross-entropy, a = 0 for 5e-324", CrossEntropy.Of, []float64{0}, []float64{5e-324}, inf},
	{"cross-entropy, a = 1 for 0", CrossEntropy.Of, []float64{1}, []float64{0}, inf},
	{"cross-entropy, a = 1 for almost 1", CrossEntropy.Of, []float64{1}, []float64{almost1}, inf},
	{"cross-entropy, a < 0", CrossEntropy.Of, []float64{-5e-324, 1}, []float64{0, 1}, nan},
	{"cross-entropy, a > 1", CrossEntropy.Of, []float64{0, 1 + 0x1p-52}, []float64{0, 1}, nan},
	{"cross-entropy, a = NaN for 0", CrossEntropy.Of, []float64{nan}, []float64{0}, nan},
	{"cross-entropy, a = NaN for 1", CrossEntropy.Of, []float64{nan}, []float64{1}, nan},
	{"cross-entropy, y = NaN", CrossEntropy.Of, []float64{0.5}, []float64{nan}, nan},
	{"its slope, a = y = 0", slope(CrossEntropy), []float64{0}, []float64{0}, nan},
	{"its slope, a = y = 1", slope(CrossEntropy), []float64{1}, []float64{1}, nan},
	{"its slope, a = 0 for 5e-324", slope(CrossEntropy), []float64{0}, []float64{5e-324}, -inf},
	{"its slope, a = 0 for 1", slope(CrossEntropy), []float64{0}, []float64{1}, -inf},
	{"its slope, a = 1 for 0", slope(CrossEntropy), []float64{1}, []float64{0}, inf},
	{"its slope, a = 1 for almost 1", slope(CrossEntropy), []float64{1}, []float64{almost1}, inf},
	{"its slope, a = NaN", slope(CrossEntropy), []float64{nan}, []float64{0}, nan},
	{"cross-entropy, z = ±∞ for 1 and 0", CrossEntropy.OfZ, []float64{inf, -inf}, []float64{1, 0}, 0},
	{"cross-entropy, z = ∞ for 0", CrossEntropy.OfZ, []float64{inf}, []float64{0}, inf},
	{"cross-entropy, z = ∞ for almost 1", CrossEntropy.OfZ, []float64{inf}, []float64{almost1}, inf},
	{"cross-entropy, z = −∞ for 5e-324", CrossEntropy.OfZ, []float64{-inf}, []float64{5e-324}, inf},
	{"cross-entropy, z = −∞ for 1", CrossEntropy.OfZ, []float64{-inf}, []float64{1}, inf},
	{"cross-entropy, z = NaN", CrossEntropy.OfZ, []float64{nan}, []float64{0}, nan},
	{"cross-entropy, z = 0 for NaN", CrossEntropy.OfZ, []float64{0}, []float64{nan}, nan},
}

var specialCasesOfLogLikelihood = []specialCase{
	{"log-likelihood, a = 1", LogLikelihood.Of, []float64{0, 1}, []float64{0, 1}, 0},
	{"log-likelihood, a = 0", LogLikelihood.Of, []float64{0, 1}, []float64{1, 0}, inf},
	{"log-likelihood, a = 0 of a few", LogLikelihood.Of, []float64{0, 1}, []float64{5e-324, 1}, inf},
	{"log-likelihood, a = NaN elsewhere", LogLikelihood.Of, []float64{nan, 0.5}, []float64{0, 1}, math.Ln2},
	{"log-likelihood, a = NaN", LogLikelihood.Of, []float64{nan, 0.5}, []float64{1, 0}, nan},
	{"its slope, a = 0", slope(LogLikelihood), []float64{0, 1}, []float64{1, 0}, -inf},
	{"its slope, a = 0 elsewhere", slope(LogLikelihood), []float64{0, 1}, []float64{0, 1}, 0},
	{"its slope, a = NaN elsewhere", slope(LogLikelihood), []float64{nan, 1}, []float64{0, 1}, 0},
	{"its slope, a = NaN", slope(LogLikelihood), []float64{nan, 1}, []float64{1, 0}, nan},
	{"log-likelihood, z = −∞", LogLikelihood.OfZ, []float64{-inf, 0}, []float64{1, 0}, inf},
	{"log-likelihood, z = −∞ elsewhere", LogLikelihood.OfZ, []float64{-inf, 0}, []float64{0, 1}, 0},
	{"log-likelihood, all z = −∞", LogLikelihood.OfZ, []float64{-inf, -inf}, []float64{1, 0}, math.Ln2},
	{"log-likelihood, z = ∞", LogLikelihood.OfZ, []float64{inf, 1e308}, []float64{1, 0}, 0},
	{"log-likelihood, z = ∞ elsewhere", LogLikelihood.OfZ, []float64{inf, 1e308}, []float64{0, 1}, inf},
	{"log-likelihood, z = ∞ of one", LogLikelihood.OfZ, []float64{0, inf}, []float64{5e-324, 1}, inf},
	{"log-likelihood, two z = ∞", LogLikelihood.OfZ, []float64{inf, 0, inf}, []float64{0.75, 0, 0.25}, math.Ln2},
	{"log-likelihood, z = ±∞", LogLikelihood.OfZ, []float64{inf, -inf}, []float64{0, 1}, inf},
	{"log-likelihood, z = NaN elsewhere", LogLikelihood.OfZ, []float64{0, nan}, []float64{1, 0}, nan},
	{"log-likelihood, z = NaN and ∞", LogLikelihood.OfZ, []float64{inf, nan}, []float64{1, 0}, nan},
}

func TestSpecialCasesOfCosts(t *testing.T) {
	for _, test := range slices.Concat(specialCasesOfCrossEntropy, specialCasesOfLogLikelihood) {
		if got := test.f(test.x, test.y); got != test.want && !(math.IsNaN(got) && math.IsNaN(test.want)) {
			t.Errorf("%s: %v; want %v", test.name, got, test.want)
		}
	}
}

// slope returns the function that finds ∂C/∂a_0.
func slope(cost Cost) func(a, y []float64) float64 {
	return func(a, y []float64) float64 {
		grad := make([]float64, len(a))
		cost.Gradient(grad, a, y)
		return grad[0]
	}
}

func TestDesiredOutputsWithoutAMeaningAreRefused(t *testing.T) {
	below, above, nan := math.Nextafter(0, -1), math.Nextafter(1, 2), math.NaN()
	for _, test := range []struct {
		cost Matched
		y    []float64
		says string // "" where y has a meaning
	}{
		{CrossEntropy, []float64{0, 1, 0.5, 1}, ""},
		{CrossEntropy, []float64{0, below}, "desired output 1 is -5e-324; cross-entropy cost needs 0 to 1"},
		{CrossEntropy, []float64{above, 0}, "desired output 0 is 1.0000000000000002"},
		{CrossEntropy, []float64{1, 255}, "desired output 1 is 255"},
		{CrossEntropy, []float64{0, nan}, "desired output 1 is NaN"},
		{LogLikelihood, []float64{0, 1, 0}, ""},
		{LogLikelihood, []float64{0.1, 0.2, 0.7}, ""},
		{LogLikelihood, []float64{0.1, 0.2, 0.7000009}, ""},
		{LogLikelihood, []float64{0.1, 0.2, 0.6999991}, ""},
		{LogLikelihood, []float64{0.1, 0.2, 0.7000011}, "sum to 1.0000011"},
		{LogLikelihood, []float64{0.1, 0.2, 0.6999989}, "sum to 0.9999989"},
		{LogLikelihood, []float64{1, 1, 0}, "sum to 2; log-likelihood cost needs 1"},
		{LogLikelihood, []float64{0, 0, 0}, "sum to 0"},
		{LogLikelihood, []float64{1, below}, "desired output 1 is -5e-324; log-likelihood cost needs at least 0"},
		{LogLikelihood, []float64{1, nan}, "desired output 1 is NaN"},
	} {
		err := test.cost.CheckDesired(test.y)
		if err != nil && test.says == "" || test.says != "" && !says(err, test.says) {
			t.Errorf("%v of y = %v: error %v; want %q", test.cost, test.y, err, test.says)
		}
		desiredInTraining(t, test.cost, test.y, test.says == "")
	}
}

// desiredInTraining makes a step with a good example and one that has y, and asks for the gradient with y. If y has no
// meaning, the step must say which example it is, and change nothing.
func desiredInTraining(t *testing.T, cost Matched, y []float64, meaning bool) {
	t.Helper()
	net := New(SigmoidNeurons, 1, len(y))
	if cost == LogLikelihood {
		net.Output = SoftmaxLayer
	}
	good := make([]float64, len(y))
	good[0] = 1
	s, data := SGD{Cost: cost, Eta: 1, BatchSize: 2}, Examples{{[]float64{1}, good}, {[]float64{1}, y}}
	sum, err := s.Step(net, data, []int{0, 1})
	if meaning && err != nil || !meaning && (sum != 0 || !says(err, "example 1: desired output")) {
		t.Errorf("a step with y = %v: cost %v, error %v", y, sum, err)
	}
	if changed := distance(net, New(SigmoidNeurons, net.Sizes...)) > 0; changed != meaning {
		t.Errorf("a step with y = %v changes the network: %v", y, changed)
	}
	if _, err := Gradient(net, cost, []float64{1}, y); (err == nil) != meaning {
		t.Errorf("the gradient with y = %v: error %v", y, err)
	}
}

func TestBinaryEntropyByHand(t *testing.T) {
	for _, test := range []struct{ y, want float64 }{
		{0, 0}, {1, 0}, {0.5, math.Ln2}, {0.25, 2*math.Ln2 - 0.75*math.Log(3)},
		{1e-300, 1e-300 * (math.Log(1e300) + 1)},
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
		"quadratic": Quadratic, "cross-entropy": CrossEntropy, "log-likelihood": LogLikelihood,
	} {
		if thing.String() != want {
			t.Errorf("%v; want %s", thing, want)
		}
	}
}
