package nndl

import (
	"fmt"
	"math"
)

// Which number should be made small? The quadratic cost is the obvious one: half
// the squared distance between what the network answered and what it should
// have. But a sigmoid neuron that is badly wrong, far out where σ is flat,
// then learns slowest of all, for ∂C/∂z carries the factor σ'(z). The
// cross-entropy is the cost for which that factor cancels:
//
//	cost            output neurons   ∂C/∂z
//	quadratic       sigmoid          (a − y) σ'(z)
//	quadratic       linear           a − y
//	cross-entropy   sigmoid          a − y
//	log-likelihood  softmax          a − y
//
// One fact ties the last three together: each cost belongs to one kind
// of output layer, and with that one, the error is the plain difference. The last
// line is softmax.go.

// Quadratic is the cost C = ½ Σ_j (y_j − a_j)². It can train every kind of
// output layer that is differentiable, and matches linear neurons.
var Quadratic = quadratic{}

type quadratic struct{}

func (quadratic) String() string { return "QuadraticCost" }

func (quadratic) Of(a, y []float64) float64 {
	sum := 0.0
	for j := range y {
		sum += (y[j] - a[j]) * (y[j] - a[j])
	}
	return sum / 2
}

func (quadratic) Gradient(grad, a, y []float64) {
	for j := range y {
		grad[j] = a[j] - y[j]
	}
}

// OfZ is Of: linear neurons answer z.
func (q quadratic) OfZ(z, y []float64) float64 { return q.Of(z, y) }

func (quadratic) Matches(output any) (bool, error) { return output == LinearNeurons, nil }

// CrossEntropy is the cost C = −Σ_j [y_j ln a_j + (1 − y_j) ln(1 − a_j)] of
// independent outputs between 0 and 1, in nats. Among all a it is least at a = y
// (Exercise 3.1), where it is Σ_j BinaryEntropy(y_j). It belongs to sigmoid neurons.
//
// With 0 ln 0 = 0, Of is 0 at a = y = 0 and a = y = 1, and +Inf where an output
// is 0 or 1 and should be anything else.
var CrossEntropy = crossEntropy{}

type crossEntropy struct{}

func (crossEntropy) String() string { return "CrossEntropyCost" }

func (crossEntropy) Of(a, y []float64) float64 {
	sum := 0.0
	for j := range y {
		sum -= timesLog(y[j], math.Log(a[j])) + timesLog(1-y[j], math.Log1p(-a[j]))
	}
	return sum
}

// timesLog returns y·log, and 0 for y = 0 even where log is infinite.
func timesLog(y, log float64) float64 {
	if y == 0 {
		return 0
	}
	return y * log
}

// Gradient sets grad_j = (a_j − y_j)/(a_j(1 − a_j)). That is infinite where a is
// 0 or 1 and wrong, and 0/0, NaN, where it is right, though from inside it tends
// to +1 at a = y = 0 and to −1 at a = y = 1. Training does not need it: there
// δ = a − y.
func (crossEntropy) Gradient(grad, a, y []float64) {
	for j := range y {
		grad[j] = (1-y[j])/(1-a[j]) - y[j]/a[j]
	}
}

// OfZ returns C for a = σ(z). From ln σ(z) = −ln(1 + e^(−z)) and
// ln(1 − σ(z)) = ln σ(z) − z follows C = Σ_j [ln(1 + e^(−z_j)) + (1 − y_j) z_j],
// where for z < 0 the logarithm is ln(1 + e^z) − z, so that nothing overflows.
// For y = 1 and a large z the small logarithm is all that is left: hence the
// parentheses.
func (crossEntropy) OfZ(z, y []float64) float64 {
	sum := 0.0
	for j := range y {
		sum += math.Log1p(math.Exp(-math.Abs(z[j]))) + (max(z[j], 0) - y[j]*z[j])
	}
	return sum
}

func (crossEntropy) Matches(output any) (bool, error) {
	if output == SigmoidNeurons {
		return true, nil
	}
	return false, fmt.Errorf("cross-entropy cost does not fit %v outputs, where its derivative is infinite at 0 and 1; it fits sigmoid, and %[1]v fits quadratic cost", output)
}

// BinaryEntropy returns H(y) = −[y ln y + (1 − y) ln(1 − y)] for y from 0 to 1,
// in nats: the uncertainty of a coin that shows heads with probability y, between
// H(0) = H(1) = 0 and H(1/2) = ln 2 (Figure 3.1). It is NaN for other y.
func BinaryEntropy(y float64) float64 {
	return CrossEntropy.Of([]float64{y}, []float64{y})
}
