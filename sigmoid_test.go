package nndl

import (
	"math"
	"slices"
	"testing"
)

// The references for σ(z) and σ'(z) were computed with 60 digits.
func TestSigmoidAgainstLongArithmetic(t *testing.T) {
	for _, test := range []struct{ z, sigma, prime float64 }{
		{-745, 5e-324, 5e-324},
		{-710, 4.47628622567513e-309, 4.47628622567513e-309},
		{-50, 1.9287498479639178e-22, 1.9287498479639178e-22},
		{-36.5, 1.4068617124461467e-16, 1.4068617124461464e-16},
		{-1, 0.2689414213699951, 0.19661193324148185},
		{-0.125, 0.46879062662624377, 0.24902597501361748},
		{0.0009765625, 0.5002441406055974, 0.2499999403953647},
		{0.5, 0.6224593312018546, 0.2350037122015945},
		{2, 0.8807970779778824, 0.10499358540350652},
		{17, 0.9999999586006245, 4.1399373760035016e-08},
		{30, 0.9999999999999064, 9.357622968838423e-14},
		{36.5, 0.9999999999999999, 1.4068617124461464e-16},
		{40, 1.0, 4.248354255291589e-18},
		{700, 1.0, 9.85967654375977e-305},
		{744, 1.0, 1e-323},
	} {
		if got := Sigmoid(test.z); relative(got, test.sigma) > 4e-16 {
			t.Errorf("Sigmoid(%v) = %v; want %v", test.z, got, test.sigma)
		}
		if got := SigmoidPrime(test.z); relative(got, test.prime) > 8e-16 {
			t.Errorf("SigmoidPrime(%v) = %v; want %v", test.z, got, test.prime)
		}
	}
}

func TestSigmoidSpecialCases(t *testing.T) {
	for _, test := range []struct{ z, sigma, prime float64 }{
		{0, 0.5, 0.25},
		{36.74, 1, SigmoidPrime(36.74)},
		{1e308, 1, 0},
		{-1e308, 0, 0},
		{math.Inf(1), 1, 0},
		{math.Inf(-1), 0, 0},
	} {
		if got := Sigmoid(test.z); got != test.sigma {
			t.Errorf("Sigmoid(%v) = %v; want %v", test.z, got, test.sigma)
		}
		if got := SigmoidPrime(test.z); got != test.prime {
			t.Errorf("SigmoidPrime(%v) = %v; want %v", test.z, got, test.prime)
		}
	}
	if got := Sigmoid(36.73); got >= 1 {
		t.Errorf("Sigmoid(36.73) = %v; want below 1", got)
	}
	if !math.IsNaN(Sigmoid(math.NaN())) || !math.IsNaN(SigmoidPrime(math.NaN())) {
		t.Error("NaN in, number out")
	}
}

func TestKindsOfNeuron(t *testing.T) {
	z := []float64{-2, 0, 3}
	grad := []float64{5, 6, 7}
	for _, test := range []struct {
		kind     Differentiable
		a, prime func(float64) float64
	}{
		{SigmoidNeurons, Sigmoid, SigmoidPrime},
		{LinearNeurons, func(z float64) float64 { return z }, func(float64) float64 { return 1 }},
	} {
		a, delta := make([]float64, 3), make([]float64, 3)
		test.kind.Activate(a, z)
		test.kind.Backward(delta, z, a, grad)
		for j := range z {
			if a[j] != test.a(z[j]) || delta[j] != grad[j]*test.prime(z[j]) {
				t.Errorf("%v neurons at z = %v: a = %v, delta = %v", test.kind, z[j], a[j], delta[j])
			}
		}
	}
}

func TestInitialWeightsAreNormal(t *testing.T) {
	t.Run("large: N(0, 1)", func(t *testing.T) { initialWeights(t, (*Network).InitLarge, 1) })
	t.Run("scaled: N(0, 1/n)", func(t *testing.T) { initialWeights(t, (*Network).InitScaled, 1.0/20) })
}

// initialWeights draws networks whose neurons have 400 inputs. The standard deviation of their weights must be sd, and
// that of their biases 1. The same seed must give the same network, and another seed another one.
func initialWeights(t *testing.T, init func(*Network, uint64), sd float64) {
	var drawn []*Network
	for _, seed := range []uint64{1, 1, 2} {
		net := New(SigmoidNeurons, 400, 300, 2)
		init(net, seed)
		drawn = append(drawn, net)
	}
	net, same, other := drawn[0], drawn[1], drawn[2]
	if distance(net, same) != 0 {
		t.Error("the same seed gives another network")
	}
	if distance(net, other) < sd {
		t.Error("another seed gives the same network")
	}
	tab := newTable(t, "what", "draws", "mean: size", "standard deviation", "share beyond 2 sd")
	normalDraws(tab, "weights", slices.Concat(net.Weights[1]...), sd)
	normalDraws(tab, "biases", net.Biases[1], 1)
	if net.Weights[2][0][0] == 0 || net.Biases[2][0] == 0 {
		t.Error("the last layer has no weights")
	}
}

// normalDraws holds draws against the normal distribution with mean 0 and standard deviation sd. Over n draws the mean
// strays by about sd/√n, and the standard deviation by sd/√(2n). The share beyond 2 sd, which is 0.0455, strays by
// √(0.0455·0.9545/n). Each may stray by four times as much.
func normalDraws(tab *table, what string, draws []float64, sd float64) {
	n := float64(len(draws))
	mean, square, beyond := 0.0, 0.0, 0.0
	for _, x := range draws {
		mean += x / n
		square += x * x / n
		if math.Abs(x) > 2*sd {
			beyond += 1 / n
		}
	}
	spread, share := 4*sd/math.Sqrt(2*n), 4*math.Sqrt(0.0455*0.9545/n)
	tab.row(what, len(draws), below(math.Abs(mean), 4*sd/math.Sqrt(n)),
		within(sd-spread, math.Sqrt(square), sd+spread), within(0.0455-share, beyond, 0.0455+share))
}
