package nndl

import (
	"fmt"
	"math"
)

// A network learns by making a cost small. The quadratic cost is the obvious one: half the squared distance between
// what the network answered and what it should have. But its error ∂C/∂z has the factor σ'(z) for sigmoid neurons. A
// neuron that is badly wrong is far out, where σ is flat and σ' is small, so that it learns slowly. The cross-entropy
// is made so that this factor cancels:
//
//	cost            output neurons   error δ = ∂C/∂z
//	quadratic       sigmoid          (a − y) σ'(z)
//	quadratic       linear           a − y
//	cross-entropy   sigmoid          a − y
//	log-likelihood  softmax          a − y
//
// It is no accident that the last three are alike. We want a cost with ∂C/∂z_j = a_j − y_j, where a = f(z). The term
// −Σ_j y_j z_j gives −y_j. So we need a function A(z) with ∂A/∂z_j = a_j:
//
//	C = A(z) − Σ_j y_j z_j + something that depends on y alone
//
// Linear neurons have A = ½ Σ z_j²; with ½ Σ y_j² added, C is the quadratic cost. Sigmoid neurons have
// A = Σ ln(1 + e^(z_j)), and C is the cross-entropy, because ln a = z − ln(1 + e^z) and ln(1 − a) = −ln(1 + e^z).
// Softmax has A = ln Σ e^(z_j), and for y that sum to 1, C is the log-likelihood. This file has the first two costs.

// Quadratic is the cost C = ½ Σ_j (y_j − a_j)². It can train every kind of output neuron that has a derivative.
var Quadratic = quadratic{}

type quadratic struct{}

func (quadratic) String() string { return "quadratic" }

func (quadratic) Of(a, y []float64) float64 {
	sameLength(a, y)
	sum := 0.0
	for j := range y {
		sum += 0.5 * (y[j] - a[j]) * (y[j] - a[j])
	}
	return sum
}

func (quadratic) Gradient(grad, a, y []float64) {
	sameLength(a, y, grad)
	for j := range y {
		grad[j] = a[j] - y[j]
	}
}

// CrossEntropy is the cost C = −Σ_j [y_j ln a_j + (1 − y_j) ln(1 − a_j)] of outputs between 0 and 1 that do not depend
// on one another, with the natural logarithm. The y_j are from 0 to 1. Among all a it is least at a = y (Exercise
// 3.1), where it is Σ_j BinaryEntropy(y_j).
//
// It belongs to sigmoid neurons. There its derivative by a and that of a by z cancel (Section 3.1.1):
//
//	∂C/∂a = −y/a + (1 − y)/(1 − a) = (a − y)/(a(1 − a))
//	∂C/∂z = ∂C/∂a · σ'(z) = (a − y)/(a(1 − a)) · a(1 − a) = a − y
//
// Special cases are, with 0 ln 0 = 0:
//
//	Of is 0 at a = y = 0 and a = y = 1, and +Inf where a is 0 or 1 and y ≠ a
//	Gradient is NaN, 0/0, at a = y = 0 and a = y = 1; for other y it is -Inf at a = 0 and +Inf at a = 1
//	OfZ is 0 at z = -Inf, y = 0 and z = +Inf, y = 1, and +Inf where z is infinite and y another
//	a NaN, or an a outside 0 to 1 in Of, makes NaN
var CrossEntropy = crossEntropy{}

type crossEntropy struct{}

func (crossEntropy) String() string { return "cross-entropy" }

func (crossEntropy) Outputs() string { return "sigmoid" }

func (crossEntropy) Of(a, y []float64) float64 {
	sameLength(a, y)
	sum := 0.0
	for j := range y {
		normal := max(a[j], 0x1p-1022) // for subnormal a, below it, math.Log is wrong on amd64 (Go issue 56600)
		lnA := math.Log(normal) + math.Log(a[j]/normal)
		sum -= product(y[j], lnA) + product(1-y[j], math.Log1p(-a[j]))
	}
	return sum
}

// product returns y·x, and 0 for y = 0 even where x is infinite.
func product(y, x float64) float64 {
	if y == 0 && math.IsInf(x, 0) {
		return 0
	}
	return y * x
}

func (crossEntropy) Gradient(grad, a, y []float64) {
	sameLength(a, y, grad)
	for j := range y {
		grad[j] = (a[j] - y[j]) / (a[j] * (1 - a[j])) // ∂C/∂a of (3.3)
	}
}

// OfZ returns C for a = σ(z). From C = ln(1 + e^z) − yz follows, by taking z out of the logarithm where z > 0,
//
//	C = Σ_j [ln(1 + e^(−|z_j|)) + (1 − y_j) max(z_j, 0) + y_j max(−z_j, 0)],
//
// in which nothing overflows unless C does, and no term is below 0, so that nothing cancels.
func (crossEntropy) OfZ(z, y []float64) float64 {
	sameLength(z, y)
	sum := 0.0
	for j := range y {
		sum += math.Log1p(math.Exp(-math.Abs(z[j]))) + product(1-y[j], max(z[j], 0)) + product(y[j], max(-z[j], 0))
	}
	return sum
}

// CheckDesired returns an error unless every y_j is from 0 to 1.
func (crossEntropy) CheckDesired(y []float64) error {
	for j := range y {
		if !(y[j] >= 0 && y[j] <= 1) {
			return fmt.Errorf("desired output %d is %v; cross-entropy cost needs 0 to 1", j, y[j])
		}
	}
	return nil
}

// BinaryEntropy returns H(y) = −[y ln y + (1 − y) ln(1 − y)] for y from 0 to 1: the uncertainty, measured with the
// natural logarithm, of a coin that shows heads with probability y, between H(0) = H(1) = 0 and H(1/2) = ln 2 (Figure
// 3.1). It is NaN for other y.
func BinaryEntropy(y float64) float64 {
	return CrossEntropy.Of([]float64{y}, []float64{y})
}
