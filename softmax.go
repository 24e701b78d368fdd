package nndl

import (
	"fmt"
	"math"
)

// Ten sigmoid outputs can all be near 1 at once. Softmax makes one answer of them, in probabilities: output j gets
// the share e^(z_j)/Σ_i e^(z_i) of a total of 1. Its cost, the log-likelihood C = −ln a_r, says how surprised the
// network is by the true class r. This file needs no other: copy it alone.
//
// e^z overflows beyond z = 709. But e^(z + c) = e^c e^z, so a constant c that is added to every z_j cancels out. We
// subtract the largest z_j first: then the largest term is e^0 = 1.

// Softmax sets a_j = e^(z_j)/Σ_i e^(z_i): numbers from 0 to 1 that sum to 1, the largest where z is largest. a and z
// have the same length and may be the same slice. It is right for z of any size; a_j is 0 where z_j is more than about
// 745 below the largest.
//
// Special cases are:
//
//	z_j = -Inf gives a_j = 0, unless all z are -Inf: then all share alike
//	z_j = +Inf takes all; several of them share alike
//	any z_j = NaN makes all a_j NaN
func Softmax(a, z []float64) { SoftmaxC(a, z, 1) }

// SoftmaxC sets a_j = e^(c z_j)/Σ_i e^(c z_i), the variant of Exercise 3.3, for finite c > 0. As c → ∞ all goes to the
// largest z_j, to equal parts if several are: this is the "max" that softmax is a softened version of. As c → 0, and
// for finite z at c = 0 itself, all share alike. The special cases are those of Softmax. It panics if c < 0.
func SoftmaxC(a, z []float64, c float64) {
	mustAgree(a, z)
	if c < 0 {
		panic(fmt.Sprintf("softmax with c = %v; c must be at least 0", c))
	}
	largest := math.Inf(-1)
	for _, x := range z {
		largest = max(largest, x)
	}
	sum := 0.0
	for j, x := range z {
		a[j] = 1
		if x != largest { // else x − largest may be ∞ − ∞
			a[j] = math.Exp(c * (x/2 - largest/2) * 2) // x − largest may overflow
		}
		sum += a[j]
	}
	for j := range z {
		a[j] /= sum
	}
}

// mustAgree panics, with both lengths, unless every slice has as many numbers as the first.
func mustAgree(first []float64, others ...[]float64) {
	for _, other := range others {
		if len(other) != len(first) {
			panic(fmt.Sprintf("slices of %d and %d numbers; they must have the same length", len(first), len(other)))
		}
	}
}

// logSumExp returns ln Σ_j e^(z_j), without overflow, in two parts: the largest z_j, and what the others add to it,
// ln(1 + Σ e^(z_j − largest)), which rounding may lose in the sum of the two.
func logSumExp(z []float64) (largest, rest float64) {
	var at int
	largest = math.Inf(-1)
	for j, x := range z {
		if x > largest || math.IsNaN(x) {
			largest, at = x, j
		}
	}
	sum := 0.0
	for j, x := range z {
		if x == largest && j != at { // here x − largest may be ∞ − ∞
			sum++
		} else if j != at {
			sum += math.Exp(x - largest)
		}
	}
	return largest, math.Log1p(sum)
}

// SoftmaxLayer is the kind of a layer whose outputs are the softmax of its weighted inputs.
var SoftmaxLayer = softmaxLayer{}

type softmaxLayer struct{}

func (softmaxLayer) String() string { return "softmax" }

func (softmaxLayer) Activate(a, z []float64) { Softmax(a, z) }

// Backward sets dz_j = ∂C/∂z_j from da_i = ∂C/∂a_i. Of two or more, each a_i depends on every z_j:
// from ln a_i = z_i − ln Σ_k e^(z_k) the derivative of ln a_i by z_j is 1 − a_j if i = j and −a_j if not, and that of
// a_i is a_i times as large. So
//
//	dz_j = Σ_i da_i ∂a_i/∂z_j = a_j da_j − Σ_i da_i a_i a_j = a_j (da_j − Σ_i da_i a_i).
func (softmaxLayer) Backward(dz, z, a, da []float64) {
	mustAgree(a, z, da, dz)
	mean := 0.0
	for i := range a {
		mean += a[i] * da[i]
	}
	for j := range a {
		dz[j] = a[j] * (da[j] - mean)
	}
}

// LogLikelihood is the cost C = −ln a_r, with the natural logarithm, where r is the true class: y_r = 1 and all other
// y_j = 0. If the true class is known as probabilities y_j, with Σ_j y_j = 1, it is C = −Σ_j y_j ln a_j. It belongs to
// a softmax layer, where C = ln Σ_i e^(z_i) − z_r. The derivative of the logarithm is the softmax again:
//
//	∂C/∂z_j = e^(z_j)/Σ_i e^(z_i) − y_j = a_j − y_j
//
// which is (3.4) for j = r, (3.5) for the others, and (3.6) for both. Backward leads to the same: for da_i = −y_i/a_i
// the product da_i a_i is −y_i, so that −y_j + a_j Σ_i y_i is left, and Σ_i y_i = 1.
//
// Special cases are, with r any class of y_r > 0:
//
//	Of is +Inf and grad_r -Inf where a_r = 0; grad_j is 0 where y_j = 0; no other a is looked at
//	OfZ is +Inf where z_r = -Inf but not all z are, and where another z is +Inf but z_r is not
//	OfZ is ln M where M of the z are +Inf and with them every z_r, and where all M of them are -Inf
//	OfZ is NaN where any z is
var LogLikelihood = logLikelihood{}

type logLikelihood struct{}

func (logLikelihood) String() string { return "log-likelihood" }

func (logLikelihood) Outputs() string { return "softmax" }

func (logLikelihood) Of(a, y []float64) float64 {
	mustAgree(a, y)
	sum := 0.0
	for j := range y {
		if y[j] != 0 { // 0 ln 0 = 0
			normal := max(a[j], 0x1p-1022) // for subnormal a, below it, math.Log is wrong on amd64 (Go issue 56600)
			sum -= y[j] * (math.Log(normal) + math.Log(a[j]/normal))
		}
	}
	return sum
}

func (logLikelihood) Gradient(grad, a, y []float64) {
	mustAgree(a, y, grad)
	for j := range y {
		grad[j] = -y[j] / a[j]
		if y[j] == 0 { // and perhaps a_j too
			grad[j] = 0
		}
	}
}

// OfZ returns C for a = Softmax(z): −ln a_r = ln Σ_i e^(z_i) − z_r. Where r is far ahead this is tiny. So z_r is
// subtracted from the largest z first, before the small rest is added.
func (logLikelihood) OfZ(z, y []float64) float64 {
	mustAgree(z, y)
	largest, rest := logSumExp(z)
	sum := 0.0
	for j := range y {
		if z[j] == largest { // both may be infinite
			sum += y[j] * rest
		} else if y[j] != 0 {
			sum += 2 * y[j] * (largest/2 - z[j]/2 + rest/2) // largest − z_j may overflow
		}
	}
	return sum
}

// CheckDesired returns an error unless every y_j is at least 0 and their sum is 1, give or take rounding.
func (logLikelihood) CheckDesired(y []float64) error {
	sum := 0.0
	for j := range y {
		if !(y[j] >= 0) {
			return fmt.Errorf("desired output %d is %v; log-likelihood cost needs at least 0", j, y[j])
		}
		sum += y[j]
	}
	if !(math.Abs(sum-1) <= 1e-6) {
		return fmt.Errorf("desired outputs that sum to %v; log-likelihood cost needs 1, as of one true class", sum)
	}
	return nil
}
